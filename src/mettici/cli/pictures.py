"""The pictures that `check` writes on demand: the suggested crop, and the annotated photo."""

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

KINDS = {ending: kind for kind, endings in ENDINGS.items() for ending in endings}
"""What a picture is written as, by its file's ending."""


class Target:
    """Where the pictures made of `photos` go: one file, or a folder, which is made where it is missing.

    A name without an ending, or with a slash at its end, is a folder's. Raises `OutputError` where several photos
    would go to one file, where that file is one of them, and where its ending is not known.
    """

    def __init__(self, path: str, photos: Sequence[str]) -> None:
        self._path, self._photos = path, photos
        ending = os.path.splitext(path)[1].lower()
        self._folder = os.path.isdir(path) or path.endswith(("/", os.sep)) or not (ending or os.path.isfile(path))
        self._taken: set[str] = set()
        if self._folder:
            return
        if ending not in KINDS:
            raise OutputError("ending", path=path, known=", ".join(KINDS))
        if len(photos) > 1:
            raise OutputError("folder", path=path, folder=os.path.splitext(path)[0])
        if self._is_photo(path):
            raise OutputError("photo", path=path)

    @property
    def file(self) -> str | None:
        """The one file that all goes to; None for a folder."""
        return None if self._folder else self._path

    @property
    def kind(self) -> str | None:
        """What the file's name asks for, "JPEG" or "PNG"."""
        return KINDS[os.path.splitext(self.file)[1].lower()] if self.file else None

    def write(self, photo: str, tag: str, kind: str, data: bytes) -> str:
        """Write the picture made of `photo`, whole or not at all; returns its path. Raises `OutputError`."""
        path = self.file or self._named(photo, tag, kind)
        with output_errors(path):
            if self._folder:
                os.makedirs(self._path, exist_ok=True)
        write_whole(path, data)
        return path

    def _named(self, photo: str, tag: str, kind: str) -> str:
        """A path in the folder that no photo has, and no other picture of this run: two may be called alike."""
        stem = "photo" if photo == "-" else os.path.splitext(os.path.basename(photo))[0]
        for count in itertools.count(1):
            number = f"_{count}" if count > 1 else ""
            path = os.path.join(self._path, f"{stem}_{tag}{number}{ENDINGS[kind][0]}")
            if path not in self._taken and not self._is_photo(path):
                break
        self._taken.add(path)
        return path

    def _is_photo(self, path: str) -> bool:
        return any(os.path.exists(p) and os.path.exists(path) and os.path.samefile(p, path) for p in self._photos)


class Pictures:
    """Makes and writes the pictures that are wanted of each photo, and says on standard error where they are.

    Raises `OutputError` where two kinds would go to one file.
    """

    def __init__(self, targets: Mapping[str, Target], lang: str) -> None:
        self.wanted, self._lang = targets, lang
        files = [t.file for t in targets.values() if t.file]
        if len(set(map(os.path.abspath, files))) < len(files):
            raise OutputError("twice", path=files[0])

    def write(self, photo: str, done: Examination) -> None:
        """Write them for one photo. Raises `OutputError`, and `PhotoError` where it cannot be read at full size."""
        writers: Mapping[str, Callable[[str, Examination], None]] = {"annotate": self._annotate, "crop": self._crop}
        for name in self.wanted:
            writers[name](photo, done)

    def _annotate(self, photo: str, done: Examination) -> None:
        from mettici.image.encode import encode
        from mettici.output.annotate import annotated

        target = self.wanted["annotate"]
        kind = target.kind or "JPEG"
        picture = encode(annotated(done.report, done.evidence, self._lang), kind)
        self._say("annotated", photo, path=target.write(photo, "annotated", kind, picture))

    def _crop(self, photo: str, done: Examination) -> None:
        from mettici.image.encode import Original, format_for

        report, target = done.report, self.wanted["crop"]
        if report.crop is None:
            why = report.retake.message(self._lang) if report.retake else say("check.no_crop_needed", self._lang)
            self._say("no_crop", photo, why=why)
            return
        kind = target.kind or format_for(done.evidence.photo)
        data = Original(done.evidence.photo).cropped(report.crop.box, kind)
        self._say("crop", photo, path=target.write(photo, "crop", kind, data))

    def _say(self, what: str, photo: str, **facts: str) -> None:
        show(page(self._lang, err=True).fit(say(f"check.{what}", self._lang, photo=photo, **facts)), err=True)
