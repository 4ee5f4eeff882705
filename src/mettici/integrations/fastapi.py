"""FastAPI: a dependency that takes an uploaded photo and gives its `Report`, or answers 422.

profile_photo = ProfilePhoto()

@app.post("/avatar")
async def avatar(report: Annotated[Report, Depends(profile_photo)], photo: UploadFile) -> ...
"""

# No `from __future__ import annotations` here: older FastAPI cannot read the annotations of an object that is called
# where they are text, and would look for the photo in the query.

from collections.abc import Collection
from pathlib import Path
from typing import Annotated

from fastapi import File, Header, HTTPException, UploadFile

from mettici.aio import QUEUE, TIMEOUT, AsyncPhotoChecker
from mettici.errors import BusyError, PhotoError, PhotoTimeoutError
from mettici.integrations.refusal import TAKEN, refusals, refused, shared_checker
from mettici.messages import accepted, negotiated
from mettici.policy import DEFAULT, Policy
from mettici.report import Report


class ProfilePhoto:
    """The dependency; the form's file field is `photo`. Make one at import: it is light until the first photo.

    `taken`: the verdicts with which a photo passes; any other is answered with 422, and `detail` lists what stands
    against the photo as `{code, message, advice}`, in the language of Accept-Language. With its queue full, or out of
    time, it answers 503 with Retry-After. The event loop is never kept waiting.
    """

    def __init__(
        self,
        policy: str | Path | Policy = DEFAULT,
        *,
        taken: Collection[str] = TAKEN,
        workers: int | None = None,
        queue: int = QUEUE,
        timeout: float = TIMEOUT,
    ) -> None:
        self._taken = frozenset(taken)
        self._checker = AsyncPhotoChecker(shared_checker(policy), workers=workers, queue=queue, timeout=timeout)

    async def __call__(
        self,
        photo: Annotated[UploadFile, File(description="The profile photo.")],
        accept_language: Annotated[str | None, Header()] = None,
    ) -> Report:
        """The report on the photo, which is rewound afterwards for the caller to keep. Raises `HTTPException`."""
        lang = negotiated(*accepted(accept_language or ""))
        try:
            report = await self._checker.check(photo.file, name=photo.filename or "-", crop=False)
        except (BusyError, PhotoTimeoutError) as error:
            raise HTTPException(503, [refused(error, lang).to_dict()], {"Retry-After": "1"}) from error
        except PhotoError as error:
            raise HTTPException(422, [refused(error, lang).to_dict()]) from error
        finally:
            await photo.seek(0)
        if report.verdict.value not in self._taken:
            raise HTTPException(422, [one.to_dict() for one in refusals(report, self._taken, lang)])
        return report
