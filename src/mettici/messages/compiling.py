"""From the catalogue that people write (`.po`) to the one that is read in a millisecond (`.mo`).

The wheel holds compiled catalogues and needs no Babel. A source tree compiles each when it has changed and keeps it in
`__pycache__`, as Python does with modules.
"""

from __future__ import annotations

import contextlib
import os
from io import BytesIO
from pathlib import Path


def up_to_date(source: Path) -> bytes:
    """The compiled catalogue of `source`, kept for the next time where the folder may be written to."""
    facts = source.stat()
    kept = source.parent / "__pycache__" / f"{source.stem}.{facts.st_size:x}-{facts.st_mtime_ns:x}.mo"
    with contextlib.suppress(OSError):
        return kept.read_bytes()
    done = compiled(source)
    beside = kept.with_name(f"{kept.name}.{os.getpid()}")
    with contextlib.suppress(OSError):  # a folder that is read-only costs a little time and nothing else
        kept.parent.mkdir(exist_ok=True)
        for old in kept.parent.glob(f"{source.stem}.*.mo"):
            old.unlink(missing_ok=True)
        beside.write_bytes(done)
        beside.replace(kept)
    return done


def compiled(source: Path) -> bytes:
    """The catalogue `source`, with the signs in which its language writes numbers, by Unicode CLDR.

    Raises `ValueError` where the file is no catalogue (`babel.messages.pofile.PoFileError`), `LookupError` where CLDR
    does not know its language (`babel.UnknownLocaleError`).
    """
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with source.open("rb") as file:
        catalogue = read_po(file, locale=source.stem.replace("-", "_"), abort_invalid=True)
    for name, sign in _number_signs(source.stem).items():
        catalogue.add(f"number.{name}", sign)
    written = BytesIO()
    write_mo(written, catalogue)
    return written.getvalue()


def _number_signs(tag: str) -> dict[str, str]:
    """As CLDR has them; the percent sign with the space that the language sets before it."""
    from babel import Locale
    from babel.numbers import format_percent, get_decimal_symbol, get_group_symbol

    locale = Locale.parse(tag, sep="-")
    return {
        "decimal": get_decimal_symbol(locale),
        "group": get_group_symbol(locale),
        "percent": format_percent(0.01, locale=locale).removeprefix("1"),
    }
