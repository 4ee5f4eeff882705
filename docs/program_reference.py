"""The reference pages for the command line, report, errors and library, generated from the code."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Sequence
from typing import Any

import click

import mettici
from mettici import aio, errors
from mettici.cli import COMMANDS, program
from mettici.cli.help import exit_codes
from mettici.errors import MetticiError
from mettici.messages import template
from mettici.web.problems import STATUS

Object = dict[str, Any]

WHERE_REPORTS_COME_FROM = """\
`mettici check --json` prints a report, `mettici scan` writes one per line, `Report.to_dict()` returns one, and the API
answers with one. `mettici schema` prints the JSON Schema behind these tables; `mettici.report_schema()` returns it."""
ABOUT_COMPLETION = """\
## Completion

The shell completes commands, options, files, languages, and the names of policies and checks, once you set it up:

| shell | file | line |
| --- | --- | --- |
| bash | `~/.bashrc` | `eval "$(_METTICI_COMPLETE=bash_source mettici)"` |
| zsh | `~/.zshrc` | `eval "$(_METTICI_COMPLETE=zsh_source mettici)"` |
| fish | `~/.config/fish/completions/mettici.fish` | `_METTICI_COMPLETE=fish_source mettici \\| source` |"""
ABOUT_ERRORS = """\
Errors derive from `mettici.MetticiError` and carry a `code` for programs, a sentence and a `remedy` for people, in
every language that mettici supports. A photo without a face is a verdict, not an error."""


def table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    """A Markdown table."""
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def text(docstring: str | None) -> str:
    """A docstring as Markdown, with its paragraphs unwrapped."""
    clean = inspect.cleandoc(docstring or "").replace("\b\n", "")
    blocks = (b if b.startswith(("- ", "  ")) else re.sub(r"\n(?! )", " ", b) for b in clean.split("\n\n"))
    return "\n\n".join(blocks)


def cli_page() -> str:
    """Every command with its arguments and options."""
    context = click.Context(program, info_name="mettici")
    codes = [(f"`{code}`", meaning) for code, meaning in exit_codes("en")]
    parts = ["# The command line", program.help or "", table(("exit code", "meaning"), codes)]
    for name in COMMANDS:
        command = program.get_command(context, name)
        assert command is not None
        own = click.Context(command, info_name=name, parent=context)
        usage = " ".join([own.command_path, *command.collect_usage_pieces(own)])
        parts += [f"## mettici {name}", f"```text\n{usage}\n```", text(command.help)]
        options = [_option(p, own) for p in command.params if isinstance(p, click.Option)]
        if options:
            parts.append(table(("option", "what it does", "default"), options))
    return "\n\n".join([*parts, ABOUT_COMPLETION])


def _option(option: click.Option, context: click.Context) -> tuple[str, ...]:
    metavar = option.make_metavar(context) if not option.is_flag else ""
    default = option.to_info_dict()["default"] if option.show_default or option.name == "policy" else None
    shown = f"`{default}`" if isinstance(default, str | int | float) and default != "" else ""
    return f"`{' '.join([*option.opts, metavar]).strip()}`", (option.help or "").replace("\b\n", ""), shown


def report_page() -> str:
    """The fields of a report, from its JSON Schema."""
    schema = mettici.report_schema()
    kinds: Object = schema["$defs"]
    parts = ["# The report", text(schema["description"]), WHERE_REPORTS_COME_FROM]
    for kind in kinds.values():
        if "properties" in kind:
            rows = [(f"`{k}`", _type(f, kinds), _meaning(f, kinds)) for k, f in kind["properties"].items()]
            parts += [f"## {kind['title']}", kind["description"], table(("field", "type", "meaning"), rows)]
    return "\n\n".join(parts)


def _type(field: Object, kinds: Object) -> str:
    if "$ref" in field:
        kind = kinds[field["$ref"].rpartition("/")[2]]
        return f"[{kind['title']}](#{kind['title'].lower()})" if "properties" in kind else _type(kind, kinds)
    if "anyOf" in field:
        return " or ".join(_type(f, kinds) for f in field["anyOf"])
    if "enum" in field:
        return ", ".join(f"`{word}`" for word in field["enum"])
    if field["type"] == "array" and "prefixItems" not in field:
        return f"array of {_type(field['items'], kinds)}"
    return "4 integers" if "prefixItems" in field else str(field["type"])


def _meaning(field: Object, kinds: Object) -> str:
    return str(field.get("description") or kinds[field["$ref"].rpartition("/")[2]]["description"])


def errors_page() -> str:
    """Every error with its code, exit code, HTTP status, message and remedy."""
    kinds = sorted(
        (e for e in vars(errors).values() if _is_documented(e)), key=lambda e: (e.exit_code, e.code, e.__name__)
    )
    parts = ["# Errors", ABOUT_ERRORS]
    for kind in kinds:
        status = STATUS.get(kind.code, 503 if issubclass(kind, errors.ModelError) else 500)
        over_http = issubclass(kind, errors.ServiceError) and kind is not errors.InternalError
        ends = "" if over_http else f" exit code {kind.exit_code};"
        facts = f"`{kind.code}`;{ends} over HTTP {status}."
        keys = [f"errors.{kind.code}.{reason}" for reason in kind.reasons]
        rows = [tuple(_filled(template(f"{key}.{part}")) for part in ("message", "remedy")) for key in keys]
        table_text = table(("says", "remedy"), rows)
        parts += [f"## {kind.__name__}", f"{text(kind.__doc__)} {facts}", table_text]
    return "\n\n".join(parts)


def _is_documented(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, MetticiError) and bool(kind.reasons)


def _filled(sentence: str) -> str:
    """Show the placeholders of a sentence in italics."""
    return re.sub(r"\{(\w+)\}", r"*\1*", sentence).replace("*.jpg", "\\*.jpg")


def library_page() -> str:
    """The public names of `mettici`, and the async checker."""
    parts = ["# The library", "```python\nimport mettici\n\nprint(mettici.__all__)\n```"]
    for name in (n for n in mettici.__all__ if n != "__version__"):
        parts += _described(getattr(mettici, name), f"mettici.{name}")
    return "\n\n".join([*parts, *_described(aio.AsyncPhotoChecker, "mettici.aio.AsyncPhotoChecker")])


def _described(thing: Any, name: str) -> Iterator[str]:
    yield f"## {name}"
    error = isinstance(thing, type) and issubclass(thing, MetticiError)
    signature = "" if error or hasattr(thing, "__dataclass_fields__") else _signature(thing)
    yield f"```text\n{name}{signature}\n```"
    yield text(thing.__doc__)
    if not isinstance(thing, type):
        return
    fields = getattr(thing, "__dataclass_fields__", {})
    if fields:
        yield table(("field", "type"), [(f"`{f.name}`", f"`{f.type}`") for f in fields.values()])
    if error and thing is not MetticiError:
        return
    members = [(n, m) for n, m in vars(thing).items() if not n.startswith("_") and inspect.getdoc(m) and _is_method(m)]
    rows = [(f"`{n}{_signature(m)}`", text(m.__doc__).replace("\n\n", " ")) for n, m in members]
    if rows:
        yield table(("member", "what it does"), rows)


def _is_method(member: object) -> bool:
    return inspect.isfunction(member) or isinstance(member, property)


def _signature(thing: Any) -> str:
    """The signature without `self`; empty for a property."""
    if isinstance(thing, property):
        return ""
    signature = inspect.signature(thing)
    kept = [p for p in signature.parameters.values() if p.name != "self"]
    shown = str(signature.replace(parameters=kept)).replace(" -> 'None'", "")
    shown = re.sub(r"Limits\(.*?\}\)\)", "Limits()", shown)  # the order of a set varies from run to run
    return re.sub(r"(: |-> )'([^']*)'", r"\1\2", shown)  # unquote the annotations
