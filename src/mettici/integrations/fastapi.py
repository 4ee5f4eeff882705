"""FastAPI: dependencies that judge an uploaded photo and return its `Report` or the photo to keep, or respond with 422.

profile_photo = ProfilePhoto()

@app.post("/avatar")
async def avatar(report: Annotated[Report, Depends(profile_photo)], photo: UploadFile) -> ...
"""

# No `from __future__ import annotations` here: older FastAPI cannot resolve string annotations of a callable object,
# and would look for the photo in the query.

from collections.abc import Callable, Collection
from functools import partial
from pathlib import Path
from typing import Annotated, Any, TypeVar

from fastapi import File, Header, HTTPException, UploadFile

from mettici.aio import QUEUE, TIMEOUT, AsyncPhotoChecker
from mettici.errors import BusyError, PhotoError, PhotoTimeoutError
from mettici.image.limits import UPLOAD_BYTES
from mettici.integrations.refusal import TAKEN, Refusal, refusals, refused, shared_checker
from mettici.integrations.upload import Cropping, KeptPhoto, check_size, judge_upload
from mettici.messages import accepted_languages, negotiated
from mettici.policy import DEFAULT, Policy
from mettici.report import Report

Result = TypeVar("Result")
Photo = Annotated[UploadFile, File(description="The profile photo.")]
AcceptLanguage = Annotated[str | None, Header()]


def request_language(accept_language: AcceptLanguage = None) -> str:
    """The language of the response, from the Accept-Language header. Can be used as a dependency."""
    return negotiated(*accepted_languages(accept_language or ""))


class _Judging:
    """What the dependencies share: the checker, its threads, and the response to an error."""

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
            check_size(photo.size, self._max_bytes)
            return await self._checker.threads.run(work)
        except (BusyError, PhotoTimeoutError) as error:
            raise HTTPException(503, [refused(error, lang).to_dict()], {"Retry-After": "1"}) from error
        except PhotoError as error:
            raise HTTPException(422, [refused(error, lang).to_dict()]) from error
        finally:
            await photo.seek(0)


class ProfilePhoto(_Judging):
    """A dependency that returns the report on the form's file field `photo`.

    Create one at import: it loads nothing before the first photo. `taken`: the verdicts that pass; any other gets a 422
    whose `detail` lists the reasons as `{code, message, advice}`, in the language of Accept-Language. `max_bytes`: a
    larger photo is refused before it is read into memory; `LimitBody` stops it earlier. If the queue is full or time
    runs out, the response is a 503 with Retry-After. It never blocks the event loop.
    """

    async def __call__(self, photo: Photo, accept_language: AcceptLanguage = None) -> Report:
        """Judge the photo, and rewind it so that the caller can store it. Raises `HTTPException`."""
        lang, checker = request_language(accept_language), self._checker.checker
        name = photo.filename or "-"
        report = await self._run(photo, lang, lambda: checker.check(photo.file, name=name, crop=False))
        if report.verdict.value not in self._taken:
            raise _unprocessable(refusals(report, self._taken, lang))
        return report


class KeepProfilePhoto(_Judging):
    """Like `ProfilePhoto`, but returns a `KeptPhoto`: upright, without metadata and so without location; with `advice`.

    `crop`: if there is a suggested crop that passes, use it instead of the upload.
    """

    def __init__(self, policy: str | Path | Policy = DEFAULT, *, crop: bool = True, **options: Any) -> None:
        super().__init__(policy, **options)
        self._crop: Cropping = "take" if crop else "no"

    async def __call__(self, photo: Photo, accept_language: AcceptLanguage = None) -> KeptPhoto:
        """The photo to keep. Raises `HTTPException`."""
        lang, checker = request_language(accept_language), self._checker.checker
        judge = partial(
            judge_upload, checker, photo.file, taken=self._taken, crop=self._crop, lang=lang, name=photo.filename or "-"
        )
        outcome = await self._run(photo, lang, judge)
        if outcome.kept is None:
            raise _unprocessable(outcome.refusals)
        return outcome.kept


def _unprocessable(reasons: Collection[Refusal]) -> HTTPException:
    return HTTPException(422, [reason.to_dict() for reason in reasons])
