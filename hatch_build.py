"""Build hook: the catalogues of what mettici says to people are compiled into the wheel."""

from __future__ import annotations

import importlib.util
import tempfile
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class MessagesHook(BuildHookInterface[Any]):
    """Compiles the catalogues; an editable installation reads them as they are."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called by hatchling before anything is built."""
        if self.target_name == "wheel" and version == "standard":
            compiled = compile_messages(Path(self.root) / "src" / "mettici" / "messages", Path(self._scratch.name))
            build_data["force_include"].update({str(path): f"mettici/messages/{path.name}" for path in compiled})

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:  # noqa: ARG002 - as above
        """Called by hatchling once the wheel is written."""
        self._scratch.cleanup()

    @cached_property
    def _scratch(self) -> tempfile.TemporaryDirectory[str]:
        return tempfile.TemporaryDirectory()


def compile_messages(messages: Path, folder: Path) -> list[Path]:
    """The catalogues in `messages`, each compiled into `folder`."""
    compiling = _loaded(messages / "compiling.py")
    made = []
    for source in sorted(messages.glob("*.po")):
        made.append(folder / f"{source.stem}.mo")
        made[-1].write_bytes(compiling.compiled(source))
    return made


def _loaded(path: Path) -> ModuleType:
    """The module in a file, without its package."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise ImportError(path.stem)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
