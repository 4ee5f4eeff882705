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
from mettici.messages import languages, say, section
from mettici.web.options import wanted

if TYPE_CHECKING:
    from jinja2 import Template
    from starlette.responses import Response
    from starlette.types import Scope

    from mettici.policy import Policy

SHARED = ("first", "then", "noticed", "polish", "good")
"""Headings that the page has from the report."""


def texts(lang: str) -> dict[str, str]:
    """Everything, by the key that the page's script knows it by; placeholders are filled in there."""
    report = section("report", lang)
    verdicts = {
        f"{form}_{verdict}": text
        for form in ("verdict", "short")
        for verdict, text in section(f"report.{form}", lang).items()
    }
    return {**section("page", lang), **verdicts, **{key: report[key] for key in SHARED}}


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


def _listed(policy: Policy) -> dict[str, Any]:
    """What the page has to know of a policy: what it is for, in each language, and the shape of its pictures."""
    about = {lang: policy.described(lang) or policy.name for lang in languages()}
    return {"name": policy.name, "about": about, "aspect": policy.crop.aspect if policy.crop else 1.0}


@router.get("/", include_in_schema=False, response_class=HTMLResponse)
async def index(request: Request) -> HTMLResponse:
    """The page."""
    lang = wanted(request)
    service = request.app.state.service
    settings, policies = service.settings, [_listed(policy) for policy in service.checker.policies]
    asked = request.query_params.get("policy")
    data: dict[str, Any] = {
        "root": request.scope.get("root_path", "").rstrip("/"),
        "shots": settings.shots,
        "maxBytes": settings.max_bytes,
        "policies": policies,
        "texts": {tag: texts(tag) for tag in languages()},
    }
    html = _template().render(
        lang=lang,
        t=texts(lang),
        languages={tag: say("language.name", tag) for tag in languages()},
        root=data["root"],
        data=json.dumps(data, ensure_ascii=False).replace("<", "\\u003c"),
        version=__version__,
        shots=settings.shots,
        policies=policies,
        chosen=asked if asked in [policy["name"] for policy in policies] else policies[0]["name"],
    )
    return HTMLResponse(html, headers={"Content-Language": lang, "Vary": "Accept-Language"})
