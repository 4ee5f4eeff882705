"""Which files of a folder to judge: all but those that are known to be something else."""

from __future__ import annotations

import os
import re
from collections import Counter
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from mettici.image.formats import DECODABLE, recognise
from mettici.output.files import normalized_name
from mettici.safe_open import opened_regular

NO_PHOTOS = frozenset({
    # of the system and of programs
    ".db", ".ini", ".ds_store", ".lnk", ".url", ".webloc", ".tmp", ".part", ".crdownload", ".lock", ".log", ".bak",
    ".plist",
    # sidecars of photos
    ".xmp", ".aae", ".json", ".xml", ".yaml", ".yml", ".pp3", ".dop", ".cos", ".md5", ".sha256",
    # video and sound
    ".mp4", ".mov", ".m4v", ".avi", ".mkv", ".webm", ".mpg", ".mpeg", ".3gp", ".wmv", ".mts", ".m2ts", ".srt", ".vtt",
    ".mp3", ".m4a", ".wav", ".aac", ".flac", ".ogg", ".opus",
    # text, tables and letters, among them what mettici writes
    ".txt", ".md", ".rtf", ".csv", ".tsv", ".jsonl", ".parquet", ".html", ".htm", ".xls", ".xlsx", ".doc", ".docx",
    ".odt", ".ods", ".ppt", ".pptx", ".odp", ".pages", ".numbers", ".key", ".eml", ".msg", ".vcf", ".ics",
    # archives and source code
    ".zip", ".7z", ".rar", ".tar", ".gz", ".bz2", ".xz", ".py", ".sh", ".bat", ".ps1", ".js", ".css", ".toml", ".sql",
})  # fmt: skip
"""File name extensions, in lower case, of what lies beside photos.

Such a file, and one without an extension, is judged only if it contains a picture that mettici reads. Any other file is
judged, so that the report says what is wrong with it.
"""
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
        ending = _ending(name)
        if self.include or self.everything or (ending and ending not in NO_PHOTOS) or (path and _holds_picture(path)):
            return True
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
