"""The crop of the photo that `rank` puts first."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from mettici.cli.pictures import Target
from mettici.cli.terminal import page, show
from mettici.errors import OutputError
from mettici.messages import say

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mettici.scan.task import Task


class Noted:
    """Tasks as they pass, kept by their names."""

    def __init__(self, tasks: Iterable[Task]) -> None:
        self._tasks = tasks
        self.by_name: dict[str, Task] = {}

    def __iter__(self) -> Iterator[Task]:
        for task in self._tasks:
            self.by_name[task.name] = task
            yield task


def write_winner(path: str, report: dict[str, Any], noted: Noted, lang: str) -> None:
    """Write the crop that the winner's report suggests, or the whole photo where it suggests none, and say so.

    Upright and without metadata, to a file or into a folder, as `check --crop`. Raises `OutputError`, also where the
    file is one of the photos, and `PhotoError` where the photo cannot be decoded at its full size.
    """
    from mettici.image.encode import Original, format_for
    from mettici.image.photo import load

    task = noted.by_name[report["path"]]
    target, photo = Target(path, [task.path or task.name]), load(task.contents)
    if target.file and os.path.exists(target.file):
        photos = (one.path for one in noted.by_name.values() if os.path.exists(one.path))
        if any(os.path.samefile(one, target.file) for one in photos):
            raise OutputError("photo", path=path)
    kind = target.kind or format_for(photo)
    crop = report.get("crop")
    box = tuple(crop["box"]) if crop else (0, 0, photo.width, photo.height)
    written = target.write(task.path or task.name, "crop", kind, Original(photo).cropped(box, kind))
    told = say("rank.crop" if crop else "rank.whole", lang, photo=task.name, path=written)
    show(page(lang, err=True).fit(told), err=True)
