"""A report for a person at a terminal: verdict, what would help, what is good, what could not be told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from mettici.checks.base import Status, Text
from mettici.report import Report
from mettici.scoring import Finding, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from mettici.errors import MetticiError
    from mettici.render.page import Page

MOST_VALUABLE = 3
"""Changes shown at length: more at once are not made."""
BAR = 25
"""Cells of the bar of the score: four points each."""

VERDICTS: Mapping[Verdict, Text] = {
    Verdict.ACCEPT: Text("A good professional profile photo", "Una buona foto per un profilo professionale"),
    Verdict.IMPROVE: Text("Could be better", "Si può migliorare"),
    Verdict.REJECT: Text("Not fit for a professional profile", "Non adatta a un profilo professionale"),
}
COUNTED: Mapping[Verdict, Text] = {
    Verdict.ACCEPT: Text("good", "da tenere"),
    Verdict.IMPROVE: Text("could be better", "da migliorare"),
    Verdict.REJECT: Text("not fit", "da cambiare"),
}
_SIGNS = {Verdict.ACCEPT: "✔", Verdict.IMPROVE: "!", Verdict.REJECT: "✘"}
COLOURS = {Verdict.ACCEPT: "green", Verdict.IMPROVE: "yellow", Verdict.REJECT: "red"}
_MARKS = {
    Status.FAIL: ("✘", "red"), Status.WARN: ("!", "yellow"), Status.PASS: ("•", "green"),
    Status.UNKNOWN: ("?", "yellow"),
}  # fmt: skip

FIRST = Text("What would help most", "Che cosa aiuterebbe di più")
ALSO = Text("Then", "E poi")
NOTICED = Text("Also noticed", "Si nota anche")
POLISH = Text("Could be better still", "Può venire ancora meglio")
GOOD = Text("Good already", "Va già bene")
UNTOLD = Text("Could not be told", "Non si è potuto capire")
_SKIPPED = Text("Not looked at", "Non esaminato")
_CROP = Text(
    "A crop to {width} \xd7 {height} px is enough to mend: {titles}. Then {score}/100 instead of {before}: {verdict}.",
    "Basta un ritaglio di {width} \xd7 {height} px per sistemare: {titles}. Poi {score}/100 invece di {before}: "
    "{verdict}.",
)
FEWER = Text(
    "It costs pixels: {left} of {side} are left on the shorter side.",
    "Costa pixel: sul lato corto ne restano {left} su {side}.",
)
COSTS = Text("A little worse after it: {titles}.", "Un po' peggio, dopo: {titles}.")
_CROPPING = Text("Crop", "Ritaglio")
_WRITE = Text("Write it with: mettici check --crop FILE", "Per salvarlo: mettici check --crop FILE")
_GAIN = Text("up to {points} more {points_word}", "fino a {points} {points_word} in più")
_POINT, _POINTS = Text("point", "punto"), Text("points", "punti")
_PHOTO, _PHOTOS = Text("photo", "foto"), Text("photos", "foto")
UNREADABLE, UNREADABLES = Text("unreadable", "illeggibile"), Text("unreadable", "illeggibili")
_TIMED = Text(" in {seconds:.1f} s, {rate:.1f} a second", " in {seconds:.1f} s, {rate:.1f} al secondo")
_KEPT = Text(" ({kept} from the earlier run)", " ({kept} dall'esame precedente)")


def report_text(report: Report, page: Page, *, hint: bool = True) -> str:
    """The whole report, ready to print; ends without a line break. `hint`: tell how to write a suggested crop."""
    found = report.faults
    mend = [f for f in found if f.advice()]
    good = [f for f in report.findings if f.status is Status.PASS]
    polish = sorted((f for f in good if f.advice()), key=lambda f: -f.cost)
    parts = [
        _head(report, page),
        _first(report, mend[:MOST_VALUABLE], page),
        _listed(ALSO, mend[MOST_VALUABLE:], page),
        _cropping(report, page, hint=hint),
        _listed(NOTICED, [f for f in found if not f.advice()], page),
        _listed(POLISH, polish, page),
        _good([f for f in good if f not in polish], page),
        _untold(report.findings, page),
    ]
    return "\n\n".join("\n".join(lines) for lines in parts if lines)


def crop_text(report: Report, lang: str) -> str:
    """What a crop does for the photo and what it costs, or why none helps; empty where cropping is no matter."""
    if report.retake is not None:
        return report.retake.message(lang)
    if report.crop is None:
        return ""
    crop, (_, _, width, height) = report.crop, report.crop.box
    text = _CROP(lang).format(
        width=width,
        height=height,
        titles=_named(report, crop.mends, lang),
        score=round(crop.score_after),
        before=round(report.score),
        verdict=VERDICTS[Verdict(crop.verdict_after)](lang).lower(),
    )
    left, side = min(width, height), min(int(report.photo["width"]), int(report.photo["height"]))
    if left < side:
        text += " " + FEWER(lang).format(left=left, side=side)
    if crop.costs:
        text += " " + COSTS(lang).format(titles=_named(report, crop.costs, lang))
    return text


def _named(report: Report, checks: Iterable[str], lang: str) -> str:
    return ", ".join(report[check].rule.check.name(lang) for check in checks)


def error_text(error: MetticiError, page: Page, path: str | None = None) -> str:
    """What went wrong and what to do about it; ends without a line break."""
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
) -> str:
    """One line on several photos: how many of each verdict and each error's code; with the rate if timed.

    `kept` of them were judged by an earlier run: they count, but not in the rate."""
    counts = [(COUNTED[v](page.lang), verdicts.get(v.value, 0), COLOURS[v]) for v in Verdict]
    unread = sum(failures.values())
    counts.append(((UNREADABLE if unread == 1 else UNREADABLES)(page.lang), unread, "red"))
    told = ", ".join(click.style(page.fit(f"{n} {word}"), fg=colour) for word, n, colour in counts if n)
    codes = ", ".join(f"{code} {n}" for code, n in sorted(failures.items()))
    total = sum(verdicts.values()) + unread
    start = f"{total} {(_PHOTO if total == 1 else _PHOTOS)(page.lang)}"
    if seconds is not None and total > kept:
        start += _TIMED.filled(page.lang, seconds=seconds, rate=(total - kept) / max(seconds, 0.001))
    if kept:
        start += page.fit(_KEPT(page.lang).format(kept=kept))
    return click.style(start, bold=True) + (f": {told}" if told else "") + (f" ({codes})" if codes else "")


def _head(report: Report, page: Page) -> list[str]:
    facts = report.photo
    size = page.fit(f"{facts['width']} \xd7 {facts['height']} {facts['format']}")
    verdict = page.fit(f"{_SIGNS[report.verdict]} {VERDICTS[report.verdict](page.lang)}")
    score = round(report.score)
    full = min(BAR, round(score * BAR / 100))
    colour = COLOURS[report.verdict]
    bar = click.style(page.fit("█" * full), fg=colour) + click.style(page.fit("░" * (BAR - full)), dim=True)
    return [
        f"{page.heading(report.path)}  {click.style(size, dim=True)}",
        click.style(verdict, fg=colour, bold=True),
        f"{bar}  {click.style(str(score), bold=True)}/100",
    ]


def _first(report: Report, findings: Sequence[Finding], page: Page) -> list[str]:
    if not findings:
        return []
    lines = [page.heading(FIRST(page.lang))]
    for number, finding in enumerate(findings, 1):
        lead = f"  {number} {_MARKS[finding.status][0]} "
        lines += _finding(finding, lead, page)
        advice = " ".join(filter(None, (finding.advice(page.lang), _gain(report, finding, page))))
        if advice:
            lines += page.wrapped(advice, lead=" " * len(lead))
    return lines


def _gain(report: Report, finding: Finding, page: Page) -> str:
    """How many points mending it can bring; nothing for a rejected photo, where points do not matter."""
    points = round(report.gain(finding))
    if points < 1 or report.verdict is Verdict.REJECT:
        return ""
    word = (_POINT if points == 1 else _POINTS)(page.lang)
    return f"({_GAIN(page.lang).format(points=points, points_word=word)})"


def _listed(heading: Text, findings: Iterable[Finding], page: Page) -> list[str]:
    lines: list[str] = []
    for finding in findings:
        lines += _finding(finding, f"  {_MARKS[finding.status][0]} ", page)
        if advice := finding.advice(page.lang):
            lines += page.wrapped(advice, lead="    ", dim=True)
    return [page.heading(heading(page.lang)), *lines] if lines else []


def _finding(finding: Finding, lead: str, page: Page) -> list[str]:
    opening, colour = f"{finding.title(page.lang)}: ", _MARKS[finding.status][1]
    return page.wrapped(finding.message(page.lang), lead=lead, opening=opening, colour=colour)


def _cropping(report: Report, page: Page, *, hint: bool) -> list[str]:
    if not (text := crop_text(report, page.lang)):
        return []
    lines = page.wrapped(text, lead="  → ", opening=f"{_CROPPING(page.lang)}: ", colour="cyan")
    return lines + (page.wrapped(_WRITE(page.lang), lead="    ", dim=True) if hint and report.crop else [])


def _good(findings: Sequence[Finding], page: Page) -> list[str]:
    if not findings:
        return []
    titles = _sentence(findings, page)
    return [page.heading(GOOD(page.lang)), *page.wrapped(titles, lead="  ✔ ", colour="green")]


def _untold(findings: Sequence[Finding], page: Page) -> list[str]:
    """What is unknown, each with its reason; what does not apply, together by reason."""
    lines = _listed(UNTOLD, [f for f in findings if f.status is Status.UNKNOWN], page)
    skipped: dict[str, list[Finding]] = {}
    for finding in (f for f in findings if f.status is Status.SKIPPED):
        skipped.setdefault(finding.message(page.lang), []).append(finding)
    if skipped:
        lines += ["", page.heading(_SKIPPED(page.lang))] if lines else [page.heading(_SKIPPED(page.lang))]
    for message, alike in skipped.items():
        lines += page.wrapped(f"{_sentence(alike, page)}. {message}", lead="  - ", dim=True)
    return lines


def _sentence(findings: Sequence[Finding], page: Page) -> str:
    """What the checks are called, in a row."""
    first, *others = (f.rule.check for f in findings)
    return ", ".join([first.title(page.lang), *(check.name(page.lang) for check in others)])
