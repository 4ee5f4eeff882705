"""The HTTP API: `/v1/check`, `/v1/rank`, `/v1/coach`, `/v1/checks`, `/v1/policies`, `/healthz`, `/readyz`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

from fastapi import APIRouter, Query, Request, Response

from mettici.checker import PhotoChecker
from mettici.errors import BusyError
from mettici.output.json import to_text
from mettici.web import options, schema
from mettici.web.answers import Wanted, checked, ranked, written
from mettici.web.arrivals import Arrival
from mettici.web.coach import guided
from mettici.web.described import ONE_FRAME, ONE_PHOTO, PROBLEMS, SEVERAL_PHOTOS, answers
from mettici.web.options import Options
from mettici.web.service import Service
from mettici.web.uploads import Photos

if TYPE_CHECKING:
    from mettici.policy import Policy


router = APIRouter()
Asked = Annotated[Options, Query()]
PolicyName = Annotated[str | None, Query(max_length=64)]
Lang = Annotated[options.Tag | None, Query()]


def _service(request: Request) -> Service:
    service = request.app.state.service
    assert isinstance(service, Service)
    return service


class Admitted(NamedTuple):
    """A request's photos, on their way to an answer; who judges them, and what the answer is to hold."""

    arrival: Arrival
    photos: Photos
    checker: PhotoChecker
    wanted: Wanted


@asynccontextmanager
async def _admitted(service: Service, request: Request, options: Options, most: int = 1) -> AsyncIterator[Admitted]:
    """A request with one to `most` photos."""
    with service.admitted(request) as arrival:
        upload = await service.uploaded(request, arrival, most)
        options = options.with_fields(upload.fields)
        yield Admitted(arrival, upload.photos, service.checker(options.policy), service.wanted(request, options))


@router.post(
    "/v1/check",
    tags=["photos"],
    summary="Judge a photo",
    responses=answers(schema.ReportAnswer),
    openapi_extra=ONE_PHOTO,
)
async def check(request: Request, options: Asked) -> Response:
    """The report on one photo, sent as a form or as the body itself."""
    service = _service(request)
    async with _admitted(service, request, options) as (arrival, photos, checker, wanted):
        ((name, data),) = photos
        work = partial(written, work=partial(checked, name=name, data=data, wanted=wanted))
        return await service.answer(request, arrival, partial(service.judged, checker, work), wanted.lang)


@router.post(
    "/v1/rank",
    tags=["photos"],
    summary="Put several photos in order, the best first",
    responses=answers(schema.RankAnswer),
    openapi_extra=SEVERAL_PHOTOS,
)
async def rank(request: Request, options: Asked) -> Response:
    """The reports, best first, and why the first stands before the second. What cannot be read is told apart."""
    service = _service(request)
    async with _admitted(service, request, options, service.settings.shots) as (arrival, photos, checker, wanted):
        judge = partial(service.judged, checker)

        def job() -> bytes:
            return to_text(ranked(judge, photos, wanted)).encode()

        return await service.answer(request, arrival, job, wanted.lang, len(photos))


@router.post(
    "/v1/coach",
    tags=["photos"],
    summary="What to say to a person in front of a camera",
    response_model=schema.CoachAnswer,
    responses=answers(),
    openapi_extra=ONE_FRAME,
)
async def coach(request: Request, policy: PolicyName = None, lang: Lang = None) -> Response:
    """At most two hints on one frame, the most urgent first, and the face's outline in it."""
    service = _service(request)
    with service.admitted(request) as arrival:
        upload = await service.uploaded(request, arrival)
        checker, spoken = service.checker(policy), options.wanted(request, lang)
        work = partial(written, work=partial(guided, data=upload.photos[0][1], lang=spoken))
        return await service.answer(request, arrival, partial(service.judged, checker, work), spoken)


@router.get("/v1/checks", tags=["checks"], summary="What is looked at", responses={422: PROBLEMS[422]})
async def checks(request: Request, policy: PolicyName = None, lang: Lang = None) -> schema.ChecksAnswer:
    """Every check, with its limits under a policy."""
    chosen, spoken = _service(request).checker(policy).policy, options.wanted(request, lang)
    listed: list[dict[str, Any]] = [
        {
            "id": rule.check.id,
            "title": rule.check.title(spoken),
            "asks": rule.check.asks,
            "unit": rule.check.unit,
            "weight": rule.weight,
            "blocking": rule.blocking,
            "limits": dict(rule.limits),
        }
        for rule in chosen.rules
    ]
    used = {"name": chosen.name, "version": chosen.version}
    return schema.ChecksAnswer.model_validate({"policy": used, "accept_from": chosen.accept_from, "checks": listed})


@router.get("/v1/policies", tags=["checks"], summary="What a photo may be judged for", responses={422: PROBLEMS[422]})
async def policies(request: Request, lang: Lang = None) -> schema.PoliciesAnswer:
    """The policies that `policy` may name, first the one that holds where a request names none."""
    spoken = lang or options.wanted(request)
    listed = [_described(one, spoken) for one in _service(request).checker.policies]
    return schema.PoliciesAnswer.model_validate({"policies": listed})


@router.get("/healthz", tags=["operation"], summary="Whether the process answers")
async def health() -> schema.Health:
    """Always well, while it answers at all."""
    return schema.Health(status="ok")


@router.get("/readyz", tags=["operation"], summary="Whether photos can be judged", responses={503: PROBLEMS[503]})
async def readiness(request: Request) -> schema.Health:
    """Well once the networks are loaded, and as long as not every thread is stuck."""
    service = _service(request)
    if not service.ready or service.threads.stuck:
        raise BusyError
    return schema.Health(status="ok")


def _described(policy: Policy, lang: str) -> dict[str, Any]:
    """What the policy is for, the crop that the place wants, and where its rules stand."""
    crop = policy.crop
    return {
        "name": policy.name,
        "version": policy.version,
        "about": policy.described(lang),
        "crop": None if crop is None else {"shape": crop.shape, "size": crop.size},
        "sources": list(policy.sources),
    }
