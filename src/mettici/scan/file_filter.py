"""Which files of a folder to judge: those that look like pictures, and those the user includes."""

from __future__ import annotations

import os
import re
from collections import Counter
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from mettici.image.formats import DECODABLE, recognise
from mettici.output.files import normalized_name
from mettici.safe_open import opened_regular

ENDINGS = frozenset({
    # formats that mettici reads
    ".jpg", ".jpeg", ".jpe", ".jfif", ".mpo", ".png", ".apng", ".webp", ".gif", ".bmp", ".dib", ".tif", ".tiff",
    ".avif", ".heic", ".heif", ".hif",
    # pictures that mettici cannot read: they are reported, not skipped
    ".jxl", ".jp2", ".j2k", ".jpx", ".jxr", ".psd", ".xcf", ".ico", ".icns", ".svg", ".eps", ".tga", ".pcx", ".ppm",
    ".pgm", ".pnm", ".qoi", ".exr", ".hdr", ".cr2", ".cr3", ".nef", ".nrw", ".arw", ".dng", ".orf", ".rw2", ".raf",
    ".pef", ".srw", ".3fr", ".iiq",
})  # fmt: skip
"""File name extensions of pictures. A file that has one is judged, so that the report says what is wrong with it."""
CLOSED_FOLDERS = frozenset({
    "@eadir", "#recycle", "#snapshot", "$recycle.bin", "system volume information", "__macosx", "lost+found",
})  # fmt: skip
"""Folders, in lower case, that operating systems keep for themselves: thumbnails, recycle bins, recovered files."""
_HEAD = 4096
"""Bytes needed to recognise a file (see `formats.recognise`)."""
_PLAIN = re.compile(r"\.\w{1,8}")


@dataclass
class FileFilter:
    """Selects the files of a source, and counts the ones it skips.

    - `include`: patterns; if there are any, a file must match one, and is then judged whatever it contains.
    - `exclude`: patterns of files and folders to leave out.
    - `everything`: also judge files that are not pictures.
    - `skipped`: how many files and folders were skipped as not being photos, by extension or by folder name.

    A pattern with a slash is matched against the path below the source, any other against the name alone. Case is
    ignored: cameras write `.JPG`.
    """

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    everything: bool = False
    skipped: Counter[str] = field(default_factory=Counter[str])

    def accepts_folder(self, name: str) -> bool:
        """Whether to look for photos in a folder; `name` is its path below the source."""
        if _matches(name, self.exclude):
            return False
        base = name.rpartition("/")[2]
        if self.everything or base.lower() not in CLOSED_FOLDERS:
            return True
        self.skipped[f"{base}/"] += 1
        return False

    def accepts_file(self, name: str, path: str | None) -> bool:
        """Whether to judge a file: `name` is its path below the source; `path` is None if it cannot be opened."""
        if _matches(name, self.exclude) or (self.include and not _matches(name, self.include)):
            return False
        if self.include or self.everything or _ending(name) in ENDINGS or (path and _holds_picture(path)):
            return True
        ending = _ending(name)
        if path is None and not ending:  # in a bucket, where opening the file costs as much as judging it
            return True
        self.skipped[ending if _PLAIN.fullmatch(ending) else ""] += 1
        return False


def matches(name: str, pattern: str) -> bool:
    """Whether a name matches a pattern; ignores case and Unicode normalization (macOS decomposes accents)."""
    return fnmatchcase(normalized_name(name), normalized_name(pattern))


def _matches(name: str, patterns: tuple[str, ...]) -> bool:
    base = name.rpartition("/")[2]
    return any(matches(name if "/" in pattern else base, pattern) for pattern in patterns)


def _ending(name: str) -> str:
    return os.path.splitext(name)[1].lower()


def _holds_picture(path: str) -> bool:
    """Whether the file contains a picture that mettici reads, whatever its name."""
    try:
        with opened_regular(path) as file:
            return recognise(file.read(_HEAD)).name in DECODABLE
    except (OSError, ValueError):
        return True  # the report will say what is wrong
