"""`mettici compare`: what changed between two scans."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from mettici.cli.help import Command
from mettici.cli.terminal import console, files, lang_option, page, print_raw, show
from mettici.messages import say

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mettici.output.page import Page
    from mettici.scan.comparing import Change, Comparison, Judged


@click.command("compare", cls=Command)
@click.argument("old", shell_complete=files)
@click.argument("new", shell_complete=files)
@click.option("--top", type=click.IntRange(1), default=20, show_default=True, metavar="N")
@click.option("--json", "as_json", is_flag=True)
@lang_option
def command(old: str, new: str, top: int, as_json: bool, lang: str) -> None:
    """The help text is in the catalogues, under `cli.compare`."""
    from mettici.scan.comparing import compare, read

    found = compare(read(old), read(new))
    if as_json:
        _print_json(found, lang)
        return
    shown = page(lang)
    for line in _summary(found, old, new, shown):
        show(line)
    for key in ("better", "worse"):
        _print_changes(key, getattr(found, key), top, shown)
    for key in ("arrived", "gone"):
        _print_photos(key, getattr(found, key), top, shown)


def _summary(found: Comparison, old: str, new: str, shown: Page) -> Iterator[str]:
    from mettici.output.text import tally_text

    for name, scan in ((old, found.old), (new, found.new)):
        verdicts = scan.verdicts
        failures = {"": verdicts.pop("error")} if "error" in verdicts else {}
        yield tally_text(verdicts, failures, shown, opening=f"{name}: ")
    counts = {key: len(getattr(found, key)) for key in ("better", "worse", "same", "arrived", "gone")}
    yield from shown.wrapped(say("compare.summary", shown.lang, **counts))
    if not found.same_judging:
        judged = {key: " + ".join(sorted(getattr(found, key).judged_by)) for key in ("old", "new")}
        yield from shown.wrapped(say("compare.otherwise", shown.lang, **judged), lead="! ", colour="yellow")


def _print_changes(title: str, changes: Sequence[Change], top: int, shown: Page) -> None:
    columns = ("photo", "before", "after", "changed")
    rows = [
        (c.after.path, _judgement(c.before, shown), _judgement(c.after, shown), _changed(c, shown.lang))
        for c in changes[:top]
    ]
    _print_table(title, columns, rows, len(changes), shown)


def _print_photos(title: str, photos: Sequence[Judged], top: int, shown: Page) -> None:
    rows = [(photo.path, _judgement(photo, shown)) for photo in photos[:top]]
    _print_table(title, ("photo", "verdict"), rows, len(photos), shown)


def _print_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]], total: int, shown: Page) -> None:
    from rich import box
    from rich.markup import escape
    from rich.table import Table

    if not rows:
        return
    show("\n" + shown.heading(f"{say(f'compare.{title}', shown.lang)} ({total})"))
    headers = [say(f"compare.{column}", shown.lang) for column in columns]
    if shown.wide:
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
        for header in headers:
            table.add_column(header, overflow="fold")
        for row in rows:
            table.add_row(*(escape(shown.fit(cell)) for cell in row))
        console().print(table)
    else:
        show("\n".join(shown.blocks(rows, headers, name=0)))
    if total > len(rows):
        more = say("compare.more", shown.lang, count=total - len(rows), total=total)
        show("\n".join(shown.wrapped(more, lead="  ")))


def _judgement(photo: Judged, shown: Page) -> str:
    if photo.score is None:
        return say("report.short.error", shown.lang)
    return f"{photo.score} {say(f'report.short.{photo.verdict}', shown.lang)}"


def _changed(change: Change, lang: str) -> str:
    """The checks whose fault was fixed or is new, in words."""
    from mettici.checks import all_checks

    titles = {check.id: check.name(lang) for check in all_checks()}
    parts = [say("compare.same_file", lang)] if change.same_file else []
    if change.before.path != change.after.path:
        parts.append(say("compare.was", lang, path=change.before.path))
    for key, ids in (("fixed", change.fixed), ("come_up", change.new_faults)):
        if ids:
            parts.append(say(f"compare.{key}", lang, titles=", ".join(titles.get(check, check) for check in ids)))
    return "; ".join(parts)


def _print_json(found: Comparison, lang: str) -> None:
    from mettici.output.json import to_text
    from mettici.schema import SCHEMA

    result: dict[str, Any] = {"schema": SCHEMA, "same_judging": found.same_judging}
    for key in ("old", "new"):
        scan = getattr(found, key)
        result[key] = {"photos": len(scan.photos), "verdicts": scan.verdicts, "judged_by": sorted(scan.judged_by)}
    for key in ("better", "worse", "same"):
        result[key] = [_change(change) for change in getattr(found, key)]
    for key in ("arrived", "gone"):
        result[key] = [_photo(photo) for photo in getattr(found, key)]
    print_raw(to_text(result, indent=2, encoding=page(lang).encoding))


def _change(change: Change) -> dict[str, Any]:
    sides = {"path": change.after.path, "before": _photo(change.before), "after": _photo(change.after)}
    return sides | {"same_file": change.same_file, "fixed": change.fixed, "amiss": change.new_faults}


def _photo(photo: Judged) -> dict[str, Any]:
    return {"path": photo.path, "verdict": photo.verdict, "score": photo.score}
