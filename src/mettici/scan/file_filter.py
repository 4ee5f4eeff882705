"""Which files of a folder are photos to judge: those that look like pictures, and what the user says beside."""

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
    # read here
    ".jpg", ".jpeg", ".jpe", ".jfif", ".mpo", ".png", ".apng", ".webp", ".gif", ".bmp", ".dib", ".tif", ".tiff",
    ".avif", ".heic", ".heif", ".hif",
    # pictures all the same, of which it is said that they are not read
    ".jxl", ".jp2", ".j2k", ".jpx", ".jxr", ".psd", ".xcf", ".ico", ".icns", ".svg", ".eps", ".tga", ".pcx", ".ppm",
    ".pgm", ".pnm", ".qoi", ".exr", ".hdr", ".cr2", ".cr3", ".nef", ".nrw", ".arw", ".dng", ".orf", ".rw2", ".raf",
    ".pef", ".srw", ".3fr", ".iiq",
})  # fmt: skip
"""Endings that promise a picture. A file that has one is judged, and what is wrong with it is told."""
CLOSED_FOLDERS = frozenset({
    "@eadir", "#recycle", "#snapshot", "$recycle.bin", "system volume information", "__macosx", "lost+found",
})  # fmt: skip
"""Folders, in small letters, that systems and disks keep for themselves: thumbnails, waste bins, rescued pieces."""
_HEAD = 4096
"""Bytes that tell what a file is (see `formats.recognise`)."""
_PLAIN = re.compile(r"\.\w{1,8}")


@dataclass
class FileFilter:
    """What of a source is judged, and the count of what is not.

    - `include`: patterns; where there are any, a file must match one, and then is judged whatever it is.
    - `exclude`: patterns of files and folders that are left out.
    - `everything`: judge also what is no picture.
    - `skipped`: how many files and folders were left out as no photos, by ending or by the folder's name.

    A pattern with a slash is matched against the path below the source, any other against the name alone. Capital and
    small letters are the same: cameras write `.JPG`.
    """

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    everything: bool = False
    skipped: Counter[str] = field(default_factory=Counter[str])

    def accepts_folder(self, name: str) -> bool:
        """Whether a folder, by its path below the source, may hold photos."""
        if _matches(name, self.exclude):
            return False
        base = name.rpartition("/")[2]
        if self.everything or base.lower() not in CLOSED_FOLDERS:
            return True
        self.skipped[f"{base}/"] += 1
        return False

    def accepts_file(self, name: str, path: str | None) -> bool:
        """Whether a file is judged: `name` is its path below the source, `path` where it can be opened, if it can."""
        if _matches(name, self.exclude) or (self.include and not _matches(name, self.include)):
            return False
        if self.include or self.everything or _ending(name) in ENDINGS or (path and _holds_picture(path)):
            return True
        ending = _ending(name)
        if path is None and not ending:  # in a bucket, where looking inside is as dear as judging
            return True
        self.skipped[ending if _PLAIN.fullmatch(ending) else ""] += 1
        return False


def matches(name: str, pattern: str) -> bool:
    """Whether a name fits a pattern, whatever the case of letters, and however accents are stored (macOS: apart)."""
    return fnmatchcase(normalized_name(name), normalized_name(pattern))


def _matches(name: str, patterns: tuple[str, ...]) -> bool:
    base = name.rpartition("/")[2]
    return any(matches(name if "/" in pattern else base, pattern) for pattern in patterns)


def _ending(name: str) -> str:
    return os.path.splitext(name)[1].lower()


def _holds_picture(path: str) -> bool:
    """Whether the contents are of a picture that is read here, whatever the name says."""
    try:
        with opened_regular(path) as file:
            return recognise(file.read(_HEAD)).name in DECODABLE
    except (OSError, ValueError):
        return True  # judging it says what is wrong
