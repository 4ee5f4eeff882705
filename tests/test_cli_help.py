"""Help, usage errors and completion: in the reader's language, and without broken words from 40 columns up."""

from __future__ import annotations

import io
import re

import click
import pytest
from babel.messages.pofile import read_po
from click.shell_completion import BashComplete
from command_line import run

from mettici.checks import all_checks
from mettici.cli import COMMANDS, program
from mettici.cli.help import Command
from mettici.messages import has, languages, say
from mettici.messages.languages import FOLDER
from mettici.policy import names

WIDTHS = (40, 60, 80, 160)


def words(text: str) -> list[str]:
    return re.findall(r"\S+", text)


@pytest.mark.parametrize("lang", languages())
@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_breaks_no_word_and_fits(command: str, lang: str) -> None:
    asked = [*([command] if command else []), "--help", "--lang", lang]
    by_width = {width: run(*asked, COLUMNS=str(width)).stdout for width in WIDTHS}
    for width, text in by_width.items():
        assert max(map(len, text.splitlines())) <= width, text
        assert sorted(words(text)) == sorted(words(by_width[160])), "the same unbroken words at every width"
    assert say(f"cli.{command or 'program'}.help", lang).split()[:3] == words(by_width[160].split("\n\n")[1])[:3]


def test_every_command_and_option_is_described() -> None:
    context, found = click.Context(program, info_name="mettici"), set[str]()
    for name in COMMANDS:
        command = program.get_command(context, name)
        assert isinstance(command, Command), name
        assert has(f"cli.{name}.short"), name
        options = [p for p in command.params if isinstance(p, click.Option)]
        assert not [p.name for p in options if not p.help], name
        found |= {max(p.opts, key=len).lstrip("-").replace("-", "_") for p in options}
    texts = read_po(io.BytesIO((FOLDER / "en.po").read_bytes()))
    by_width = {str(entry.id).rpartition(".")[2] for entry in texts if ".option." in str(entry.id)}
    assert by_width == {*found, "help", "version"}, "no texts for options that do not exist"


@pytest.mark.parametrize(
    "asked",
    [
        ("--lang", "it", "check", "nothing.jpg"),
        ("check", "--lang", "it", "nothing.jpg"),
        ("check", "nothing.jpg", "--lang", "it"),
        ("--lang=it", "check", "nothing.jpg"),
        ("--lang", "es", "check", "nothing.jpg", "--lang", "it-IT"),
    ],
)
def test_the_language_may_stand_before_or_after_the_command(asked: tuple[str, ...]) -> None:
    done = run(*asked)
    assert done.exit_code == 3
    assert say("errors.not_found.file.message", "it", path="nothing.jpg") in done.stderr


def test_what_stands_for_a_value_is_named_in_the_reader_s_language() -> None:
    told = " ".join(run("scan", "--help", "--lang", "es").stdout.split())
    assert told.startswith("Uso: program scan [OPCIONES] ORIGEN...")
    assert "--crop CARPETA" in told
    assert "--timeout SEGUNDOS" in told
    assert "Falta ORIGEN..." in run("rank", "--lang", "es").stderr


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (("chek", "a.jpg"), "There is no command 'chek'. Did you mean check?"),
        (("polici",), "Did you mean policy?"),
        (("--lang", "it", "scna"), "Il comando 'scna' non esiste. Intendevi scan?"),
        (("scna", "--lang", "es"), "No existe el comando 'scna'. ¿Querías decir scan?"),
        (("xyzzy",), "There is no command 'xyzzy'."),
        (("check", "a.jpg", "--jsno"), "There is no option '--jsno'. Did you mean --json?"),
        (("check", "a.jpg", "--lang", "it", "--jsno"), "L'opzione '--jsno' non esiste. Intendevi --json?"),
        (("check",), "PHOTO... is missing."),
        (("check", "--policy"), "The option '--policy' needs a value."),
        (("rank", "a", "--top", "0"), "--top takes a number: ≥ 1."),
        (("serve", "--port", "x"), "--port takes a number: 0-65535."),
        (("scan", "a", "--engine", "steam"), "--engine takes one of: local, ray."),
        (("doctor", "now", "--lang", "it"), "C'è qualcosa di troppo: now"),
        (("checks", "smle"), "There is no check 'smle'. Did you mean smile?"),
        (("checks", "xyzzy", "--lang", "it"), "I controlli sono: "),
        (("scan", "a", "--crop-size", "9"), "Use --crop-size, --crop-shape only with --crop."),
        (("--lang", "e!", "check"), "'e!' is not a language tag"),
        (("scna", "--lang", "it"), "[OPZIONI] COMANDO [ARGOMENTI]..."),
        (("scan", "a", "--crop", "c", "--crop-shape", "4x", "--lang", "it"), "'4x' non è una forma: usa square"),
        (("scan", "a", "--crop", "c", "--crop-shape", "1:9"), "use 1:4 to 4:1, up to 10000 pixels."),
        (("scan", "a", "--crop", "c", "--crop-shape", "4x5", "--crop-size", "9", "--lang", "es"), "quita --crop-size."),
        (("scan", "a", "--people", "p.csv", "--lang", "it"), "--people funziona solo con un --output"),
    ],
)
def test_usage_errors_are_in_the_reader_s_language(asked: tuple[str, ...], message: str) -> None:
    done = run(*asked, COLUMNS="40")
    assert done.exit_code == 2
    assert done.stdout == ""
    assert message in " ".join(done.stderr.split())
    assert max(len(line) for line in done.stderr.splitlines()) <= 40


@pytest.mark.parametrize("lang", languages())
def test_explanations_and_lists_break_no_word(lang: str) -> None:
    for asked in (("checks", "gaze"), ("checks",), ("policy", "--list"), ("doctor",)):
        narrow, wide = (run(*asked, "--lang", lang, COLUMNS=width).stdout for width in ("40", "160"))
        short = [word for word in words(narrow) if len(word) <= 24]
        whole = set(words(wide.replace("|", " ")))
        assert {
            word for word in short if word.strip("-:.`•") and word not in whole and word.rstrip(":") not in whole
        } <= {"•"}, asked


def completed(*asked: str) -> list[str]:
    """The shell's completions of the last word."""
    shell = BashComplete(program, {}, "mettici", "_METTICI_COMPLETE")
    return [shell.format_completion(item) for item in shell.get_completions(list(asked[:-1]), asked[-1])]


def test_the_shell_completes_commands_policies_checks_languages_and_files() -> None:
    assert completed("s") == ["plain,scan", "plain,serve", "plain,schema"]
    assert completed("check", "--policy", "") == [*(f"plain,{name}" for name in names()), "file,"]
    assert completed("policy", "lin") == ["plain,linkedin", "file,lin"]
    assert completed("checks", "") == [f"plain,{check.id}" for check in all_checks()]
    assert completed("check", "--lang", "") == [f"plain,{lang}" for lang in languages()]
    for asked in (("check", ""), ("scan", ""), ("rank", "x", "--html", ""), ("compare", "")):
        assert completed(*asked) == ["file,"], asked
