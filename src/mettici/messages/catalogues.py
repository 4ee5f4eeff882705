"""Looking up texts in the catalogues. Each catalogue is loaded on first use."""

from __future__ import annotations

from functools import cache
from gettext import GNUTranslations
from io import BytesIO

from mettici.messages.languages import FALLBACK, FOLDER, negotiated


class _Number:
    """A number that formats itself for a language, with any format that `str.format` supports."""

    def __init__(self, value: float, symbols: dict[int, str]) -> None:
        self._value, self._symbols = value, symbols

    def __format__(self, spec: str) -> str:
        return format(self._value, spec).translate(self._symbols)


def say(key: str, lang: str = FALLBACK, /, **facts: object) -> str:
    """The text for a key, in the language that `lang` negotiates (see `negotiated`), with its placeholders filled.

    Raises `KeyError` if there is no such text, or if it uses a fact that is missing.
    """
    text = template(key, lang, facts.get("count"))
    symbols = _symbols(negotiated(lang))
    numbers = {name: _Number(fact, symbols) if isinstance(fact, float | int) else fact for name, fact in facts.items()}
    return text.format_map(numbers)


def template(key: str, lang: str = FALLBACK, count: object = None) -> str:
    """The text with its placeholders; if it has plural forms, the one for `count`. Raises `KeyError`."""
    for spoken in (negotiated(lang), FALLBACK):
        catalogue = _catalogue(spoken)
        text = catalogue.ngettext(key, key, count) if isinstance(count, int) else key
        if text == key:  # gettext returns the key if there is no entry
            text = catalogue.gettext(key)
        if text != key:
            return text
    raise KeyError(key)


def has(key: str) -> bool:
    """Whether there is a text for this key."""
    return _catalogue(FALLBACK).gettext(key) != key


def section(name: str, lang: str = FALLBACK) -> dict[str, str]:
    """All texts whose keys start with `name` and a dot, as returned by `template`, by the rest of their keys."""
    start = f"{name}."
    found = sorted(key for key in _catalogue(FALLBACK).all_keys() if key.startswith(start))
    return {key.removeprefix(start): template(key, lang) for key in found}


@cache
def _symbols(lang: str) -> dict[int, str]:
    """The characters that replace those of Python's number formats in this language."""
    signs = {".": "decimal", ",": "group", "%": "percent"}
    return {ord(sign): template(f"number.{name}", lang) for sign, name in signs.items()}


class _Catalogue(GNUTranslations):
    _catalog: dict[str | tuple[str, int], str]  # private to gettext, which has no API to list keys

    def all_keys(self) -> set[str]:
        return {key if isinstance(key, str) else key[0] for key in self._catalog if key}


@cache
def _catalogue(lang: str) -> _Catalogue:
    return _Catalogue(BytesIO(_machine_readable(lang)))


def _machine_readable(lang: str) -> bytes:
    """The compiled catalogue: from the wheel, or compiled from the source in this folder."""
    source = FOLDER / f"{lang}.po"
    if not source.exists():
        return (FOLDER / f"{lang}.mo").read_bytes()
    from mettici.messages.compiling import up_to_date

    return up_to_date(source)
