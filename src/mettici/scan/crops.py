"""`scan --crop`: write every suggested crop to a folder that mirrors the scanned one."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING

from mettici.errors import OutputError
from mettici.image.encode import Original, format_for
from mettici.image.photo import load
from mettici.output.files import ENDINGS, output_errors, write_whole
from mettici.scan.lists import LIST, PHOTO, is_list

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mettici.image.photo import Area, Photo
    from mettici.scan.task import Task

_PARENT = "__"
"""Replaces `..`, so that no crop is written outside its folder."""
_NAMELESS = "photo"


@dataclass(frozen=True)
class Crops:
    """The `folder` to write crops to, and the `size`, (width, height) in px, to scale them to, if any."""

    folder: str
    size: tuple[int, int] | None = None

    def path_for(self, name: str, kind: str) -> str:
        """The path of the crop of photo `name`, as a "JPEG" or a "PNG". It keeps the photo's folders.

        The format's extension is appended unless the name already has a matching one.
        """
        path = PurePath(_NAMELESS if name == PHOTO else name)
        parts = [_PARENT if part == ".." else part for part in path.parts if part != path.anchor]
        end = "" if path.suffix.lower() in ENDINGS[kind] else ENDINGS[kind][0]
        return os.path.join(self.folder, *parts) + end

    def write(self, task: Task, photo: Photo, box: Area) -> str:
        """Write `box` of the task's photo to a file, whole or not at all, and return its path.

        Raises `OutputError`, and `PhotoError` if the photo cannot be decoded at full size.
        """
        kind = format_for(photo)
        path = self.path_for(task.name, kind)
        data = Original(photo).cropped(box, kind, self.size)
        with output_errors(path):
            if os.path.exists(path) and os.path.exists(task.path) and os.path.samefile(path, task.path):
                raise OutputError("photo", path=path)
            os.makedirs(os.path.dirname(path), exist_ok=True)
        write_whole(path, data)
        return path

    def restore(self, task: Task, path: str, box: Area) -> None:
        """Write the crop again if the file that an earlier run wrote to `path` is gone. Raises like `write`."""
        if not os.path.exists(path):
            self.write(task, load(task.contents), box)


def check_folder(folder: str, sources: Iterable[str]) -> None:
    """Raises `OutputError` if crops would lie among or above the photos of a source, where they could overwrite them.

    Photos named by a list are compared with their crops when those are written.
    """
    if os.path.isfile(folder):
        raise OutputError("io", path=folder, detail=os.strerror(20))
    target = _canonical(folder)
    for source in sources:
        if source in (PHOTO, LIST) or is_list(source):
            continue
        root = _root(source)
        if _canonical(root) == target or _canonical(root).startswith(target.rstrip(os.sep) + os.sep):
            raise OutputError("crops_among_photos", path=folder)


def _root(source: str) -> str:
    """The folder that a source reads: the source itself, the folder of a file, or a pattern's part before any
    wildcard."""
    if os.path.isdir(source):
        return source
    parts = [source] if os.path.lexists(source) else list(PurePath(source).parts)
    plain: list[str] = []
    for part in parts:
        if {"*", "?", "["} & set(part):
            break
        plain.append(part)
    path = os.path.join(*plain) if plain else ""
    return path if os.path.isdir(path) else os.path.dirname(path) or os.curdir


def _canonical(path: str) -> str:
    return os.path.normcase(os.path.realpath(path))
