"""FastAPI: dependencies that take an uploaded photo and give its `Report`, or what to keep of it, or answer 422.

profile_photo = ProfilePhoto()

@app.post("/avatar")
async def avatar(report: Annotated[Report, Depends(profile_photo)], photo: UploadFile) -> ...
"""

# No `from __future__ import annotations` here: older FastAPI cannot read the annotations of an object that is called
# where they are text, and would look for the photo in the query.

from collections.abc import Callable, Collection
from functools import partial
from pathlib import Path
from typing import Annotated, Any, TypeVar

from fastapi import File, Header, HTTPException, UploadFile

from mettici.aio import QUEUE, TIMEOUT, AsyncPhotoChecker
from mettici.errors import BusyError, PhotoError, PhotoTimeoutError
from mettici.image.limits import UPLOAD_BYTES
from mettici.integrations.keeping import Cropping, KeptPhoto, outcome, sized
from mettici.integrations.refusal import TAKEN, Refusal, refusals, refused, shared_checker
from mettici.messages import accepted_languages, negotiated
from mettici.policy import DEFAULT, Policy
from mettici.report import Report

Result = TypeVar("Result")
Photo = Annotated[UploadFile, File(description="The profile photo.")]
AcceptLanguage = Annotated[str | None, Header()]


def request_language(accept_language: AcceptLanguage = None) -> str:
    """What a request is answered in, by its Accept-Language header; may be used as a dependency."""
    return negotiated(*accepted_languages(accept_language or ""))


class _Judging:
    """What the dependencies share: the checker, its threads, and how an error becomes an answer."""

    def __init__(
        self,
        policy: str | Path | Policy = DEFAULT,
        *,
        taken: Collection[str] = TAKEN,
        max_bytes: int = UPLOAD_BYTES,
        workers: int | None = None,
        queue: int = QUEUE,
        timeout: float = TIMEOUT,
    ) -> None:
        self._taken, self._max_bytes = frozenset(taken), max_bytes
        self._checker = AsyncPhotoChecker(shared_checker(policy), workers=workers, queue=queue, timeout=timeout)

    async def _run(self, photo: UploadFile, lang: str, work: Callable[[], Result]) -> Result:
        try:
            sized(photo.size, self._max_bytes)
            return await self._checker.threads.run(work)
        except (BusyError, PhotoTimeoutError) as error:
            raise HTTPException(503, [refused(error, lang).to_dict()], {"Retry-After": "1"}) from error
        except PhotoError as error:
            raise HTTPException(422, [refused(error, lang).to_dict()]) from error
        finally:
            await photo.seek(0)


class ProfilePhoto(_Judging):
    """The dependency; the form's file field is `photo`. Make one at import: it is light until the first photo.

    `taken`: the verdicts with which a photo passes; any other is answered with 422, and `detail` lists what stands
    against the photo as `{code, message, advice}`, in the language of Accept-Language. `max_bytes`: a larger photo is
    refused before it is read into memory; `LimitBody` stops it earlier. With its queue full, or out of time, it answers
    503 with Retry-After. The event loop is never kept waiting.
    """

    async def __call__(self, photo: Photo, accept_language: AcceptLanguage = None) -> Report:
        """The report on the photo, which is rewound afterwards for the caller to keep. Raises `HTTPException`."""
        lang, checker = request_language(accept_language), self._checker.checker
        name = photo.filename or "-"
        report = await self._run(photo, lang, lambda: checker.check(photo.file, name=name, crop=False))
        if report.verdict.value not in self._taken:
            raise _refused(refusals(report, self._taken, lang))
        return report


class KeepProfilePhoto(_Judging):
    """As `ProfilePhoto`, and gives the `KeptPhoto`: upright, without metadata, so without the place; with `advice`.

    `crop`: take the suggested crop in place of the upload, wherever there is one that passes.
    """

    def __init__(self, policy: str | Path | Policy = DEFAULT, *, crop: bool = True, **options: Any) -> None:
        super().__init__(policy, **options)
        self._crop: Cropping = "take" if crop else "no"

    async def __call__(self, photo: Photo, accept_language: AcceptLanguage = None) -> KeptPhoto:
        """The photo to keep. Raises `HTTPException`."""
        lang, checker = request_language(accept_language), self._checker.checker
        judge = partial(
            outcome, checker, photo.file, taken=self._taken, crop=self._crop, lang=lang, name=photo.filename or "-"
        )
        found = await self._run(photo, lang, judge)
        if found.kept is None:
            raise _refused(found.against)
        return found.kept


def _refused(against: Collection[Refusal]) -> HTTPException:
    return HTTPException(422, [one.to_dict() for one in against])
