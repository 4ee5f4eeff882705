"""Django: a form field that judges photos and keeps the good ones, and a validator for fields that you have.

class AvatarForm(forms.Form):
    photo = ProfilePhotoField()

class Profile(models.Model):
    photo = models.ImageField(validators=[ProfilePhotoValidator()])
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.deconstruct import deconstructible
from django.utils.translation import get_language

from mettici.errors import PhotoError
from mettici.image.limits import UPLOAD_BYTES
from mettici.integrations.django_input import ProfilePhotoInput
from mettici.integrations.keeping import Cropping, KeptPhoto, Outcome, outcome, sized
from mettici.integrations.refusal import TAKEN, Refusal, refusals, refused, shared_checker
from mettici.messages import negotiated
from mettici.policy import DEFAULT

if TYPE_CHECKING:
    from django.core.files.base import File

    from mettici.report import Report


class ProfilePhoto(SimpleUploadedFile):
    """What `ProfilePhotoField` gives to be stored: upright, without metadata, a JPEG or a PNG.

    `report`: on this picture. `advice`: what would make it better, in the request's language, to show as a warning.
    `cropped`: whether it is the suggested crop.
    """

    report: Report
    advice: list[str]
    cropped: bool

    @classmethod
    def of(cls, kept: KeptPhoto, name: str | None) -> ProfilePhoto:
        """The file that `kept` makes, called as the upload was."""
        made: ProfilePhoto = cls(Path(name or "photo").stem + kept.suffix, kept.data, kept.content_type)
        made.report, made.cropped = kept.report, kept.cropped
        made.advice = kept.advice(negotiated(get_language() or ""))
        return made


class ProfilePhotoField(forms.FileField):
    """A file field whose cleaned value is a `ProfilePhoto`. It reads HEIC too, which an `ImageField` does not.

    A photo that is refused has one error for each thing that stands against it, in the request's language, whose code
    is the check's. `policy`: the name of a policy, the path of a TOML file, or a `Policy`. `taken`: the verdicts with
    which a photo passes. `crop`: "offer" shows a crop that would pass below the refused photo, to be taken with a tick;
    "take" puts it in the upload's place wherever it is better; "no" looks for none. `max_bytes`: a larger upload is
    refused unread. The networks are loaded at the first photo, so it may be made before a server forks.
    """

    widget = ProfilePhotoInput

    def __init__(
        self,
        *,
        policy: Any = DEFAULT,
        taken: Collection[str] = TAKEN,
        crop: Cropping = "offer",
        max_bytes: int = UPLOAD_BYTES,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self.policy, self.taken, self.crop, self.max_bytes = policy, tuple(taken), crop, max_bytes

    def to_python(self, data: Any) -> ProfilePhoto | None:
        """Judge the upload. Raises `ValidationError`."""
        upload = super().to_python(data)
        if upload is None:
            return None
        found = self._judged(upload)
        if found.kept is not None:
            return ProfilePhoto.of(found.kept, upload.name)
        if isinstance(self.widget, ProfilePhotoInput):
            self.widget.offered = found.offered  # the form's own copy of field and widget
        raise _invalid(found.against)

    def _judged(self, upload: File) -> Outcome:
        lang = negotiated(get_language() or "")
        try:
            sized(upload.size, self.max_bytes)
            return outcome(shared_checker(self.policy), upload, taken=self.taken, crop=self.crop, lang=lang)
        except PhotoError as error:
            raise _invalid([refused(error, lang)]) from error


@deconstructible
class ProfilePhotoValidator:
    """Raises a `ValidationError` with one error for each thing that stands against the photo; its code is the check's.

    `policy`: the name of a policy, or the path of a TOML file, as migrations can write it down. `taken`: the verdicts
    with which a photo passes. `max_bytes`: a larger upload is refused unread. The networks are loaded at the first
    photo, so it may be made before a server forks. The photo is stored as it came, with the place where it was taken:
    `ProfilePhotoField` removes that.
    """

    def __init__(self, policy: str = DEFAULT, taken: Collection[str] = TAKEN, max_bytes: int = UPLOAD_BYTES) -> None:
        self.policy, self.taken, self.max_bytes = str(policy), tuple(taken), max_bytes

    def __call__(self, photo: File) -> None:
        """Judge the photo, and rewind it for whoever keeps it."""
        lang = negotiated(get_language() or "")
        try:
            sized(photo.size, self.max_bytes)
            report = self._report(photo)
        except PhotoError as error:
            raise _invalid([refused(error, lang)]) from error
        if report.verdict.value not in self.taken:
            raise _invalid(refusals(report, self.taken, lang))

    def _report(self, photo: File) -> Report:
        policy = Path(self.policy) if self.policy.endswith(".toml") else self.policy
        photo.open()  # a file that is closed is opened again, one that is open is rewound
        try:
            return shared_checker(policy).check(photo, crop=False)
        finally:
            photo.seek(0)

    def _settings(self) -> tuple[object, ...]:
        return self.policy, self.taken, self.max_bytes

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ProfilePhotoValidator) and self._settings() == other._settings()

    def __hash__(self) -> int:
        return hash(self._settings())


def _invalid(against: Collection[Refusal]) -> ValidationError:
    told = [(str(one).replace("%", "%%"), one) for one in against]  # Django fills its parameters in with `%`
    return ValidationError([ValidationError(text, code=one.code, params=one.to_dict()) for text, one in told])
