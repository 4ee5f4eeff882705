"""A list of people, as CSV: who is in each photo, and any further columns, such as an email address."""

from __future__ import annotations

import csv
import io
from collections import Counter
from pathlib import PurePath
from typing import TYPE_CHECKING

from mettici.errors import SourceError
from mettici.output.files import normalized_name
from mettici.safe_open import opened

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

FILE_COLUMNS = ("file", "path", "photo", "picture", "foto", "fichero", "archivo", "fotografia", "percorso")
"""Names of the column for the photo, in any case."""
NAME_COLUMNS = ("person", "name", "persona", "nome", "nombre")
"""Names of the column for the person; by default, the first other column."""
_SEPARATORS = ",;\t"
_ENCODINGS = ("utf-8-sig", "cp1252", "latin-1")
"""Encodings to try: Excel saves plain CSV in Windows' own encoding, and the last one accepts any bytes."""


class People:
    """The rows of a list, by photo. `others`: the columns besides those for photo and person."""

    def __init__(self, path: str) -> None:
        """Raises `SourceError` if the file cannot be read, or has no column for the photo."""
        head, rows = _table(path)
        titles = {normalized_name(title.strip()): title for title in reversed(head)}
        file = next((titles[c] for c in FILE_COLUMNS if c in titles), None)
        if file is None or len(head) < 2:
            raise SourceError("people", source=path, known=", ".join(FILE_COLUMNS))
        person = next((titles[c] for c in NAME_COLUMNS if c in titles), next(c for c in head if c != file))
        self.others = tuple(title for title in head if title not in (file, person))
        self._file, self._person = file, person
        self._rows = [row for row in rows if row[file].strip()]
        self._found = [False] * len(self._rows)
        self._by_path = {_key(row[file]): number for number, row in reversed([*enumerate(self._rows)])}
        self._by_name = _unambiguous(self._rows, file)

    def find(self, path: str) -> tuple[str, Mapping[str, str]] | None:
        """The person in the photo at `path`, and the other columns; None if the list does not contain it.

        The longest matching suffix of the path counts: `sales/anna.jpg`, then `anna.jpg`, then `anna`. An entry with
        folders that are not in the path is matched by its file name, provided that is unique.
        """
        parts = _key(path).split("/")
        ends = ["/".join(parts[start:]) for start in range(len(parts))]
        ends.append(PurePath(parts[-1]).stem)
        number = next((self._by_path[end] for end in ends if end in self._by_path), self._by_name.get(parts[-1]))
        if number is None:
            return None
        self._found[number] = True
        return self._entry(self._rows[number])

    def without_photo(self) -> Iterator[tuple[str, str, Mapping[str, str]]]:
        """Rows that `find` did not return: the photo's name in the list, the person, the other columns."""
        for row, found in zip(self._rows, self._found, strict=True):
            if not found:
                yield row[self._file].strip(), *self._entry(row)

    def _entry(self, row: Mapping[str, str]) -> tuple[str, Mapping[str, str]]:
        return row[self._person].strip(), {title: row[title].strip() for title in self.others}


def _table(path: str) -> tuple[list[str], list[dict[str, str]]]:
    """Read the columns and rows of a CSV file, detecting its separator and encoding."""
    try:
        with io.BufferedReader(opened(path)) as file:
            data = file.read()
    except (OSError, ValueError) as error:  # TimeoutError is an OSError; ValueError: a NUL in the name
        raise SourceError("people_file", source=path, detail=getattr(error, "strerror", None) or str(error)) from error
    text = _text(data)
    head = text.lstrip("\r\n").partition("\n")[0]
    separator = max(_SEPARATORS, key=head.count)
    try:
        table = csv.DictReader(io.StringIO(text, newline=""), delimiter=separator, restval="", restkey="")
        rows = [{title: value for title, value in row.items() if title} for row in table]
    except csv.Error as error:
        raise SourceError("people_file", source=path, detail=str(error)) from error
    return [title for title in table.fieldnames or () if title], rows


def _text(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    for encoding in _ENCODINGS[:-1]:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode(_ENCODINGS[-1])


def _key(path: str) -> str:
    """Normalize a path; Windows' backslashes become slashes."""
    return normalized_name(path.strip().replace("\\", "/")).removeprefix("./")


def _unambiguous(rows: Sequence[Mapping[str, str]], file: str) -> dict[str, int]:
    """Row numbers by file name, for file names that occur once."""
    names = [_key(row[file]).rpartition("/")[2] for row in rows]
    counts = Counter(names)
    return {name: number for number, name in enumerate(names) if counts[name] == 1}
