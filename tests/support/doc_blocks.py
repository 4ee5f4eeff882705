"""Extracts the fenced blocks of a page, and runs them as a reader would.

A page's blocks run in order, in a fresh folder. `sh` and `python` blocks are executed; a block with a title is saved
under that name, for later blocks. A comment before a block states an exception: `not run: WHY`, `exits with N`, or
`serves` (the block runs in the background until the page ends). `toml` is parsed, `text` is ignored.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from web_server import free_port

ROOT = Path(__file__).resolve().parents[2]
TEAM = {"anna.jpg": "portrait_half_body.jpg", "bruno.jpg": "spoiled_dark.jpg", "carla.jpg": "portrait_hat_no_smile.jpg"}
FENCE = re.compile(r"^(?:<!-- (?P<note>[^\n]*) -->\n)?```(?P<head>[^\n]*)\n(?P<body>.*?)^```$", re.M | re.S)
HEAD = re.compile(r'(?P<language>sh|python|toml|text)(?: title="(?P<title>[^"]+)")?')
NOTE = re.compile(r"not run: (?P<why>.{10,})|exits with (?P<code>\d)|(?P<serves>serves)")
SNIPPET = re.compile(r'^--8<-- "([^"]+)"$', re.M)
PORT = "8000"
"""The port that the pages use, replaced by a free one."""


@dataclass(frozen=True)
class Block:
    """One fenced block: `note` is the comment before it, `body` its text including snippets."""

    language: str
    title: str | None
    note: str
    body: str

    @property
    def left_out(self) -> bool:
        return self.note.startswith("not run")

    @property
    def serves(self) -> bool:
        return self.note == "serves"

    @property
    def code(self) -> int:
        """The expected exit code."""
        return int(self.note.rpartition(" ")[2]) if self.note.startswith("exits") else 0


def blocks(page: Path) -> list[Block]:
    """Every block of a page. Raises `AssertionError` for an unknown language or note."""
    found = []
    for fence in FENCE.finditer(page.read_text("utf-8")):
        head, note = HEAD.fullmatch(fence["head"]), fence["note"] or ""
        assert head, f"{page.name}: a block begins with {fence['head']!r}"
        assert not note or note.startswith("Written by") or NOTE.fullmatch(note), f"{page.name}: {note!r}"
        body = SNIPPET.sub(lambda m: (ROOT / m[1]).read_text("utf-8").rstrip("\n"), fence["body"])
        found.append(Block(head["language"], head["title"], note, body))
    return found


class Workspace:
    """A folder with photos, as a reader has it before the first block of a page."""

    def __init__(self, folder: Path, samples: Path) -> None:
        self._folder, self._port = folder, free_port()
        shutil.copytree(ROOT / "sample_images", folder / "sample_images", ignore=shutil.ignore_patterns("made", "_*"))
        shutil.copytree(samples, folder / "sample_images" / "made")
        shutil.copy(samples / "spoiled_off_centre.jpg", folder / "me.jpg")
        (folder / "team").mkdir()
        for name, sample in TEAM.items():
            shutil.copy(samples / sample, folder / "team" / name)
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
        modules = os.pathsep.join(filter(None, [str(folder), os.environ.get("PYTHONPATH")]))
        kept = {k: v for k, v in os.environ.items() if not k.startswith("COVERAGE")}  # other tests measure the coverage
        self._environment = kept | {"PATH": path, "LC_ALL": "C.UTF-8", "PYTHONPATH": modules}

    def run(self, block: Block) -> None:
        """Run or save the block. Raises `AssertionError` if it exits with another code than the page states."""
        if block.title is not None:
            target = self._folder / block.title
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(block.body, "utf-8")
        elif block.language in ("sh", "python"):
            body = block.body.replace(f":{PORT}", f":{self._port}")
            done = subprocess.run(
                self._command(block.language, body),
                cwd=self._folder,
                env=self._environment,
                capture_output=True,
                text=True,
                timeout=300,
                check=False,
            )
            assert done.returncode == block.code, f"{body}\n{done.stdout}\n{done.stderr}"

    def _command(self, language: str, body: str) -> list[str]:
        if language == "sh":
            return ["bash", "-euo", "pipefail", "-c", body]
        script = self._folder / "block.py"
        script.write_text(body, "utf-8")
        return [sys.executable, str(script)]

    @contextmanager
    def served(self, block: Block) -> Iterator[None]:
        """Keep the block running in the background."""
        command = block.body.strip().replace(PORT, str(self._port))
        if PORT not in block.body:
            command += f" --port {self._port}"
        server = subprocess.Popen(
            ["bash", "-c", f"exec {command}"],
            cwd=self._folder,
            env=self._environment,
            start_new_session=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            _wait(server, self._port)
            yield
        finally:
            os.killpg(server.pid, signal.SIGTERM)
            server.wait(20)


def _wait(server: subprocess.Popen[bytes], port: int) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        assert server.poll() is None, f"the server ended with {server.returncode}"
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(f"nothing listens at port {port}")
