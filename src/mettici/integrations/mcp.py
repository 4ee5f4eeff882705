"""An MCP (Model Context Protocol) server: lets assistants judge photos on this machine.

It communicates over standard input and output, and reads local files or data URLs. It opens no port, and only the
tools' answers leave the machine; they contain no picture. Run: mettici mcp
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated, Any

from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp_types import ToolAnnotations
from pydantic import Field

from mettici._version import __version__
from mettici.errors import MetticiError, PhotoError
from mettici.integrations.refusal import shared_checker
from mettici.messages import negotiated
from mettici.policy import DEFAULT, Policy, load, names
from mettici.report import Report
from mettici.scoring import compare_reports, order

MAX_PHOTOS = 200
"""Photos ranked in one call: about half a minute on one core."""
MAX_ADVICE = 3
"""Pieces of advice per photo in a ranking."""
INSTRUCTIONS = (
    "Says whether a picture is a good profile photo, why, and what to fix. It judges the picture, never the person: "
    "no age, gender, origin, attractiveness or identity. Photos are read from this machine and stay on it."
)
READ_ONLY = ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)

Photo = Annotated[str, Field(description="Path of a local file, absolute or starting with `~`, or a data URL.")]
PolicyName = Annotated[
    str, Field(description=f"Where the photo will be used: {', '.join(names())}; or the path of a policy's TOML file.")
]
Lang = Annotated[str, Field(description="Language of messages and advice, such as en, it or es.")]

server: MCPServer[Any] = MCPServer(
    "mettici", title="mettici: profile photos", instructions=INSTRUCTIONS, version=__version__, log_level="WARNING"
)


@server.tool(annotations=READ_ONLY)
async def check_photo(photo: Photo, policy: PolicyName = DEFAULT, lang: Lang = "en") -> dict[str, Any]:
    """Judge a profile photo: verdict (accept, improve, reject), score 0..100, every check with its message, what to do
    first (`advice`), and a better crop if there is one (`crop.box`: x, y, width, height in pixels)."""
    lang = negotiated(lang)
    report = await asyncio.to_thread(_report, photo, policy, lang)
    return {**report.to_dict(lang), "advice": report.advice(lang)}


@server.tool(annotations=READ_ONLY)
async def rank_photos(
    photos: Annotated[list[Photo], Field(min_length=1, max_length=MAX_PHOTOS)],
    policy: PolicyName = DEFAULT,
    lang: Lang = "en",
) -> dict[str, Any]:
    """Rank profile photos, best first, with what would improve each of them; list those that cannot be read."""
    lang = negotiated(lang)
    reports: list[tuple[str, Report]] = []
    failed = []
    for photo in photos:
        try:
            reports.append((photo, await asyncio.to_thread(_judge, photo, policy)))
        except PhotoError as error:
            failed.append({"photo": _display_name(photo), "error": error.code, "message": _error_text(error, lang)})
        except MetticiError as error:
            raise ToolError(_error_text(error, lang)) from error
    reports.sort(key=lambda pair: order(pair[1].to_dict()))
    ranking = [_ranked(place, photo, report, lang) for place, (photo, report) in enumerate(reports, 1)]
    return {"ranking": ranking, "why": _why(reports, lang), "failed": failed}


@server.tool(annotations=READ_ONLY)
async def photo_requirements(policy: PolicyName = DEFAULT, lang: Lang = "en") -> dict[str, Any]:
    """The requirements for a profile photo: what the policy is for, the crop that the site asks for, links to its
    rules, and every check with its weight and limits. A `blocking` check can reject a photo on its own."""
    lang = negotiated(lang)
    try:
        chosen = load(_policy(policy))
    except MetticiError as error:
        raise ToolError(_error_text(error, lang)) from error
    return _requirements(chosen, lang)


def _report(photo: str, policy: str, lang: str) -> Report:
    try:
        return _judge(photo, policy)
    except MetticiError as error:
        raise ToolError(_error_text(error, lang)) from error


def _judge(photo: str, policy: str) -> Report:
    source = photo if photo.startswith("data:") or "://" in photo else Path(photo).expanduser()
    return shared_checker(_policy(policy)).check(source, name=_display_name(photo))


def _policy(name_or_path: str) -> str | Path:
    return name_or_path if name_or_path in names() else Path(name_or_path).expanduser()


def _display_name(photo: str) -> str:
    """The photo's name in answers, which should not repeat a whole data URL."""
    return "data:…" if photo.startswith("data:") else photo


def _error_text(error: MetticiError, lang: str) -> str:
    return f"{error.message(lang)} {error.remedy_in(lang)}"


def _ranked(place: int, photo: str, report: Report, lang: str) -> dict[str, Any]:
    return {
        "place": place,
        "photo": _display_name(photo),
        "verdict": report.verdict.value,
        "score": round(report.score),
        "advice": report.advice(lang)[:MAX_ADVICE],
    }


def _why(reports: list[tuple[str, Report]], lang: str) -> dict[str, Any] | None:
    """By how many points the first photo leads the second, and in which checks."""
    if len(reports) < 2:
        return None
    first, second = reports[0][1], reports[1][1]
    comparison = compare_reports(first.to_dict(), second.to_dict())
    return {"points": comparison.points, "better": [first[check].rule.check.title(lang) for check in comparison.better]}


def _requirements(policy: Policy, lang: str) -> dict[str, Any]:
    crop = policy.crop
    checks = [
        {
            "id": rule.check.id,
            "title": rule.check.title(lang),
            "asks": rule.check.asks,
            "blocking": rule.blocking,
            "weight": rule.weight,
            "unit": rule.check.unit,
            "limits": dict(rule.limits),
        }
        for rule in policy.rules
    ]
    return {
        "policy": policy.name,
        "about": policy.described(lang),
        "crop": None if crop is None else {"shape": crop.shape, "size": crop.size},
        "sources": list(policy.sources),
        "accept_from": policy.accept_from,
        "checks": checks,
    }


def main() -> None:
    """Serve until standard input ends."""
    server.run("stdio")


if __name__ == "__main__":
    main()
