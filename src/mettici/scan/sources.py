"""Where the photos of a scan come from: folders, patterns, lists, files, and standard input.

Photos are streamed in file system order: no list is held in memory, and a folder of a million files starts at once.
Hidden files and folders (a leading dot) are skipped, as are pipes, sockets, devices, and files that are not pictures
(see `file_filter`). Files named in a list, and a file that is the only source, are judged whatever they are. With
several sources, which a shell may have expanded from `team/*`, files are filtered as in a folder, and a photo that
several of them contain is judged once; this takes about 100 bytes of memory per photo.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections import Counter
from dataclasses import replace
from itertools import chain
from pathlib import PurePath
from typing import TYPE_CHECKING

from mettici.errors import SourceError, UnreadableError
from mettici.scan.file_filter import FileFilter, matches
from mettici.scan.lists import LIST, PHOTO, from_standard_input, is_list, listed, read_again
from mettici.scan.task import Task

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

_MAGIC = frozenset("*?[")
_Folder = tuple[int, int]  # device and inode: identify a folder, whatever path leads to it


def find(
    *sources: str,
    skip: Iterable[str] = (),
    crop_folder: str = "",
    ordered: bool = False,
    file_filter: FileFilter | None = None,
) -> Iterator[Task]:
    """The photos of `sources`, except the files `skip`: the outputs of this run, which may lie among them.

    A source is a folder, a pattern in which `**` matches any number of folders, a list `@list.txt`, a single file, "-"
    for a photo or "@-" for a list from standard input. Names are relative to the folder if that is the only source,
    otherwise as given, with `/`.

    `crop_folder`: a folder of crops to leave out. `ordered`: list each folder by name, so that the order is
    reproducible, at the cost of holding the names of the folders being read. `file_filter`: which files are photos; it
    counts the rest. Raises `SourceError` if a source does not exist, or if all of them together contain no photo.
    """
    if sum(source in (PHOTO, LIST) for source in sources) > 1:
        raise SourceError("stdin_twice")
    file_filter, only_source = file_filter or FileFilter(), len(sources) == 1
    for source in sources:
        if not _exists(source):
            raise SourceError("not_found", source=source)
    excluded = {os.path.realpath(path) for path in skip}
    names = {os.path.basename(path) for path in excluded}  # by name first: resolving a path takes time
    found = (_except(crop_folder, source, _tasks(source, ordered, file_filter, only_source)) for source in sources)
    tasks = (
        t
        for t in (chain.from_iterable(found) if only_source else _once(found))
        if os.path.basename(t.path) not in names or os.path.realpath(t.path) not in excluded
    )
    first = next(tasks, None)
    if first is None:
        raise SourceError("no_photos", source=", ".join(sources))
    return chain((first,), tasks)


def counter(
    sources: Sequence[str], skip: Sequence[str], file_filter: FileFilter, *, crop_folder: str = ""
) -> Callable[[], int] | None:
    """A function that counts the photos of `sources`; None if one of them cannot be read twice."""
    if not all(map(read_again, sources)):
        return None
    uncounted = replace(file_filter, skipped=Counter[str]())
    return lambda: sum(1 for _ in find(*sources, skip=skip, crop_folder=crop_folder, file_filter=uncounted))


def _except(folder: str, source: str, tasks: Iterator[Task]) -> Iterator[Task]:
    """The tasks of `source` that are not in `folder`; a list's are all kept."""
    if not folder or is_list(source) or source == PHOTO:
        return tasks
    inside = os.path.abspath(folder) + os.sep
    return (t for t in tasks if not os.path.abspath(t.path).startswith(inside))


def _once(sources: Iterable[Iterator[Task]]) -> Iterator[Task]:
    """The tasks of several sources, without those that an earlier source has; a list may name a photo twice."""
    earlier: set[bytes] = set()
    for tasks in sources:
        here: set[bytes] = set()
        for task in tasks:
            path = os.fsencode(os.path.abspath(task.path))
            key = hashlib.blake2b(path, digest_size=16).digest()
            if task.data is not None or key not in earlier:
                here.add(key)
                yield task
        earlier |= here


def _exists(source: str) -> bool:
    """Whether a source exists; patterns and lists are checked when they are read."""
    return source == PHOTO or is_list(source) or os.path.lexists(source) or bool(_MAGIC.intersection(source))


