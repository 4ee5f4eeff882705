"""The page: one template, in the language wanted, and the static files that come with the package."""

from __future__ import annotations

import json
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.staticfiles import StaticFiles

from mettici._version import __version__
from mettici.web import languages
from mettici.web.texts import TEXTS

if TYPE_CHECKING:
    from jinja2 import Template
    from starlette.responses import Response
    from starlette.types import Scope

router = APIRouter()


class _Static(StaticFiles):
    """Files that a browser asks for again, but need not load again while they are the same."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file, to be asked for anew each time: a new version of the package is seen at once."""
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = "no-cache"
        return response


def static() -> StaticFiles:
    """The scripts, styles and pictures of the page."""
    return _Static(directory=str(resources.files("mettici") / "web" / "static"))


@lru_cache(maxsize=1)
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("mettici.web"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    return environment.get_template("index.html")


@router.get("/", include_in_schema=False, response_class=HTMLResponse)
async def index(request: Request) -> HTMLResponse:
    """The page."""
    lang = languages.wanted(request)
    settings = request.app.state.service.settings
    data: dict[str, Any] = {
        "root": request.scope.get("root_path", "").rstrip("/"),
        "shots": settings.shots,
        "maxBytes": settings.max_bytes,
        "texts": {language: {key: text(language) for key, text in TEXTS.items()} for language in ("en", "it")},
    }
    html = _template().render(
        lang=lang,
        t={key: text(lang) for key, text in TEXTS.items()},
        root=data["root"],
        data=json.dumps(data, ensure_ascii=False).replace("<", "\\u003c"),
        version=__version__,
        shots=settings.shots,
    )
    return HTMLResponse(html, headers={"Content-Language": lang, "Vary": "Accept-Language"})
