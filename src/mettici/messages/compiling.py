"""Compiling catalogues: from the `.po` files that people edit to `.mo` files, which load in a millisecond.

The wheel contains compiled catalogues and does not need Babel. In a source tree, a catalogue is compiled when it has
changed, and cached in `__pycache__`, as Python does with modules.
"""

from __future__ import annotations

import contextlib
import os
from io import BytesIO
from pathlib import Path


def up_to_date(source: Path) -> bytes:
    """The compiled catalogue of `source`, cached if the folder is writable."""
    facts = source.stat()
    cached = source.parent / "__pycache__" / f"{source.stem}.{facts.st_size:x}-{facts.st_mtime_ns:x}.mo"
    with contextlib.suppress(OSError):
        return cached.read_bytes()
    content = compiled(source)
    temporary = cached.with_name(f"{cached.name}.{os.getpid()}")
    with contextlib.suppress(OSError):  # a read-only folder only costs a little time
        cached.parent.mkdir(exist_ok=True)
        for old in cached.parent.glob(f"{source.stem}.*.mo"):
            old.unlink(missing_ok=True)
        temporary.write_bytes(content)
        temporary.replace(cached)
    return content


def compiled(source: Path) -> bytes:
    """Compile the catalogue `source`, and add its language's number symbols from Unicode CLDR.

    Raises `ValueError` if the file is not a valid catalogue (`babel.messages.pofile.PoFileError`), `LookupError` if
    CLDR does not know the language (`babel.UnknownLocaleError`).
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
    """The symbols from CLDR; the percent sign includes the space that some languages put before it."""
    from babel import Locale
    from babel.numbers import format_percent, get_decimal_symbol, get_group_symbol

    locale = Locale.parse(tag, sep="-")
    return {
        "decimal": get_decimal_symbol(locale),
        "group": get_group_symbol(locale),
        "percent": format_percent(0.01, locale=locale).removeprefix("1"),
    }
