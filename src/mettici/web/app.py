"""The ASGI application."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI
from starlette.middleware import Middleware

from mettici._version import __version__
from mettici.web import api, page, problems, schema
from mettici.web.middleware import EarlyAnswers, HeadRequests, PathPrefix, SecurityHeaders
from mettici.web.observing import ObserveRequests
from mettici.web.openapi import DESCRIPTION, EXAMPLES
from mettici.web.service import Service
from mettici.web.settings import Settings

if TYPE_CHECKING:
    from mettici.web.metrics import Metrics


def create_app(settings: Settings | None = None, **changes: Any) -> FastAPI:
    """The page and the API, configured by `settings` or by `Settings(**changes)`.

    Networks and threads start with the application, so you may create it before a server forks. Raises `PolicyError`.
    """
    settings = settings or Settings(**changes)
    service = Service(settings)
    metrics = _metrics(service) if settings.metrics else None

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        # Before the first request: anything written to standard error while networks load is lost (see vision).
        await service.warm_up()
        yield
        service.close()

    app = FastAPI(
        title="mettici",
        summary="Tells whether a picture is a good professional profile photo, why, and what to fix.",
        description=DESCRIPTION,
        version=__version__,
        docs_url=None,  # FastAPI's pages load scripts from another host
        redoc_url=None,
        lifespan=lifespan,
        middleware=[
            Middleware(PathPrefix, prefix=settings.root_path),
            Middleware(HeadRequests),
            Middleware(ObserveRequests, metrics=metrics),
            Middleware(SecurityHeaders),
            Middleware(EarlyAnswers),
        ],
        separate_input_output_schemas=False,
    )
    app.state.service = service
    _add_routes(app, metrics)
    return app


def _add_routes(app: FastAPI, metrics: Metrics | None) -> None:
    problems.install(app)
    app.include_router(api.router)
    app.mount("/static", page.static(), name="static")
    app.include_router(page.router)
    if metrics is not None:
        app.add_api_route("/metrics", metrics.response, include_in_schema=False)
    app.openapi = _with_components(app)  # type: ignore[method-assign]


def _metrics(service: Service) -> Metrics:
    from mettici.web.metrics import Metrics  # prometheus_client is needed only here

    return Metrics(service)


def _with_components(app: FastAPI) -> Any:
    """Add reports and problems to the OpenAPI document: FastAPI lists only pydantic models, and drops example nulls."""
    generate = app.openapi

    def openapi() -> dict[str, Any]:
        document = generate()
        document["components"]["schemas"] |= schema.components() | {"Problem": schema.Problem.model_json_schema()}
        for unused in ("HTTPValidationError", "ValidationError"):
            document["components"]["schemas"].pop(unused, None)
        for path, example in EXAMPLES.items():
            document["paths"][path]["post"]["responses"]["200"]["content"]["application/json"]["example"] = example
        return document

    return openapi
