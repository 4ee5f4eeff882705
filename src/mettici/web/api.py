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
from mettici.web import schema
from mettici.web.bodies import Body
from mettici.web.coach import coach_frame
from mettici.web.openapi import ONE_FRAME, ONE_PHOTO, PROBLEMS, SEVERAL_PHOTOS, photo_responses
from mettici.web.options import Options, Tag, request_language
from mettici.web.responses import ResponseOptions, check_response, json_response, rank_response
from mettici.web.service import Service
from mettici.web.uploads import Photos

if TYPE_CHECKING:
    from mettici.policy import Policy


router = APIRouter()
QueryOptions = Annotated[Options, Query()]
PolicyName = Annotated[str | None, Query(max_length=64)]
Lang = Annotated[Tag | None, Query()]


def _service(request: Request) -> Service:
    service = request.app.state.service
    assert isinstance(service, Service)
    return service


class Admitted(NamedTuple):
    """An admitted request: its body and photos, the checker for them, and how to respond."""

    body: Body
    photos: Photos
    checker: PhotoChecker
    options: ResponseOptions


@asynccontextmanager
async def _admit(service: Service, request: Request, options: Options, max_photos: int = 1) -> AsyncIterator[Admitted]:
    """Admit a request and read its photos, one to `max_photos`."""
    with service.admit(request) as body:
        upload = await service.receive(request, body, max_photos)
        options = options.with_fields(upload.fields)
        checker = service.checker(options.policy)
        yield Admitted(body, upload.photos, checker, service.response_options(request, options))


@router.post(
    "/v1/check",
    tags=["photos"],
    summary="Judge a photo",
    responses=photo_responses(schema.ReportAnswer),
    openapi_extra=ONE_PHOTO,
)
async def check(request: Request, query: QueryOptions) -> Response:
    """The report on one photo, sent as a form or as the body itself."""
    service = _service(request)
    async with _admit(service, request, query) as (body, photos, checker, options):
        ((name, data),) = photos
        work = partial(json_response, work=partial(check_response, name=name, data=data, options=options))
        return await service.respond(request, body, partial(service.judge, checker, work), options.lang)


@router.post(
    "/v1/rank",
    tags=["photos"],
    summary="Rank several photos, best first",
    responses=photo_responses(schema.RankAnswer),
    openapi_extra=SEVERAL_PHOTOS,
)
async def rank(request: Request, query: QueryOptions) -> Response:
    """The reports, best first, and why the first photo beats the others. Photos that cannot be read are in `failed`."""
    service = _service(request)
    async with _admit(service, request, query, service.settings.shots) as (body, photos, checker, options):
        judge = partial(service.judge, checker)

        def job() -> bytes:
            return to_text(rank_response(judge, photos, options)).encode()

        return await service.respond(request, body, job, options.lang, len(photos))


@router.post(
    "/v1/coach",
    tags=["photos"],
    summary="Coach a person in front of a camera",
    response_model=schema.CoachAnswer,
    responses=photo_responses(),
    openapi_extra=ONE_FRAME,
)
async def coach(request: Request, policy: PolicyName = None, lang: Lang = None) -> Response:
    """At most two hints for one frame, the most urgent first, and the outline of the face."""
    service = _service(request)
    with service.admit(request) as body:
        upload = await service.receive(request, body)
        checker, lang = service.checker(policy), request_language(request, lang)
        work = partial(json_response, work=partial(coach_frame, data=upload.photos[0][1], lang=lang))
        return await service.respond(request, body, partial(service.judge, checker, work), lang)


@router.get("/v1/checks", tags=["checks"], summary="List the checks", responses={422: PROBLEMS[422]})
async def checks(request: Request, policy: PolicyName = None, lang: Lang = None) -> schema.ChecksAnswer:
    """Every check, with its limits under a policy."""
    chosen, lang = _service(request).checker(policy).policy, request_language(request, lang)
    listed: list[dict[str, Any]] = [
        {
            "id": rule.check.id,
            "title": rule.check.title(lang),
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


@router.get("/v1/policies", tags=["checks"], summary="List the policies", responses={422: PROBLEMS[422]})
async def policies(request: Request, lang: Lang = None) -> schema.PoliciesAnswer:
    """The policies that a request may name in `policy`, the default first."""
    listed = [_policy_info(one, lang or request_language(request)) for one in _service(request).checker.policies]
    return schema.PoliciesAnswer.model_validate({"policies": listed})


@router.get("/healthz", tags=["operation"], summary="Liveness: the process answers")
async def health() -> schema.Health:
    """Always `ok`."""
    return schema.Health(status="ok")


@router.get("/readyz", tags=["operation"], summary="Readiness: photos can be judged", responses={503: PROBLEMS[503]})
async def readiness(request: Request) -> schema.Health:
    """`ok` once the networks are loaded, unless every thread is stuck."""
    service = _service(request)
    if not service.ready or service.threads.stuck:
        raise BusyError
    return schema.Health(status="ok")


def _policy_info(policy: Policy, lang: str) -> dict[str, Any]:
    crop = policy.crop
    return {
        "name": policy.name,
        "version": policy.version,
        "about": policy.described(lang),
        "crop": None if crop is None else {"shape": crop.shape, "size": crop.size},
        "sources": list(policy.sources),
    }
