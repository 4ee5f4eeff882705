"""What the page says. Verdicts and headings are those of the command line."""

from __future__ import annotations

from mettici.messages import room

SHARED = ("first", "then", "noticed", "polish", "good")
"""Headings that the page has from the report."""


def texts(lang: str) -> dict[str, str]:
    """Everything, by the key that the page's script knows it by; placeholders are filled in there."""
    report = room("report", lang)
    verdicts = {f"{form}_{verdict}": text for form in ("verdict", "short")
                for verdict, text in room(f"report.{form}", lang).items()}  # fmt: skip
    return {**room("page", lang), **verdicts, **{key: report[key] for key in SHARED}}
