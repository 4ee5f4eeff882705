"""Django: a form field that judges photos and keeps good ones, and a validator for existing fields.

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
from mettici.integrations.refusal import TAKEN, Refusal, refusals, refused, shared_checker
from mettici.integrations.upload import Cropping, KeptPhoto, Outcome, check_size, judge_upload
from mettici.messages import negotiated
from mettici.policy import DEFAULT

if TYPE_CHECKING:
    from django.core.files.base import File

    from mettici.report import Report


class ProfilePhoto(SimpleUploadedFile):
    """The cleaned value of `ProfilePhotoField`, ready to store: an upright JPEG or PNG without metadata.

    `report`: the report on this picture. `advice`: what would improve it, in the language of the request, to show as a
    warning. `cropped`: whether it is the suggested crop.
    """

    report: Report
    advice: list[str]
    cropped: bool

    @classmethod
    def of(cls, kept: KeptPhoto, name: str | None) -> ProfilePhoto:
        """`kept` as a file, named after the upload."""
        photo: ProfilePhoto = cls(Path(name or "photo").stem + kept.suffix, kept.data, kept.content_type)
        photo.report, photo.cropped = kept.report, kept.cropped
        photo.advice = kept.advice(_language())
        return photo


class ProfilePhotoField(forms.FileField):
    """A file field whose cleaned value is a `ProfilePhoto`. Unlike `ImageField`, it also reads HEIC.

    A refused photo has one error per reason, in the language of the request, with the check's id as its code.
    `policy`: a policy's name, the path of a TOML file, or a `Policy`. `taken`: the verdicts that pass. `crop`: "offer"
    shows a crop that would pass below the refused photo, with a checkbox to accept it; "take" uses such a crop instead
    of the upload; "no" suggests none. `max_bytes`: a larger upload is refused unread. The networks load with the first
    photo, so you may create the field before a server forks.
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
        outcome = self._judge(upload)
        if outcome.kept is not None:
            return ProfilePhoto.of(outcome.kept, upload.name)
        if isinstance(self.widget, ProfilePhotoInput):
            self.widget.offered = outcome.offered  # each form has its own copy of the field and its widget
        raise _validation_error(outcome.refusals)

    def _judge(self, upload: File) -> Outcome:
        lang = _language()
        try:
            check_size(upload.size, self.max_bytes)
            return judge_upload(shared_checker(self.policy), upload, taken=self.taken, crop=self.crop, lang=lang)
        except PhotoError as error:
            raise _validation_error([refused(error, lang)]) from error


@deconstructible
class ProfilePhotoValidator:
    """Raises a `ValidationError` with one error per reason to refuse the photo, with the check's id as its code.

    `policy`: a policy's name or the path of a TOML file, which migrations can serialise. `taken`: the verdicts that
    pass. `max_bytes`: a larger upload is refused unread. The networks load with the first photo, so you may create the
    validator before a server forks. The photo is stored unchanged, including its location: `ProfilePhotoField` removes
    that.
    """

    def __init__(self, policy: str = DEFAULT, taken: Collection[str] = TAKEN, max_bytes: int = UPLOAD_BYTES) -> None:
        self.policy, self.taken, self.max_bytes = str(policy), tuple(taken), max_bytes

    def __call__(self, photo: File) -> None:
        """Judge the photo, and rewind it so that it can be stored."""
        lang = _language()
        try:
            check_size(photo.size, self.max_bytes)
            report = self._report(photo)
        except PhotoError as error:
            raise _validation_error([refused(error, lang)]) from error
        if report.verdict.value not in self.taken:
            raise _validation_error(refusals(report, self.taken, lang))

    def _report(self, photo: File) -> Report:
        policy = Path(self.policy) if self.policy.endswith(".toml") else self.policy
        photo.open()  # reopens a closed file, rewinds an open one
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


def _language() -> str:
    return negotiated(get_language() or "")


def _validation_error(reasons: Collection[Refusal]) -> ValidationError:
    # Django interpolates its parameters with `%`.
    texts = [(str(reason).replace("%", "%%"), reason) for reason in reasons]
    return ValidationError([ValidationError(text, code=one.code, params=one.to_dict()) for text, one in texts])
