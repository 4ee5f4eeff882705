"""Where the photos of a batch are: a folder, a pattern, a list, or one file.

Streamed, in the order in which the file system gives them: no list is held, and a folder of a million files starts at
once. Hidden files and folders (a leading dot) are left out, as are pipes, sockets and devices, and what is no picture
(see `choosing`). What is named one by one, in a list or alone, is judged whatever it is.
"""

from __future__ import annotations

import io
import os
import stat
from collections import Counter
from dataclasses import replace
from fnmatch import fnmatch
from itertools import chain
from pathlib import PurePath
from typing import TYPE_CHECKING

from mettici.batch.choosing import Choice
from mettici.batch.task import Task
from mettici.errors import SourceError, UnreadableError
from mettici.opening import PATIENCE, is_regular, opened

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

_MAGIC = frozenset("*?[")
_Folder = tuple[int, int]  # device and inode: tells a folder whatever path leads to it


def find(
    source: str, skip: Iterable[str] = (), *, ordered: bool = False, choice: Choice | None = None
) -> Iterator[Task]:
    """The photos of `source`, without the files `skip` (the outputs of this run, which may lie among them).

    `source` is a folder (names are relative to it, with `/`), a pattern in which `**` stands for any folders,
    a list `@list.txt` with a path a line, or one file (names as given). `ordered`: a folder's photos come by name,
    the same each time; that holds the names of the folders being read. `choice`: which files of a folder or a pattern
    are photos, and the count of the others. Raises `SourceError` where it gives nothing.
    """
    left_out = {os.path.realpath(path) for path in skip}
    names = {os.path.basename(path) for path in left_out}  # by name first: asking for a real path takes time
    tasks = (
        t
        for t in _tasks(source, ordered, choice or Choice())
        if os.path.basename(t.path) not in names or os.path.realpath(t.path) not in left_out
    )
    first = next(tasks, None)
    if first is None:
        raise SourceError("no_photos", source=source)
    return chain((first,), tasks)


def counter(source: str, skip: Sequence[str], choice: Choice) -> Callable[[], int] | None:
    """What counts the photos of `source`, apart; None where it cannot be read twice: a list through a pipe."""
    if source.startswith("@") and not os.path.lexists(source) and not is_regular(source[1:]):
        return None
    apart = replace(choice, left_out=Counter[str]())
    return lambda: sum(1 for _ in find(source, skip, choice=apart))


def _tasks(source: str, ordered: bool, choice: Choice) -> Iterator[Task]:
    if os.path.isdir(source):
        return _below(source, "", set(), ordered, choice)
    if os.path.lexists(source):
        return iter((Task(source, source),))
    if source.startswith("@"):
        return _listed(source[1:])
    if not _MAGIC.intersection(source):
        raise SourceError("not_found", source=source)
    first, *rest = PurePath(source).parts
    anchored = bool(PurePath(source).anchor)
    matching = _matching(first, rest, choice) if anchored else _matching("", (first, *rest), choice)
    return (t for t in matching if choice.takes(t.name, t.path))


def _below(folder: str, prefix: str, seen: set[_Folder], ordered: bool, choice: Choice) -> Iterator[Task]:
    """Every photo in a folder and those below; `seen` stops links that lead back."""
    try:
        here = os.stat(folder)
        if (here.st_dev, here.st_ino) in seen:
            return
        seen.add((here.st_dev, here.st_ino))
        with os.scandir(folder) as entries:
            for entry in sorted(entries, key=lambda e: e.name) if ordered else entries:
                kind, name = _kind(entry), prefix + entry.name
                if entry.name.startswith(".") or kind is None:
                    continue
                if kind == stat.S_IFDIR:
                    if choice.enters(name):
                        yield from _below(entry.path, f"{name}/", seen, ordered, choice)
                elif choice.takes(name, entry.path):
                    yield Task(name, entry.path)
    except PermissionError:
        yield Task(prefix.rstrip("/") or ".", folder, UnreadableError("permission", path=folder))
    except OSError as error:  # it vanished, or the disk fails
        yield Task(prefix.rstrip("/") or ".", folder, UnreadableError("io", detail=error.strerror or str(error)))


def _kind(entry: os.DirEntry[str]) -> int | None:
    """A folder, a file (also one that a broken link promises), or None for what is no file to read."""
    try:
        if entry.is_dir():
            return stat.S_IFDIR
        return stat.S_IFREG if entry.is_file() or not os.path.exists(entry.path) else None
    except OSError:
        return stat.S_IFREG  # judging it will say what is wrong


def _matching(folder: str, parts: Sequence[str], choice: Choice) -> Iterator[Task]:
    """The files that a pattern, given as its parts, matches below `folder`."""
    if not parts:
        if os.path.isfile(folder) or not os.path.exists(folder):
            yield Task(PurePath(folder).as_posix(), folder)
        return
    part, rest = parts[0], parts[1:]
    if part == "**":
        for below in _folders(folder, choice):
            yield from _matching(below, rest or ("*",), choice)
    elif _MAGIC.intersection(part):
        for name in _names(folder):
            path = os.path.join(folder, name)
            hidden = name.startswith(".") and not part.startswith(".")
            if not hidden and fnmatch(name, part) and (not rest or os.path.isdir(path)):
                yield from _matching(path, rest, choice)
    elif os.path.lexists(path := os.path.join(folder, part)):
        yield from _matching(path, rest, choice)


def _folders(folder: str, choice: Choice) -> Iterator[str]:
    """A folder and all below it; links are not followed, as in shells."""
    yield folder
    for name in _names(folder):
        path = os.path.join(folder, name)
        if name.startswith(".") or os.path.islink(path) or not os.path.isdir(path):
            continue
        if choice.enters(PurePath(path).as_posix()):
            yield from _folders(path, choice)


def _names(folder: str) -> Iterator[str]:
    try:
        with os.scandir(folder or ".") as entries:
            for entry in entries:
                yield entry.name
    except OSError:
        return


def _text(path: str) -> io.TextIOWrapper:
    raw = opened(path, renewed=True)
    return io.TextIOWrapper(io.BufferedReader(raw), "utf-8-sig", "surrogateescape")


def _listed(path: str) -> Iterator[Task]:
    """The photos that a text file names, one a line; blank lines are left out."""
    try:
        with _text(path) as file:
            for line in file:
                if name := line.rstrip("\r\n"):
                    yield Task(name, name)
    except TimeoutError as error:
        raise SourceError("waited", source=f"@{path}", seconds=f"{PATIENCE:g}") from error
    except OSError as error:
        raise SourceError("not_found", source=f"@{path}") from error
