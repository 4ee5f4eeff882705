"""Sentences out of the catalogues. A catalogue is read when its language is first spoken."""

from __future__ import annotations

from functools import cache
from gettext import GNUTranslations
from io import BytesIO

from mettici.messages.languages import FALLBACK, FOLDER, negotiated


class _Number:
    """A number that is written as its language writes it, in any format that `str.format` knows."""

    def __init__(self, value: float, symbols: dict[int, str]) -> None:
        self._value, self._symbols = value, symbols

    def __format__(self, spec: str) -> str:
        return format(self._value, spec).translate(self._symbols)


def say(key: str, lang: str = FALLBACK, /, **facts: object) -> str:
    """The sentence of that key, in the language that `lang` gets (see `negotiated`), its placeholders filled.

    Raises `KeyError` where there is no such sentence, or where it names a fact that is not given.
    """
    text = template(key, lang, facts.get("count"))
    symbols = _symbols(negotiated(lang))
    numbers = {name: _Number(fact, symbols) if isinstance(fact, float | int) else fact for name, fact in facts.items()}
    return text.format_map(numbers)


def template(key: str, lang: str = FALLBACK, count: object = None) -> str:
    """The sentence with its placeholders as they are; of several plural forms that for `count`. Raises `KeyError`."""
    for spoken in (negotiated(lang), FALLBACK):
        catalogue = _catalogue(spoken)
        text = catalogue.ngettext(key, key, count) if isinstance(count, int) else key
        if text == key:  # gettext's way to say that it has no such entry
            text = catalogue.gettext(key)
        if text != key:
            return text
    raise KeyError(key)


def has(key: str) -> bool:
    """Whether there is a sentence of that key."""
    return _catalogue(FALLBACK).gettext(key) != key


def room(name: str, lang: str = FALLBACK) -> dict[str, str]:
    """All sentences whose keys begin with `name` and a dot, as `template` gives them, by what follows."""
    start = f"{name}."
    found = sorted(key for key in _catalogue(FALLBACK).held() if key.startswith(start))
    return {key.removeprefix(start): template(key, lang) for key in found}


@cache
def _symbols(lang: str) -> dict[int, str]:
    """What stands in this language for the signs of Python's numbers."""
    signs = {".": "decimal", ",": "group", "%": "percent"}
    return {ord(sign): template(f"number.{name}", lang) for sign, name in signs.items()}


class _Catalogue(GNUTranslations):
    _catalog: dict[str | tuple[str, int], str]  # gettext's own, which it has no way to list

    def held(self) -> set[str]:
        return {key if isinstance(key, str) else key[0] for key in self._catalog if key}


@cache
def _catalogue(lang: str) -> _Catalogue:
    return _Catalogue(BytesIO(_machine_readable(lang)))


def _machine_readable(lang: str) -> bytes:
    """The compiled catalogue: as built into the wheel, or compiled now from the source beside this file."""
    source = FOLDER / f"{lang}.po"
    if not source.exists():
        return (FOLDER / f"{lang}.mo").read_bytes()
    from mettici.messages.compiling import up_to_date

    return up_to_date(source)