def _tasks(source: str, ordered: bool, file_filter: FileFilter, only_source: bool) -> Iterator[Task]:
    if source == PHOTO:
        return iter((from_standard_input(),))
    if os.path.isdir(source):
        if not only_source and not file_filter.accepts_folder(PurePath(source).as_posix()):
            return iter(())
        below = _below(source, "", set(), ordered, file_filter)
        return below if only_source else _with_folder(source, below)
    if os.path.lexists(source):
        return iter((Task(source, source),) if only_source or file_filter.accepts_file(source, source) else ())
    if is_list(source):
        return listed(source)
    first, *rest = PurePath(source).parts
    anchored = bool(PurePath(source).anchor)
    matching = _matching(first, rest, file_filter) if anchored else _matching("", (first, *rest), file_filter)
    return (t for t in matching if file_filter.accepts_file(t.name, t.path))


def _with_folder(folder: str, tasks: Iterator[Task]) -> Iterator[Task]:
    """The tasks of one of several folders, with names that include the folder."""
    start = PurePath(folder).as_posix()
    return (t._replace(name=t.name if start == "." else f"{start.rstrip('/')}/{t.name}") for t in tasks)


def _below(folder: str, prefix: str, seen: set[_Folder], ordered: bool, file_filter: FileFilter) -> Iterator[Task]:
    """Every photo in a folder and its subfolders; `seen` guards against cycles of links."""
    try:
        here = os.stat(folder)
        if (here.st_dev, here.st_ino) in seen:
            return
        seen.add((here.st_dev, here.st_ino))
        with os.scandir(folder) as entries:
            for entry in sorted(entries, key=lambda e: e.name) if ordered else entries:
                kind, name = _file_type(entry), prefix + entry.name
                if entry.name.startswith(".") or kind is None:
                    continue
                if kind == stat.S_IFDIR:
                    if file_filter.accepts_folder(name):
                        yield from _below(entry.path, f"{name}/", seen, ordered, file_filter)
                elif file_filter.accepts_file(name, entry.path):
                    yield Task(name, entry.path)
    except PermissionError:
        yield Task(prefix.rstrip("/") or ".", folder, UnreadableError("permission", path=folder))
    except OSError as error:  # the folder vanished, or the disk failed
        yield Task(prefix.rstrip("/") or ".", folder, UnreadableError("io", detail=error.strerror or str(error)))


def _file_type(entry: os.DirEntry[str]) -> int | None:
    """S_IFDIR, S_IFREG (also for a broken link), or None for anything that is not a file."""
    try:
        if entry.is_dir():
            return stat.S_IFDIR
        return stat.S_IFREG if entry.is_file() or not os.path.exists(entry.path) else None
    except OSError:
        return stat.S_IFREG  # the report will say what is wrong


def _matching(folder: str, parts: Sequence[str], file_filter: FileFilter) -> Iterator[Task]:
    """The files below `folder` that match a pattern, given as its parts."""
    if not parts:
        if os.path.isfile(folder) or not os.path.exists(folder):
            yield Task(PurePath(folder).as_posix(), folder)
        return
    part, rest = parts[0], parts[1:]
    if part == "**":
        for below in _folders(folder, file_filter):
            yield from _matching(below, rest or ("*",), file_filter)
    elif _MAGIC.intersection(part) and not _is_literal(folder, part):
        for name in _names(folder):
            path = os.path.join(folder, name)
            hidden = name.startswith(".") and not part.startswith(".")
            if not hidden and _matches_part(name, part) and (not rest or os.path.isdir(path)):
                yield from _matching(path, rest, file_filter)
    elif os.path.lexists(path := os.path.join(folder, part)):
        yield from _matching(path, rest, file_filter)


def _folders(folder: str, file_filter: FileFilter) -> Iterator[str]:
    """A folder and all its subfolders; links are not followed, as in shells."""
    yield folder
    for name in _names(folder):
        path = os.path.join(folder, name)
        if name.startswith(".") or os.path.islink(path) or not os.path.isdir(path):
            continue
        if file_filter.accepts_folder(PurePath(path).as_posix()):
            yield from _folders(path, file_filter)


def _names(folder: str) -> Iterator[str]:
    try:
        with os.scandir(folder or ".") as entries:
            for entry in entries:
                yield entry.name
    except OSError:
        return


def _is_literal(folder: str, part: str) -> bool:
    """Whether a part with brackets, and no other wildcard, is the name of an existing file."""
    return not {"*", "?"} & set(part) and os.path.lexists(os.path.join(folder, part))


def _matches_part(name: str, part: str) -> bool:
    """Whether a name matches a part of a pattern; brackets also match literally: `anna [2024]*.jpg`."""
    return matches(name, part) or ("[" in part and matches(name, part.replace("[", "[[]")))
