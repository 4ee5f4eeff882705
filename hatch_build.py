"""Build hook: compiles the message catalogues; verifies MediaPipe's networks and converts them to ONNX in `models/`.

The networks come from one wheel of MediaPipe; later wheels no longer contain them. pip downloads it from the configured
index, and nothing opens it until its SHA-256 matches `WHEEL_SHA256`. Existing files with the right hash are kept, so a
build works offline once `models/` is complete.
"""

from __future__ import annotations

import hashlib
import importlib.util
import io
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

WHEEL = "mediapipe==0.10.21"
"""The last version that contains the networks."""
WHEEL_SHA256 = "05dc4a9e593655a79558d05d6227d31018c2537a4bd3362b51e230cf22aecfe3"
PLATFORM = ("--platform", "manylinux_2_28_x86_64", "--python-version", "3.11", "--implementation", "cp")
"""Always this platform's wheel: it is only read, and its networks are the same on every platform."""
MANIFEST = "models/manifest.toml"
SCHEMA = "mediapipe/tasks/metadata/schema_py_generated.py"


class BuildHook(BuildHookInterface[Any]):
    """Fills `models/` before building the wheel (editable or not), and compiles the catalogues."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called by hatchling before building; an sdist contains no third-party weights."""
        if self.target_name == "wheel":
            fill(Path(self.root) / "models")
        messages = Path(self.root) / "src" / "mettici" / "messages"
        if self.target_name == "wheel" and version == "standard":
            compiled = compile_messages(messages, Path(self._scratch.name))
            build_data["force_include"].update({str(path): f"mettici/messages/{path.name}" for path in compiled})
        if self.target_name == "wheel" and version == "editable":
            cache_messages(messages)

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:  # noqa: ARG002 - as above
        """Called by hatchling after writing the wheel."""
        self._scratch.cleanup()

    @cached_property
    def _scratch(self) -> tempfile.TemporaryDirectory[str]:
        return tempfile.TemporaryDirectory()


def compile_messages(messages: Path, folder: Path) -> list[Path]:
    """Compile the catalogues in `messages` into `folder`, and return the new files."""
    compiling = _loaded(messages / "compiling.py")
    made = []
    for source in sorted(messages.glob("*.po")):
        made.append(folder / f"{source.stem}.mo")
        made[-1].write_bytes(compiling.compiled(source))
    return made


def cache_messages(messages: Path) -> None:
    """Compile the catalogues into the cache of the source tree, so that an editable install needs no Babel."""
    compiling = _loaded(messages / "compiling.py")
    for source in messages.glob("*.po"):
        compiling.up_to_date(source)


def fill(models: Path) -> None:
    """Make every missing third-party network in `models`.

    Raises `RuntimeError` if the wheel cannot be downloaded or its hash is not `WHEEL_SHA256`, or if a network differs
    from the manifest before or after conversion. The wheel is read once, so the bytes verified are the bytes opened.
    """
    entries = [e for e in tomllib.loads((models / Path(MANIFEST).name).read_text("utf-8")).values() if "upstream" in e]
    missing = [e for e in entries if not _is(models / e["file"], e["sha256"])]
    if not missing:
        return
    with tempfile.TemporaryDirectory() as scratch:
        wheel = _download(Path(scratch)).read_bytes()
        _expect(wheel, WHEEL_SHA256, "the wheel", "hatch_build.py")
        with zipfile.ZipFile(io.BytesIO(wheel)) as inside:
            generated = Path(scratch) / "schema.py"
            generated.write_bytes(inside.read(SCHEMA))
            convert, schema = _converter(), _loaded(generated)
            for entry in missing:
                original = inside.read(entry["upstream"])
                _expect(original, entry["upstream_sha256"], entry["upstream"], MANIFEST)
                converted = convert(original, schema, entry["mean"], entry["std"])
                _expect(converted, entry["sha256"], entry["file"], MANIFEST)
                _write(models / entry["file"], converted)


def _is(path: Path, sha256: str) -> bool:
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == sha256


def _expect(content: bytes, sha256: str, name: str, pinned_in: str) -> None:
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        raise RuntimeError(f"{name} from {WHEEL} has sha256 {found}, {pinned_in} pins {sha256}: refused")


def _write(path: Path, content: bytes) -> None:
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    beside.write_bytes(content)
    beside.replace(path)


def _download(folder: Path) -> Path:
    how = ("--quiet", "--no-deps", "--only-binary=:all:", *PLATFORM, "--disable-pip-version-check")
    command = [sys.executable, "-m", "pip", "download", *how, "--dest", str(folder), WHEEL]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(
            f"{WHEEL}, whose wheel carries the face models, could not be downloaded. Allow pip to reach a package "
            f"index, or copy into models/ the files that {MANIFEST} names, from a build elsewhere.\n{done.stderr}"
        )
    return next(folder.glob("*.whl"))


def _converter() -> Callable[[bytes, ModuleType, float, float], bytes]:
    """`convert` from the package beside this file. hatchling loads hooks without their folder on the path."""
    here = str(Path(__file__).resolve().parent)
    sys.path.insert(0, here)
    try:
        from tflite_to_onnx.operations import convert
    finally:
        sys.path.remove(here)
    return convert


def _loaded(path: Path) -> ModuleType:
    """Load a single file as a module, without its package."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise ImportError(path.stem)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
