"""Writes the pictures that `check` makes on request: the suggested crop and the annotated photo."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from mettici.cli.terminal import page, show
from mettici.errors import OutputError
from mettici.messages import say
from mettici.output.files import ENDINGS, output_errors, write_whole

if TYPE_CHECKING:
    from mettici.checker import Examination

FORMATS = {extension: kind for kind, extensions in ENDINGS.items() for extension in extensions}
"""The format of a picture by its file's extension."""


class Target:
    """Where the pictures made from `photos` go: one file, or a folder, created if necessary.

    A path without an extension, or with a trailing slash, is a folder. Raises `OutputError` if several photos would go
    to one file, if that file is one of the photos, and if its extension is unknown.
    """

    def __init__(self, path: str, photos: Sequence[str]) -> None:
        self._path, self._photos = path, photos
        extension = os.path.splitext(path)[1].lower()
        self._folder = os.path.isdir(path) or path.endswith(("/", os.sep)) or not (extension or os.path.isfile(path))
        self._written: set[str] = set()
        if self._folder:
            return
        if extension not in FORMATS:
            raise OutputError("ending", path=path, known=", ".join(FORMATS))
        if len(photos) > 1:
            raise OutputError("folder", path=path, folder=os.path.splitext(path)[0])
        if self._is_photo(path):
            raise OutputError("photo", path=path)

    @property
    def file(self) -> str | None:
        """The one file to write; None for a folder."""
        return None if self._folder else self._path

    @property
    def kind(self) -> str | None:
        """The format implied by the file's name, "JPEG" or "PNG"; None for a folder."""
        return FORMATS[os.path.splitext(self.file)[1].lower()] if self.file else None

    def write(self, photo: str, tag: str, kind: str, data: bytes) -> str:
        """Write the picture made from `photo`, completely or not at all, and return its path. Raises `OutputError`."""
        path = self.file or self._free_path(photo, tag, kind)
        with output_errors(path):
            if self._folder:
                os.makedirs(self._path, exist_ok=True)
        write_whole(path, data)
        return path

    def _free_path(self, photo: str, tag: str, kind: str) -> str:
        """A path in the folder that is neither a photo's nor already used in this run: two photos may share a name."""
        stem = "photo" if photo == "-" else os.path.splitext(os.path.basename(photo))[0]
        for count in itertools.count(1):
            number = f"_{count}" if count > 1 else ""
            path = os.path.join(self._path, f"{stem}_{tag}{number}{ENDINGS[kind][0]}")
            if path not in self._written and not self._is_photo(path):
                break
        self._written.add(path)
        return path

    def _is_photo(self, path: str) -> bool:
        return any(os.path.exists(p) and os.path.exists(path) and os.path.samefile(p, path) for p in self._photos)


class Pictures:
    """Makes and writes the requested pictures of each photo, and reports on standard error where they are.

    `targets`: by picture, "annotate" or "crop". Raises `OutputError` if both would go to one file.
    """

    def __init__(self, targets: Mapping[str, Target], lang: str) -> None:
        self.targets, self._lang = targets, lang
        files = [t.file for t in targets.values() if t.file]
        if len(set(map(os.path.abspath, files))) < len(files):
            raise OutputError("twice", path=files[0])

    def write(self, photo: str, done: Examination) -> None:
        """Write the pictures of one photo. Raises `OutputError`, and `PhotoError` if it cannot be read at full size."""
        writers: Mapping[str, Callable[[str, Examination], None]] = {"annotate": self._annotate, "crop": self._crop}
        for name in self.targets:
            writers[name](photo, done)

    def _annotate(self, photo: str, done: Examination) -> None:
        from mettici.image.encode import encode
        from mettici.output.annotate import annotated

        target = self.targets["annotate"]
        kind = target.kind or "JPEG"
        picture = encode(annotated(done.report, done.evidence, self._lang), kind)
        self._print("annotated", photo, path=target.write(photo, "annotated", kind, picture))

    def _crop(self, photo: str, done: Examination) -> None:
        from mettici.image.encode import Original, format_for

        report, target = done.report, self.targets["crop"]
        if report.crop is None:
            why = report.retake.message(self._lang) if report.retake else say("check.no_crop_needed", self._lang)
            self._print("no_crop", photo, why=why)
            return
        kind = target.kind or format_for(done.evidence.photo)
        data = Original(done.evidence.photo).cropped(report.crop.box, kind)
        self._print("crop", photo, path=target.write(photo, "crop", kind, data))

    def _print(self, key: str, photo: str, **facts: str) -> None:
        show(page(self._lang, err=True).fit(say(f"check.{key}", self._lang, photo=photo, **facts)), err=True)
