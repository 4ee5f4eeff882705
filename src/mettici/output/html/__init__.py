"""Reports as a self-contained HTML page: counts, filters, and every photo with its findings.

The page is a Jinja2 template, autoescaped. Its script and style are allowed by hash, and its Content-Security-Policy
forbids every request. Photos are embedded as rows of JSON, and shown as the reader scrolls to them.
"""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from importlib import resources
from statistics import median
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from jinja2.utils import htmlsafe_json_dumps

from mettici._version import __version__
from mettici.checks import all_checks
from mettici.checks.base import Status
from mettici.messages import say, section
from mettici.scoring import Verdict, reported_order

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from markupsafe import Markup


BINS = 10
"""Bars in the histogram of scores, ten points each; a score of 100 is in the last."""
ERROR = "error"
"""Takes the place of a verdict for a photo that could not be judged."""


@dataclass
class Counts:
    """The data of the summary."""

    verdicts: Counter[str] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)
    scores: list[Counter[str]] = field(default_factory=lambda: [Counter() for _ in range(BINS)])
    points: Counter[int] = field(default_factory=Counter)
    policies: Counter[tuple[str, str]] = field(default_factory=Counter)
    crops: int = 0
    checks: dict[str, Counter[str]] = field(default_factory=lambda: {c.id: Counter() for c in all_checks()})

    def add(self, report: dict[str, Any]) -> None:
        """Count a report, or an error in its place."""
        if "error" in report:
            self.verdicts[ERROR] += 1
            self.errors[report["error"]["code"]] += 1
            return
        self.verdicts[report["verdict"]] += 1
        self.points[report["score"]] += 1
        self.crops += bool(report.get("crop"))
        if policy := report.get("policy"):
            self.policies[policy["name"], policy["version"]] += 1
        self.scores[min(BINS - 1, report["score"] * BINS // 100)][report["verdict"]] += 1
        for check in report["checks"]:
            self.checks[check["id"]][check["status"]] += 1

    @property
    def median(self) -> int | None:
        """The median score; None if no photo has one."""
        return round(median(self.points.elements())) if self.points else None

    @property
    def storage_key(self) -> str:
        """The key under which the browser stores the reader's marks, one per policy, since an overruled verdict is
        specific to it."""
        return "mettici:" + ",".join(sorted(name for name, _ in self.policies))


class Rows:
    """Turns reports into the rows that the page's script reads; repeated sentences are stored once, in `sentences`."""

    def __init__(self, lang: str) -> None:
        self._lang = lang
        self._said: dict[str, int] = {}
        self._known = {check.id: check for check in all_checks()}
        self._checks = {check.id: number for number, check in enumerate(all_checks())}
        self._statuses = {status.value: number for number, status in enumerate(Status)}

    @property
    def sentences(self) -> list[str]:
        """The sentences, in the order of their numbers."""
        return list(self._said)

    def row(self, report: dict[str, Any], thumbnail: bytes = b"", overlay: str = "", **more: object) -> str:
        """A report as JSON that is safe to embed in a page.

        `thumbnail` is WebP, `overlay` an SVG to lay over it; `more` is added unchanged.
        """
        photo, crop = report.get("photo", {}), report.get("crop")
        row: dict[str, Any] = {
            "path": report["path"].encode("utf-8", "backslashreplace").decode(),
            "verdict": report.get("verdict", ERROR),
            "score": report.get("score"),
            "id": photo["sha256"][:16] if photo.get("sha256") else report["path"],
            "size": [photo["width"], photo["height"]] if photo else None,
            "thumbnail": base64.b64encode(thumbnail).decode(),
            "overlay": overlay,
            "findings": [self._finding(check) for check in sorted(report.get("checks", ()), key=reported_order)],
            **more,
        }
        if "error" in report:
            row["error"] = [self._number(report["error"][key]) for key in ("message", "remedy")]
        if report.get("retake"):
            row["retake"] = self._number(report["retake"]["message"])
        if crop:
            row["crop"] = {"box": crop["box"], "verdict": crop.get("verdict_after")}
            items = {"score": crop.get("score_after"), "file": crop.get("file")}
            row["crop"] |= {key: value for key, value in items.items() if value is not None}
            for what in ("mends", "costs"):
                row["crop"][what] = [self._checks[check] for check in crop.get(what, ()) if check in self._checks]
        return str(htmlsafe_json_dumps(row, separators=(",", ":")))

    def _finding(self, check: dict[str, Any]) -> list[int | None]:
        advice = None if check["advice"] is None else self._number(check["advice"])
        status = self._statuses[check["status"]]
        known = self._known[check["id"]]
        is_fault = check["status"] in (Status.WARN.value, Status.FAIL.value)
        title = self._number(known.fault_title(check["reason"], self._lang) if is_fault else known.title(self._lang))
        return [self._checks[check["id"]], status, check["score"], self._number(check["message"]), advice, title]

    def _number(self, sentence: str) -> int:
        return self._said.setdefault(sentence, len(self._said))


@dataclass(frozen=True)
class Heading:
    """The head of the page: `title`; `notes`: sentences below it; `ranked`: whether the rows are a ranking.

    `facts`: what was judged, when, and by which policy; `pictures`: whether there are any; `storage_key`: the key under
    which the browser stores the reader's marks.
    """

    title: str
    notes: tuple[str, ...] = ()
    ranked: bool = False
    facts: tuple[str, ...] = ()
    pictures: bool = True
    storage_key: str = "mettici"


def facts(counts: Counts, sources: Sequence[str], lang: str) -> tuple[str, ...]:
    """What was judged, when, by which policy, and the overall result: for the head of the page."""
    items = [say("album.fact_source", lang, source=", ".join(sources))] if sources else []
    items.append(say("album.fact_date", lang, date=f"{datetime.now():%Y-%m-%d %H:%M}"))
    items += [say("album.fact_policy", lang, name=name, version=version) for name, version in counts.policies]
    if counts.median is not None:
        items.append(say("album.fact_median", lang, score=counts.median))
    return (*items, say("album.fact_crops", lang, crops=counts.crops))


def page(heading: Heading, counts: Counts, rows: Rows, listed: Iterable[str], lang: str) -> Iterator[str]:
    """Yield the page in pieces; `listed` are the results of `rows.row`."""
    from markupsafe import Markup

    style, script = _asset("page.css"), _asset("page.js")
    template = _environment().get_template("page.html.j2")
    return template.generate(
        lang=lang,
        heading=heading,
        counts=counts,
        sentences=rows.sentences,
        rows=(Markup(row) for row in listed),
        style=style,
        script=script,
        policy=_content_policy(style, script),
        version=__version__,
        text=section("album", lang),
        codes=section("album.code", lang),
        words=_words(lang),
        verdicts=[v.value for v in Verdict],
        statuses=[s.value for s in Status],
        checks=[(number, check.id, check.title(lang)) for number, check in enumerate(all_checks())],
        most=max(1, *(bar.total() for bar in counts.scores)),
    )


def _words(lang: str) -> dict[str, Any]:
    """The texts of the script."""
    report = section("report", lang)
    return {
        **section("album", lang),
        **{key: report[key] for key in ("noticed", "good", "untold", "skipped", "crop_costs_pixels", "crop_costs")},
        "verdict": {**section("report.verdict", lang), ERROR: report[f"short.{ERROR}"]},
        "short": section("report.short", lang),
        "inside": section("report.verdict_inside", lang),
        "checks": [check.title(lang) for check in all_checks()],
        "names": [check.name(lang) for check in all_checks()],
        "statuses": [status.value for status in Status],
    }


def _content_policy(style: str, script: str) -> str:
    """Allow only this page's own style, script and embedded pictures: no request at all."""
    return (
        f"default-src 'none'; img-src data:; style-src 'sha256-{_digest(style)}'; "
        f"script-src 'sha256-{_digest(script)}'; base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


@lru_cache
def _asset(name: str) -> Markup:
    from markupsafe import Markup

    return Markup((resources.files(__name__) / name).read_text("utf-8"))


def _environment() -> Environment:
    return Environment(
        loader=PackageLoader(__name__, ""),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
