"""Judges an upload and makes the file to store: upright, of a sensible size, and without metadata or location."""

from __future__ import annotations

import base64
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from mettici.errors import TooLargeError
from mettici.image.encode import encode, format_for
from mettici.integrations.refusal import TAKEN, Refusal, refusals

if TYPE_CHECKING:
    from mettici.checker import Examination, PhotoChecker
    from mettici.image.photo import Area, Source
    from mettici.report import Report

MAX_SIDE = 2048
"""Longer side of the stored photo, in px: twice what any profile shows on any screen."""
MAX_OFFERED_SIDE = 1280
"""Longer side of an offered crop: as a JPEG in a form field it stays below Django's limit of 2.5 MB for fields."""
FORM_BYTES = 2**16
"""Allowance for the rest of a form: boundaries, headers and a few short fields."""
Cropping = Literal["no", "offer", "take"]
"""What to do with a suggested crop: ignore it, offer it if the photo is refused, or use it instead of the photo."""
_MEDIA = {"JPEG": ("image/jpeg", ".jpg"), "PNG": ("image/png", ".png")}
_SOLVED_BY_ENCODING = "metadata_privacy"


@dataclass(frozen=True)
class KeptPhoto:
    """A photo that passed, ready to store: `data`, a JPEG or PNG without metadata, and the `report` on it.

    `cropped`: whether it is the suggested crop instead of the whole upload.
    """

    data: bytes
    content_type: str
    suffix: str
    report: Report
    cropped: bool

    def advice(self, lang: str = "en") -> list[str]:
        """What would still improve it, the most valuable first: to show as a warning although the photo passed."""
        advice = (f.advice(lang) for f in self.report.to_fix if f.id != _SOLVED_BY_ENCODING)
        return [text for text in advice if text]

    def data_url(self) -> str:
        """For an `<img>`: shows the picture without storing it."""
        return f"data:{self.content_type};base64,{base64.b64encode(self.data).decode('ascii')}"


@dataclass(frozen=True)
class Outcome:
    """The outcome of an upload: the photo to keep or, if it is refused, the reasons and perhaps a crop to offer."""

    kept: KeptPhoto | None
    refusals: tuple[Refusal, ...] = ()
    offered: KeptPhoto | None = None


def check_size(size: int | None, max_bytes: int) -> None:
    """Raise `TooLargeError` for an upload of `size` bytes (None: unknown), before any of them is read."""
    if size is not None and size > max_bytes:
        raise TooLargeError("bytes", limit=max(1, max_bytes >> 20))


def judge_upload(
    checker: PhotoChecker,
    photo: Source,
    *,
    taken: Collection[str] = TAKEN,
    crop: Cropping = "take",
    lang: str = "en",
    name: str = "-",
) -> Outcome:
    """Judge an upload and make the photo to keep. Raises `PhotoError` if it cannot be read."""
    done = checker.examine(photo, name=name, crop=crop != "no")
    suggested = done.report.crop
    passing = suggested if suggested is not None and suggested.verdict_after in taken else None
    if passing and crop == "take":
        cropped = _cropped(checker, done, passing.box)
        if cropped.report.verdict.value in taken:
            return Outcome(cropped)
    if done.report.verdict.value in taken:
        return Outcome(_whole(done))
    offered = _cropped(checker, done, passing.box, MAX_OFFERED_SIDE, "JPEG") if passing and crop == "offer" else None
    if offered and offered.report.verdict.value not in taken:
        offered = None  # scaling down or compressing may change the verdict
    return Outcome(None, tuple(refusals(done.report, taken, lang)), offered)


def _cropped(
    checker: PhotoChecker, done: Examination, area: Area, side: int = MAX_SIDE, kind: str | None = None
) -> KeptPhoto:
    photo = done.evidence.photo
    kind = kind or format_for(photo)
    data = encode(photo.cut(area, side), kind)
    report = checker.check(data, name=done.report.path, crop=False)
    return KeptPhoto(data, *_MEDIA[kind], report, cropped=True)


def _whole(done: Examination) -> KeptPhoto:
    photo = done.evidence.photo
    kind = format_for(photo)
    return KeptPhoto(encode(photo.cut(None, MAX_SIDE), kind), *_MEDIA[kind], done.report, cropped=False)
