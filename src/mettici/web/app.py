"""The ASGI application."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI
from starlette.middleware import Middleware

from mettici._version import __version__
from mettici.web import api, page, problems, schema
from mettici.web.described import ABOUT, EXAMPLES
from mettici.web.middleware import EarlyAnswers, Headers, Heads, Prefix
from mettici.web.observing import Observed
from mettici.web.service import Service
from mettici.web.settings import Settings

if TYPE_CHECKING:
    from mettici.web.metrics import Metrics


def create_app(settings: Settings | None = None, **changes: Any) -> FastAPI:
    """The page and the API, as `settings` say, or as `Settings(**changes)`.

    Nothing heavy starts before the application does, so it may be made before a server forks. Raises `PolicyError`.
    """
    chosen = settings or Settings(**changes)
    service = Service(chosen)
    metrics = _metrics(service) if chosen.metrics else None

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        # Not beside the first requests: what is written to standard error while networks load is lost (see vision).
        await service.warm_up()
        yield
        service.close()

    app = FastAPI(
        title="mettici",
        summary="Tells whether a picture is a good professional profile photo, why, and what to fix.",
        description=ABOUT,
        version=__version__,
        docs_url=None,  # their pages load scripts from elsewhere
        redoc_url=None,
        lifespan=lifespan,
        middleware=[
            Middleware(Prefix, prefix=chosen.root_path),
            Middleware(Heads),
            Middleware(Observed, metrics=metrics),
            Middleware(Headers),
            Middleware(EarlyAnswers),
        ],
        separate_input_output_schemas=False,
    )
    app.state.service = service
    _answering(app, metrics)
    return app


def _answering(app: FastAPI, metrics: Metrics | None) -> None:
    """All that it answers."""
    problems.install(app)
    app.include_router(api.router)
    app.mount("/static", page.static(), name="static")
    app.include_router(page.router)
    if metrics is not None:
        app.add_api_route("/metrics", metrics.answer, include_in_schema=False)
    app.openapi = _with_components(app)  # type: ignore[method-assign]


def _metrics(service: Service) -> Metrics:
    """Their library comes only where they are asked for."""
    from mettici.web.metrics import Metrics

    return Metrics(service)


def _with_components(app: FastAPI) -> Any:
    """FastAPI lists pydantic's models alone, and leaves nulls out of examples: reports and problems are added here."""
    plain = app.openapi

    def openapi() -> dict[str, Any]:
        document = plain()
        document["components"]["schemas"] |= schema.components() | {"Problem": schema.Problem.model_json_schema()}
        for unused in ("HTTPValidationError", "ValidationError"):
            document["components"]["schemas"].pop(unused, None)
        for path, example in EXAMPLES.items():
            document["paths"][path]["post"]["responses"]["200"]["content"]["application/json"]["example"] = example
        return document

    return openapi
