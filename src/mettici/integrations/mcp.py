"""An MCP server (Model Context Protocol): assistants judge photos of this machine, on this machine.

It speaks over standard input and output, and reads local files, or bytes that it is given. It opens no address, and
nothing leaves the machine but what the tools answer, which holds no picture. Run: mettici mcp
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

MOST = 200
"""Photos that are ranked at once: about half a minute of one core."""
ADVICE = 3
"""How much is told of what holds a photo back, in a ranking."""
INSTRUCTIONS = (
    "Tells whether a picture is a good profile photo, why, and what to fix. It judges the picture, never the person: "
    "no age, gender, origin, attractiveness or identity. Photos are read from this machine and stay on it."
)
READS = ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)

Photo = Annotated[str, Field(description="The path of a local file, absolute or from `~`; or the photo as a data URL.")]
PolicyName = Annotated[
    str, Field(description=f"Where the photo goes: {', '.join(names())}; or the path of a policy's TOML file.")
]
Lang = Annotated[str, Field(description="Language of messages and advice, such as en, it or es.")]

server: MCPServer[Any] = MCPServer(
    "mettici", title="mettici: profile photos", instructions=INSTRUCTIONS, version=__version__, log_level="WARNING"
)


@server.tool(annotations=READS)
async def check_photo(photo: Photo, policy: PolicyName = DEFAULT, lang: Lang = "en") -> dict[str, Any]:
    """Judge a profile photo: verdict (accept, improve, reject), score 0..100, every check with its message, what to do
    first (`advice`), and a better crop where there is one (`crop.box`: x, y, width, height in pixels)."""
    spoken = negotiated(lang)
    report = await asyncio.to_thread(_report, photo, policy, spoken)
    return {**report.to_dict(spoken), "advice": report.advice(spoken)}


@server.tool(annotations=READS)
async def rank_photos(
    photos: Annotated[list[Photo], Field(min_length=1, max_length=MOST)],
    policy: PolicyName = DEFAULT,
    lang: Lang = "en",
) -> dict[str, Any]:
    """Put profile photos in order, the best first, with what holds each of them back; and those that cannot be read."""
    spoken = negotiated(lang)
    reports: list[tuple[str, Report]] = []
    failed = []
    for photo in photos:
        try:
            reports.append((photo, await asyncio.to_thread(_judged, photo, policy)))
        except PhotoError as error:
            failed.append({"photo": _shown(photo), "error": error.code, "message": _told(error, spoken)})
        except MetticiError as error:
            raise ToolError(_told(error, spoken)) from error
    reports.sort(key=lambda pair: order(pair[1].to_dict()))
    placed = [_placed(i, photo, report, spoken) for i, (photo, report) in enumerate(reports, 1)]
    return {"ranking": placed, "why": _why(reports, spoken), "failed": failed}


@server.tool(annotations=READS)
async def photo_requirements(policy: PolicyName = DEFAULT, lang: Lang = "en") -> dict[str, Any]:
    """What is asked of a profile photo: what the policy is for, the crop that the place wants, where its rules stand,
    and every check with its weight and limits; those that are `blocking` can reject a photo alone."""
    spoken = negotiated(lang)
    try:
        chosen = load(_policy(policy))
    except MetticiError as error:
        raise ToolError(_told(error, spoken)) from error
    return _asked(chosen, spoken)


def _report(photo: str, policy: str, lang: str) -> Report:
    try:
        return _judged(photo, policy)
    except MetticiError as error:
        raise ToolError(_told(error, lang)) from error


def _judged(photo: str, policy: str) -> Report:
    source = photo if photo.startswith("data:") or "://" in photo else Path(photo).expanduser()
    return shared_checker(_policy(policy)).check(source, name=_shown(photo))


def _policy(named: str) -> str | Path:
    return named if named in names() else Path(named).expanduser()


def _shown(photo: str) -> str:
    """The photo as answers name it: not the whole of a data URL."""
    return "data:…" if photo.startswith("data:") else photo


def _told(error: MetticiError, lang: str) -> str:
    return f"{error.message(lang)} {error.remedy_in(lang)}"


def _placed(place: int, photo: str, report: Report, lang: str) -> dict[str, Any]:
    return {
        "place": place,
        "photo": _shown(photo),
        "verdict": report.verdict.value,
        "score": round(report.score),
        "advice": report.advice(lang)[:ADVICE],
    }


def _why(reports: list[tuple[str, Report]], lang: str) -> dict[str, Any] | None:
    """By how many points the first is ahead of the second, and in what."""
    if len(reports) < 2:
        return None
    first, second = reports[0][1], reports[1][1]
    found = compare_reports(first.to_dict(), second.to_dict())
    return {"points": found.points, "better": [first[check].rule.check.title(lang) for check in found.better]}


def _asked(policy: Policy, lang: str) -> dict[str, Any]:
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
