"""Writes the crop of the photo that `rank` puts first."""

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


class RecordedTasks:
    """An iterable of tasks that records each by name as it passes."""

    def __init__(self, tasks: Iterable[Task]) -> None:
        self._tasks = tasks
        self.by_name: dict[str, Task] = {}

    def __iter__(self) -> Iterator[Task]:
        for task in self._tasks:
            self.by_name[task.name] = task
            yield task


def write_crop(path: str, report: dict[str, Any], tasks: RecordedTasks, lang: str) -> None:
    """Write the crop that the report suggests, or the whole photo if it suggests none, and print where it is.

    Like `check --crop`: upright and without metadata, to a file or into a folder. Raises `OutputError`, also if the
    file is one of the photos, and `PhotoError` if the photo cannot be decoded at full size.
    """
    from mettici.image.encode import Original, format_for
    from mettici.image.photo import load

    task = tasks.by_name[report["path"]]
    target, photo = Target(path, [task.path or task.name]), load(task.contents)
    if target.file and os.path.exists(target.file):
        photos = (one.path for one in tasks.by_name.values() if os.path.exists(one.path))
        if any(os.path.samefile(one, target.file) for one in photos):
            raise OutputError("photo", path=path)
    kind = target.kind or format_for(photo)
    crop = report.get("crop")
    box = tuple(crop["box"]) if crop else (0, 0, photo.width, photo.height)
    written = target.write(task.path or task.name, "crop", kind, Original(photo).cropped(box, kind))
    text = say("rank.crop" if crop else "rank.whole", lang, photo=task.name, path=written)
    show(page(lang, err=True).fit(text), err=True)
