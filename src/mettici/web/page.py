"""The web page: one template, rendered in the language of the request, and the package's static files."""

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
from mettici.web.options import request_language

if TYPE_CHECKING:
    from jinja2 import Template
    from starlette.responses import Response
    from starlette.types import Scope

    from mettici.policy import Policy

REPORT_HEADINGS = ("first", "then", "noticed", "polish", "good")
"""Headings that the page shares with the report."""


def texts(lang: str) -> dict[str, str]:
    """Every text of the page, by the key that its scripts use. The scripts fill in the placeholders."""
    report = section("report", lang)
    verdicts = {
        f"{form}_{verdict}": text
        for form in ("verdict", "short")
        for verdict, text in section(f"report.{form}", lang).items()
    }
    return {**section("page", lang), **verdicts, **{key: report[key] for key in REPORT_HEADINGS}}


router = APIRouter()


class _Static(StaticFiles):
    """Static files that browsers revalidate on each use, so that a new version of the package shows at once."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = "no-cache"
        return response


def static() -> StaticFiles:
    """The page's scripts, styles and pictures."""
    return _Static(directory=str(resources.files("mettici") / "web" / "static"))


@lru_cache(maxsize=1)
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("mettici.web"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    return environment.get_template("index.html")


def _policy_data(policy: Policy) -> dict[str, Any]:
    """What the page needs to know about a policy: its description in each language, and the aspect of its pictures."""
    about = {lang: policy.described(lang) or policy.name for lang in languages()}
    return {"name": policy.name, "about": about, "aspect": policy.crop.aspect if policy.crop else 1.0}


@router.get("/", include_in_schema=False, response_class=HTMLResponse)
async def index(request: Request) -> HTMLResponse:
    lang = request_language(request)
    service = request.app.state.service
    settings, policies = service.settings, [_policy_data(policy) for policy in service.checker.policies]
    requested = request.query_params.get("policy")
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
        chosen=requested if requested in [policy["name"] for policy in policies] else policies[0]["name"],
    )
    return HTMLResponse(html, headers={"Content-Language": lang, "Vary": "Accept-Language"})
