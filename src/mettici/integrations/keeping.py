"""What a back end keeps of an upload: upright, of a sensible size, and without metadata, so without the location."""

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

LONGEST = 2048
"""Longer side of what is kept, in px, at most: twice of what any profile shows, on any screen."""
FORM_BYTES = 2**16
"""What a form takes beside its photo: boundaries, headers, and a few short fields."""
OFFERED = 1280
"""The same of a crop that is offered: as a JPEG in a form it stays under the 2.5 MB that Django takes of fields."""
Cropping = Literal["no", "offer", "take"]
"""What is done with a suggested crop: nothing; it is offered where the photo is refused; it takes the photo's place."""
_MEDIA = {"JPEG": ("image/jpeg", ".jpg"), "PNG": ("image/png", ".png")}
_STRIPPED = "metadata_privacy"


@dataclass(frozen=True)
class KeptPhoto:
    """A photo that passed, as a file to keep: `data`, a JPEG or a PNG without any metadata, and the `report` on it.

    `cropped`: whether it is the suggested crop, and not the whole upload.
    """

    data: bytes
    content_type: str
    suffix: str
    report: Report
    cropped: bool

    def advice(self, lang: str = "en") -> list[str]:
        """What would make it better still: for a warning beside a photo that was taken. The first is worth most."""
        told = (f.advice(lang) for f in self.report.to_fix if f.id != _STRIPPED)
        return [advice for advice in told if advice]

    def data_url(self) -> str:
        """For an `<img>`: the picture goes to the browser and is stored nowhere."""
        return f"data:{self.content_type};base64,{base64.b64encode(self.data).decode('ascii')}"


@dataclass(frozen=True)
class Outcome:
    """What becomes of an upload: it is `kept`, or refused for what is `against` it, with a crop that is `offered`."""

    kept: KeptPhoto | None
    against: tuple[Refusal, ...] = ()
    offered: KeptPhoto | None = None


def sized(size: int | None, most: int) -> None:
    """Raises `TooLargeError` for an upload of so many bytes, before any of them is read; None: not known."""
    if size is not None and size > most:
        raise TooLargeError("bytes", limit=max(1, most >> 20))


def outcome(
    checker: PhotoChecker,
    photo: Source,
    *,
    taken: Collection[str] = TAKEN,
    crop: Cropping = "take",
    lang: str = "en",
    name: str = "-",
) -> Outcome:
    """Judge an upload and make what is to be kept of it. Raises `PhotoError` where it cannot be read."""
    done = checker.examine(photo, name=name, crop=crop != "no")
    found = done.report.crop
    better = found if found is not None and found.verdict_after in taken else None
    if better and crop == "take":
        cut = _cropped(checker, done, better.box)
        if cut.report.verdict.value in taken:
            return Outcome(cut)
    if done.report.verdict.value in taken:
        return Outcome(_whole(done))
    offered = _cropped(checker, done, better.box, OFFERED, "JPEG") if better and crop == "offer" else None
    if offered and offered.report.verdict.value not in taken:
        offered = None  # a smaller or a compressed file may be judged otherwise
    return Outcome(None, tuple(refusals(done.report, taken, lang)), offered)


def _cropped(
    checker: PhotoChecker, done: Examination, area: Area, side: int = LONGEST, kind: str | None = None
) -> KeptPhoto:
    photo = done.evidence.photo
    kind = kind or format_for(photo)
    written = encode(photo.cut(area, side), kind)
    report = checker.check(written, name=done.report.path, crop=False)
    return KeptPhoto(written, *_MEDIA[kind], report, cropped=True)


def _whole(done: Examination) -> KeptPhoto:
    photo = done.evidence.photo
    kind = format_for(photo)
    return KeptPhoto(encode(photo.cut(None, LONGEST), kind), *_MEDIA[kind], done.report, cropped=False)
