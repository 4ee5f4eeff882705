"""The ranking as an HTML page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mettici.messages import say
from mettici.output.files import AtomicFile
from mettici.output.html import Counts, Heading, Rows, facts, page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mettici.scan.ranking import Ranked


def write(
    path: str,
    ranked: Sequence[Ranked],
    errors: Sequence[dict[str, Any]],
    reasons: Sequence[str],
    lang: str,
    sources: Sequence[str] = (),
) -> None:
    """Write the page to `path`, replacing any file there. Raises `OutputError`."""
    counts, rows = Counts(), Rows(lang)
    for report in (*(one.report for one in ranked), *errors):
        counts.add(report)
    listed = [_row(one, rows) for one in ranked]
    listed += [rows.row(error, rank=len(ranked) + i) for i, error in enumerate(errors, 1)]
    file = AtomicFile(path)
    head_facts, pictures = facts(counts, sources, lang), any(one.thumbnail for one in ranked)
    heading = Heading(say("album.ranked", lang), tuple(reasons), True, head_facts, pictures, counts.storage_key)
    with file.commit_at_end():
        for piece in page(heading, counts, rows, listed, lang):
            file.stream.write(piece.encode("utf-8", "backslashreplace"))


def _row(one: Ranked, rows: Rows) -> str:
    more: dict[str, object] = {"rank": one.rank}
    if len(one.group) > 1:
        more |= {"group": {"count": len(one.group), "best": one.group[0]}, "best": one.best}
    return rows.row(one.report, one.thumbnail, one.overlay, **more)
