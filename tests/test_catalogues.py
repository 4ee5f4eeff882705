"""The catalogues: each language has every text that English has, with the same placeholders, and nothing else."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from mettici import messages
from mettici.checks import all_checks
from mettici.checks.base import COMMON_REASONS
from mettici.errors import MetticiError
from mettici.messages import FALLBACK, accepted_languages, has, languages, negotiated, say, template
from mettici.messages.compiling import up_to_date

FOLDER = Path(messages.__file__).parent
ROOT = Path(__file__).resolve().parents[1]
OTHERS = [lang for lang in languages() if lang != FALLBACK]


def catalogue(lang: str) -> Catalog:
    with (FOLDER / f"{lang}.po").open("rb") as file:
        return read_po(file, locale=lang, abort_invalid=True)


ALL = {lang: catalogue(lang) for lang in languages()}


def entries(lang: str) -> dict[str, Message]:
    return {entry.id if isinstance(entry.id, str) else entry.id[0]: entry for entry in ALL[lang] if entry.id}


def forms(entry: Message) -> tuple[str, ...]:
    return (entry.string,) if isinstance(entry.string, str) else tuple(entry.string)


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def named(entry: Message) -> set[str]:
    return set().union(*map(placeholders, forms(entry)))


def test_three_languages_are_supported() -> None:
    assert set(languages()) >= {"en", "it", "es"}
    assert languages()[0] == FALLBACK


@pytest.mark.parametrize("lang", languages())
def test_a_catalogue_is_valid(lang: str) -> None:
    found = entries(lang)
    assert not [key for key, entry in found.items() if entry.fuzzy]
    assert not [key for key, entry in found.items() if not all(forms(entry))]
    assert not [key for key, entry in found.items() if any(re.search(r"  |[\n\t]", form) for form in forms(entry))]
    text = (FOLDER / f"{lang}.po").read_text("utf-8")
    assert len(re.findall(r'^msgid "[^"]', text, re.M)) == len(found), "duplicate key"


@pytest.mark.parametrize("lang", OTHERS)
def test_every_language_is_complete(lang: str) -> None:
    assert entries(lang).keys() == entries(FALLBACK).keys()


@pytest.mark.parametrize("lang", OTHERS)
def test_every_language_has_the_same_placeholders(lang: str) -> None:
    english = entries(FALLBACK)
    other = {key: named(entry) for key, entry in entries(lang).items()}
    assert {key: names for key, names in other.items() if names != named(english[key])} == {}


@pytest.mark.parametrize("lang", languages())
def test_each_plural_form_has_every_placeholder_except_a_count_of_one(lang: str) -> None:
    several = {key: entry for key, entry in entries(lang).items() if isinstance(entry.string, tuple)}
    for key, entry in several.items():
        assert len(entry.string) == ALL[lang].num_plurals, key
        assert "count" in named(entry), key
        for form in forms(entry):
            assert named(entry) - placeholders(form) <= {"count"}, key


def test_a_check_has_texts_for_exactly_its_reasons() -> None:
    wanted = {f"common.{reason}" for reason in COMMON_REASONS}
    wanted |= {f"{check.id}.{reason}" for check in all_checks() for reason in check.reasons}
    rooms = {"common", *(check.id for check in all_checks())}
    parts = {"message", "advice", "title"}
    keyed = [key.split(".") for key in entries(FALLBACK) if key.partition(".")[0] in rooms]
    assert {".".join(key[:2]) for key in keyed if len(key) == 3} == wanted
    assert all(has(f"{reason}.message") for reason in wanted)
    assert {key[2] for key in keyed if len(key) == 3} == parts
    own = {tuple(key) for key in keyed if len(key) == 2}
    assert own == {(check.id, part) for check in all_checks() for part in ("title", "name", "fault_title")}


def kinds(root: type[MetticiError]) -> list[type[MetticiError]]:
    return [root, *(kind for child in root.__subclasses__() for kind in kinds(child))]


def test_an_error_has_texts_for_exactly_its_reasons() -> None:
    wanted = {f"errors.{kind.code}.{reason}" for kind in kinds(MetticiError) for reason in kind.reasons}
    held = {key for key in entries(FALLBACK) if key.startswith("errors.")}
    assert held == {f"{reason}.{part}" for reason in wanted for part in ("message", "remedy")}


@pytest.mark.parametrize(
    ("wanted", "lang"),
    [
        (("it",), "it"),
        (("it-IT",), "it"),
        (("IT_it",), "it"),
        (("it_IT.UTF-8",), "it"),
        (("es-MX",), "es"),
        (("es-419",), "es"),
        (("fr",), "en"),
        (("fr", "it-CH"), "it"),
        (("",), "en"),
        ((), "en"),
        (("C",), "en"),
        (("ita",), "en"),
        (("es-Latn-MX-x-private",), "es"),
        (("it" + "-a" * 9_999,), "it"),
    ],
)
def test_a_language_tag_gets_its_language(wanted: tuple[str, ...], lang: str) -> None:
    assert negotiated(*wanted) == lang


@pytest.mark.parametrize(
    ("header", "lang"),
    [
        ("", "en"),
        ("it-IT,it;q=0.9,en;q=0.8", "it"),
        ("en-GB,it;q=0.9", "en"),
        ("de,it;q=0.1", "it"),
        ("en;q=0.2,it;q=0.7", "it"),
        ("it;q=0,en;q=0.1", "en"),
        ("it;q=nonsense", "en"),
        (",;=,", "en"),
        ("es-AR, en;q=0.5", "es"),
    ],
)
def test_an_accept_language_header_gets_its_language(header: str, lang: str) -> None:
    assert negotiated(*accepted_languages(header)) == lang


def test_any_tag_gets_some_language() -> None:
    assert say("smile.title", "it-CH") == say("smile.title", "it") != say("smile.title", "fr") == say("smile.title")


def test_missing_texts_raise() -> None:
    with pytest.raises(KeyError):
        say("no.such.key")
    with pytest.raises(KeyError):
        say("resolution.low.message", "en", other=1)
    assert template("resolution.low.message") == "Only {value:.0f} pixels on the shorter side."
    assert not has("no.such.key")


@pytest.mark.parametrize(("lang", "said"), [("en", "86%"), ("it", "86%"), ("es", "86\u00a0%")])
def test_numbers_are_localised(lang: str, said: str) -> None:
    assert said in say("exposure.burnt.message", lang, burnt=0.861)


@pytest.mark.parametrize(("lang", "said"), [("en", "3.0 s"), ("it", "3,0 s"), ("es", "3,0 s")])
def test_decimals_are_localised(lang: str, said: str) -> None:
    assert said in say("report.timed", lang, seconds=3.04, rate=2.0)


@pytest.mark.parametrize(("count", "said"), [(1, "1 punto in più"), (2, "2 punti in più"), (0, "0 punti in più")])
def test_a_count_selects_its_plural_form(count: int, said: str) -> None:
    assert say("report.gain", "it", count=count).endswith(said)


SOURCES = [path for path in FOLDER.parent.rglob("*") if path.suffix in (".py", ".js", ".html", ".j2")]
WRITTEN = "\n".join(path.read_text("utf-8") for path in SOURCES)


def test_every_text_used_in_the_code_exists() -> None:
    named = set(re.findall(r"""\b(?:say|template)\(\s*["']([\w.]+\w)["']""", WRITTEN))
    assert len(named) > 40
    assert {key for key in named if not has(key)} == set()


def test_no_text_is_unused() -> None:
    """At least the last part of each key occurs in the code. Keys of checks, errors and options have their own tests.
    The page builds the keys of its advice by adding `remedy_` or `_remedy` to the error's code."""
    rooms = {*(check.id for check in all_checks()), "common", "errors"}
    others = [key for key in entries(FALLBACK) if key.partition(".")[0] not in rooms and ".option." not in key]
    parts = {key: key.rpartition(".")[2].removeprefix("remedy_").removesuffix("_remedy") for key in others}
    idle = [key for key, part in parts.items() if not re.search(rf"""["'`._]{part}\b""", WRITTEN, re.IGNORECASE)]
    assert idle == []


def test_a_catalogue_is_recompiled_only_when_it_changes(tmp_path: Path) -> None:
    source = tmp_path / "it.po"
    source.write_bytes((FOLDER / "it.po").read_bytes())
    first = up_to_date(source)
    (kept,) = (tmp_path / "__pycache__").iterdir()
    kept.write_bytes(b"kept")
    assert up_to_date(source) == b"kept"
    source.write_text(source.read_text("utf-8").replace("Sorriso", "Sorrisone"), "utf-8")
    assert b"Sorrisone" in up_to_date(source) != first
    assert kept not in (tmp_path / "__pycache__").iterdir()


def test_a_read_only_folder_works(tmp_path: Path) -> None:
    source = tmp_path / "it.po"
    source.write_bytes((FOLDER / "it.po").read_bytes())
    (tmp_path / "__pycache__").write_text("in the way")
    assert b"Sorriso" in up_to_date(source)
