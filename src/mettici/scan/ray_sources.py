"""Sources of the Ray engine: those of the local engine, and any address of pyarrow's file systems."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import TYPE_CHECKING, Any

from mettici.errors import NotFoundError, PhotoError, SourceError, UnreadableError
from mettici.image.photo import DEFAULT
from mettici.scan.file_filter import FileFilter
from mettici.scan.sources import find
from mettici.scan.task import Task

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
READERS = 8
"""Photos to fetch from a bucket at once: its latency is high, and it serves many requests in parallel."""
_NAMELESS = "?"


def check(source: str, file_filter: FileFilter | None = None) -> None:
    """Raises `SourceError` if there is no photo."""
    next(iter(in_groups(source, "", 1, file_filter)))


def in_groups(source: str, skip: str, size: int, file_filter: FileFilter | None = None) -> Iterator[list[Task]]:
    """The photos of `source` in groups of `size`, except files in the folder `skip`, an earlier output."""
    found = _tasks(source, file_filter or FileFilter())
    tasks = (t for t in found if not skip or not os.path.abspath(t.path).startswith(skip + os.sep))
    while group := list(islice(tasks, size)):
        yield group


def read(source: str, tasks: Iterable[Task]) -> Iterator[Task]:
    """The tasks, with the contents of photos in a bucket; other photos are read when they are judged."""
    if "://" not in source:
        yield from tasks
        return
    system, _ = _system(source)
    with ThreadPoolExecutor(READERS) as readers:
        yield from readers.map(lambda task: _fetched(system, task), tasks)


def _tasks(source: str, file_filter: FileFilter) -> Iterator[Task]:
    if "://" not in source:
        yield from find(source, ordered=True, file_filter=file_filter)  # reproducible, in case Ray lists it again
        return
    system, root = _system(source)
    tasks = _below(system, root, "", file_filter)
    first = next(tasks, None)
    if first is None:
        raise SourceError("no_photos", source=source)
    yield first
    yield from tasks


def _below(system: Any, folder: str, prefix: str, file_filter: FileFilter) -> Iterator[Task]:
    """Like `sources._below`: sorted, without hidden names; a folder that cannot be listed gives an error."""
    from pyarrow.fs import FileSelector, FileType

    try:
        entries = system.get_file_info(FileSelector(folder))
    except OSError as error:
        yield Task(prefix.rstrip("/") or ".", folder, UnreadableError("io", detail=str(error)))
        return
    for name, entry in sorted(((_name(e), e) for e in entries), key=lambda pair: pair[0]):
        if name == _NAMELESS:
            yield Task(prefix + name, folder, UnreadableError("io", detail="the name is not valid UTF-8"))
        elif not name.startswith("."):
            if entry.type == FileType.Directory:
                if file_filter.accepts_folder(prefix + name):
                    yield from _below(system, entry.path, f"{prefix}{name}/", file_filter)
            elif entry.type == FileType.File and file_filter.accepts_file(prefix + name, None):  # no pipe and no device
                yield Task(prefix + name, entry.path)


def _name(entry: Any) -> str:
    try:
        return str(entry.base_name)
    except UnicodeDecodeError:  # a local folder under file://; in buckets all names are UTF-8
        return _NAMELESS


def _system(source: str) -> tuple[Any, str]:
    """The file system that an address names, and the path within it."""
    from pyarrow.fs import FileSystem

    try:
        system, path = FileSystem.from_uri(source)
        if system.get_file_info(path).type.name == "NotFound":
            raise SourceError("not_found", source=source)
    except (OSError, ValueError) as error:  # pyarrow raises ValueError for an unknown address
        raise SourceError("not_found", source=source) from error
    return system, path


def _fetched(system: Any, task: Task) -> Task:
    if task.error is not None:
        return task
    try:
        with system.open_input_stream(task.path) as stream:
            return task._replace(data=stream.read(DEFAULT.max_bytes + 1))
    except FileNotFoundError:
        error: PhotoError = NotFoundError(path=task.name)
    except OSError as failed:
        error = UnreadableError("io", detail=str(failed))
    return task._replace(error=error)
