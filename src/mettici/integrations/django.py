"""Django: a validator for `ImageField` and `FileField`, with a message for each check, in the request's language.

class Profile(models.Model):
    photo = models.ImageField(validators=[ProfilePhotoValidator()])
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils.deconstruct import deconstructible
from django.utils.translation import get_language

from mettici.errors import PhotoError
from mettici.integrations.refusal import TAKEN, Refusal, refusals, refused, shared_checker
from mettici.messages import negotiated
from mettici.policy import DEFAULT

if TYPE_CHECKING:
    from django.core.files.base import File


@deconstructible
class ProfilePhotoValidator:
    """Raises a `ValidationError` with one error for each thing that stands against the photo; its code is the check's.

    `policy`: the name of a policy, or the path of a TOML file, as migrations can write it down. `taken`: the verdicts
    with which a photo passes. The networks are loaded at the first photo, so it may be made before a server forks.
    """

    def __init__(self, policy: str = DEFAULT, taken: Collection[str] = TAKEN) -> None:
        self.policy, self.taken = str(policy), tuple(taken)

    def __call__(self, photo: File) -> None:
        """Judge the photo, and rewind it for whoever keeps it."""
        lang = negotiated(get_language() or "")
        photo.open()  # a file that is closed is opened again, one that is open is rewound
        try:
            report = shared_checker(self._policy).check(photo, crop=False)
        except PhotoError as error:
            raise _invalid([refused(error, lang)]) from error
        finally:
            photo.seek(0)
        if report.verdict.value not in self.taken:
            raise _invalid(refusals(report, self.taken, lang))

    @property
    def _policy(self) -> str | Path:
        return Path(self.policy) if self.policy.endswith(".toml") else self.policy

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ProfilePhotoValidator) and (self.policy, self.taken) == (other.policy, other.taken)

    def __hash__(self) -> int:
        return hash((self.policy, self.taken))


def _invalid(against: list[Refusal]) -> ValidationError:
    return ValidationError([ValidationError(str(one), code=one.code, params=one.to_dict()) for one in against])
