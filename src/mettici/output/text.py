"""Reports for a terminal: verdict, what to fix, what is good, and what could not be determined."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mettici.checks.base import Status
from mettici.messages import say
from mettici.output.page import styled
from mettici.report import Report
from mettici.scoring import Finding, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from mettici.errors import MetticiError
    from mettici.output.page import Page

SHOWN_IN_FULL = 3
"""Number of faults shown in full: few people fix more at once."""
BAR = 25
"""Width of the score bar, in cells of four points."""

_SIGNS = {Verdict.ACCEPT: "✔", Verdict.IMPROVE: "!", Verdict.REJECT: "✘"}
COLOURS = {Verdict.ACCEPT: "green", Verdict.IMPROVE: "yellow", Verdict.REJECT: "red"}
_MARKS = {
    Status.FAIL: ("✘", "red"),
    Status.WARN: ("!", "yellow"),
    Status.PASS: ("•", "green"),
    Status.UNKNOWN: ("?", "yellow"),
}


def report_text(report: Report, page: Page, *, saving: str = "") -> str:
    """The whole report, ready to print, without a trailing line break.

    `saving`: the command that saves a suggested crop; it gets a line of its own, to copy.
    """
    found = report.faults
    fix = [f for f in found if f.advice()]
    good = [f for f in report.findings if f.status is Status.PASS]
    polish = sorted((f for f in good if f.advice()), key=lambda f: -f.cost)
    parts = [
        _head(report, page),
        _first(report, fix[:SHOWN_IN_FULL], page),
        _listed("then", fix[SHOWN_IN_FULL:], page),
        _cropping(report, page, saving),
        _listed("noticed", [f for f in found if not f.advice()], page),
        _listed("polish", polish, page),
        _good([f for f in good if f not in polish], page),
        _undetermined(report.findings, page),
    ]
    return "\n\n".join("\n".join(lines) for lines in parts if lines)


def crop_text(report: Report, lang: str) -> str:
    """What a crop improves and costs, or why no crop helps; empty if cropping does not matter."""
    if report.retake is not None:
        return report.retake.message(lang)
    if report.crop is None:
        return ""
    crop, (_, _, width, height) = report.crop, report.crop.box
    text = say(
        "report.crop_mends",
        lang,
        width=width,
        height=height,
        titles=_named(report, crop.mends, lang),
        score=round(crop.score_after),
        before=round(report.score),
        verdict=say(f"report.verdict_inside.{crop.verdict_after}", lang),
    )
    left, side = min(width, height), min(int(report.photo["width"]), int(report.photo["height"]))
    if left < side:
        text += " " + say("report.crop_costs_pixels", lang, left=left, side=side)
    if crop.costs:
        text += " " + say("report.crop_costs", lang, titles=_named(report, crop.costs, lang))
    return text


def _named(report: Report, checks: Iterable[str], lang: str) -> str:
    return ", ".join(report[check].rule.check.name(lang) for check in checks)


def error_text(error: MetticiError, page: Page, path: str | None = None) -> str:
    """What went wrong and how to fix it, without a trailing line break."""
    lines = [page.heading(path)] if path is not None else []
    lines += page.wrapped(error.message(page.lang), lead="✘ ", colour="red")
    lines += page.wrapped(error.remedy_in(page.lang), lead="  ")
    return "\n".join(lines)


def tally_text(
    verdicts: Mapping[str, int],
    failures: Mapping[str, int],
    page: Page,
    seconds: float | None = None,
    kept: int = 0,
    opening: str = "",
) -> str:
    """A summary line: how many photos got each verdict or could not be read and why, and the rate if timed.

    `kept` of them were judged by an earlier run, and count except for the rate. An error code of "" is not shown.
    """
    unread = sum(failures.values())
    tally = ", ".join(styled(page.fit(text), colour) for text, colour in verdict_counts(verdicts, unread, page.lang))
    kinds = sorted((say(f"album.code.{code}", page.lang), n) for code, n in failures.items() if code)
    codes = page.fit(", ".join(f"{kind} {n}" for kind, n in kinds))
    total = sum(verdicts.values()) + unread
    start = say("report.count.photos", page.lang, count=total)
    if seconds is not None and total > kept:
        rate = (total - kept) / max(seconds, 0.001)
        start += " " + say("report.timed", page.lang, seconds=seconds, rate=rate)
    if kept:
        start += " " + page.fit(say("report.kept", page.lang, kept=kept))
    line = (
        page.fit(opening)
        + styled(start, bold=True)
        + (f": {tally}" if tally else "")
        + (f" ({codes})" if codes else "")
    )
    return page.folded(line)


def verdict_counts(verdicts: Mapping[str, int], unread: int, lang: str) -> list[tuple[str, str]]:
    """How many photos have each verdict or could not be read, with colours; zero counts are omitted."""
    counts = [(v.value, verdicts.get(v.value, 0), COLOURS[v]) for v in Verdict] + [("error", unread, "red")]
    return [(say(f"report.count.{what}", lang, count=count), colour) for what, count, colour in counts if count]


def _head(report: Report, page: Page) -> list[str]:
    facts = report.photo
    size = page.fit(f"{facts['width']} \xd7 {facts['height']} {facts['format']}")
    sentence = say(f"report.verdict.{report.verdict.value}", page.lang)
    verdict = page.wrapped(sentence, lead=f"{_SIGNS[report.verdict]} ")
    score = round(report.score)
    full = min(BAR, round(score * BAR / 100))
    colour = COLOURS[report.verdict]
    bar = styled(page.fit("█" * full), colour) + styled(page.fit("░" * (BAR - full)), dim=True)
    return [
        *page.pieces(page.heading(report.path), styled(size, dim=True)),
        *(styled(line, colour, bold=True) for line in verdict),
        f"{bar}  {styled(str(score), bold=True)}/100",
    ]


def _first(report: Report, findings: Sequence[Finding], page: Page) -> list[str]:
    if not findings:
        return []
    lines = [page.heading(say("report.first", page.lang))]
    for number, finding in enumerate(findings, 1):
        lead = f"  {number} {_MARKS[finding.status][0]} "
        lines += _finding(finding, lead, page)
        advice = " ".join(filter(None, (finding.advice(page.lang), _gain(report, finding, page))))
        if advice:
            lines += page.wrapped(advice, lead=" " * len(lead))
    return lines


def _gain(report: Report, finding: Finding, page: Page) -> str:
    """How many points fixing the fault gains; empty for a rejected photo, where points do not matter."""
    points = round(report.gain(finding))
    if points < 1 or report.verdict is Verdict.REJECT:
        return ""
    return f"({say('report.gain', page.lang, count=points)})"


def _listed(heading: str, findings: Iterable[Finding], page: Page) -> list[str]:
    lines: list[str] = []
    for finding in findings:
        lines += _finding(finding, f"  {_MARKS[finding.status][0]} ", page)
        if advice := finding.advice(page.lang):
            lines += page.wrapped(advice, lead="    ", dim=True)
    return [page.heading(say(f"report.{heading}", page.lang)), *lines] if lines else []


def _finding(finding: Finding, lead: str, page: Page) -> list[str]:
    opening, colour = f"{finding.title(page.lang)}: ", _MARKS[finding.status][1]
    return page.wrapped(finding.message(page.lang), lead=lead, opening=opening, colour=colour)


def _cropping(report: Report, page: Page, saving: str) -> list[str]:
    if not (text := crop_text(report, page.lang)):
        return []
    lines = page.wrapped(text, lead="  → ", opening=f"{say('report.crop', page.lang)}: ", colour="cyan")
    if saving and report.crop:
        lines += page.wrapped(say("report.crop_write", page.lang), lead="    ", dim=True)
        lines.append(f"    {page.fit(saving)}")
    return lines


def _good(findings: Sequence[Finding], page: Page) -> list[str]:
    if not findings:
        return []
    titles = _sentence(findings, page)
    return [page.heading(say("report.good", page.lang)), *page.wrapped(titles, lead="  ✔ ", colour="green")]


def _undetermined(findings: Sequence[Finding], page: Page) -> list[str]:
    """Checks that are unknown, each with its reason, and those that do not apply, grouped by reason."""
    lines = _listed("untold", [f for f in findings if f.status is Status.UNKNOWN], page)
    skipped: dict[str, list[Finding]] = {}
    for finding in (f for f in findings if f.status is Status.SKIPPED):
        skipped.setdefault(finding.message(page.lang), []).append(finding)
    if skipped:
        lines += [*([""] if lines else []), page.heading(say("report.skipped", page.lang))]
    for message, alike in skipped.items():
        lines += page.wrapped(f"{_sentence(alike, page)}. {message}", lead="  - ", dim=True)
    return lines


def _sentence(findings: Sequence[Finding], page: Page) -> str:
    """The names of the checks, joined by commas."""
    first, *others = (f.rule.check for f in findings)
    return ", ".join([first.title(page.lang), *(check.name(page.lang) for check in others)])
