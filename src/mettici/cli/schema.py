"""`mettici schema`: the form of a report."""

from __future__ import annotations

import click


@click.command("schema", short_help="Print the JSON Schema of a report.")
def command() -> None:
    """Print the JSON Schema (2020-12) that every report follows, one of `check --json` or a line of `scan`."""
    from mettici.render.json import to_text
    from mettici.schema import report_schema

    click.echo(to_text(report_schema(), indent=2, encoding="ascii"))
