"""Tables for people: whose photo it is, what to do in words, and a workbook with every row and character intact."""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from command_line import run
from test_cli_scan import FakeJudge
from test_render import GOOD, REJECTED, made_report

from mettici.checks import all_checks
from mettici.errors import EmptyError, OutputError, SourceError
from mettici.output import workbook
from mettici.output.answer import Answer
from mettici.output.files import End
from mettici.output.json import error_object, to_text
from mettici.output.people import People
from mettici.output.sinks import Context, opener
from mettici.output.workbook import Workbook
from mettici.scan import judging

SOFFICE = shutil.which("soffice")
LIST = """\
File;Nome;E-mail;Telefono
anna.jpg;Zoë Ñandú;zoe@example.org;+39 02 1
sales\\bob.jpg;Bob;;
gone.jpg;Niccolò;n@x;
"""
LETTERS = "àèéìòù ñ áéíóú ü ¿¡ «città» — ✓ 写真"


def listed(tmp_path: Path, text: str = LIST, encoding: str = "utf-8") -> People:
    (tmp_path / "people.csv").write_bytes(text.encode(encoding))
    return People(str(tmp_path / "people.csv"))


def judged(findings: Any, path: str) -> dict[str, Any]:
    """A made-up report as written, with the names of real checks."""
    report = made_report(*findings, path=path).to_dict("it")
    find = [made | {"id": check.id} for made, check in zip(report["checks"], all_checks(), strict=False)]
    return report | {"checks": find}


def reports() -> list[dict[str, Any]]:
    crop = {
        "box": [1, 2, 3, 4],
        "verdict_after": "accept",
        "score_after": 91,
        "mends": ["framing"],
        "costs": [],
        "file": "crops/anna.jpg",
    }
    return [
        judged(GOOD, "anna.jpg") | {"crop": crop},
        judged(REJECTED, "sales/bob.jpg"),
        judged(REJECTED, f'=cmd|"calc"!A1 {LETTERS}\x01.jpg'),
        error_object("empty.jpg", EmptyError(), "it"),
    ]


def written(path: Path, people: People | None, end: End = End.COMPLETE) -> Path:
    sink = opener(str(path), "it", Context(people))()
    for report in reports():
        sink.write(Answer(to_text(report), "accept"))
    sink.close(end)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_a_list_is_read_as_it_was_saved(tmp_path: Path, encoding: str) -> None:
    people = listed(tmp_path, encoding=encoding)
    assert people.others == ("E-mail", "Telefono")
    assert people.find("anna.jpg") == ("Zoë Ñandú", {"E-mail": "zoe@example.org", "Telefono": "+39 02 1"})


def test_photos_are_matched_by_any_spelling_of_their_file_name(tmp_path: Path) -> None:
    text = (
        "name,path\nA,./Anna.JPG\nB,team/x/1.jpg\nC,team/y/1.jpg\nD,dora\nE,/mnt/share/e.jpg\nF,f.jpg\nG,team/f.jpg\n"
    )
    people = listed(tmp_path, text)

    def who(path: str) -> str | None:
        found = people.find(path)
        return found and found[0]

    assert [who(p) for p in ("anna.jpg", "sub/ANNA.jpg", "team/x/1.jpg", "y/1.jpg", "1.jpg")] == [
        "A",
        "A",
        "B",
        None,
        None,
    ]
    assert [who(p) for p in ("dora.jpeg", "e.jpg", "f.jpg", "team/f.jpg", "zoe.jpg")] == ["D", "E", "F", "G", None]
    assert [person for _, person, _ in people.without_photo()] == ["C"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [("", "people"), ("name,mail\nA,b\n", "people"), ("file\nanna.jpg\n", "people"), (None, "people_file")],
)
def test_a_list_without_photos_is_an_error(tmp_path: Path, text: str | None, reason: str) -> None:
    with pytest.raises(SourceError) as caught:
        People(str(tmp_path / "none.csv")) if text is None else listed(tmp_path, text)
    assert caught.value.reason == reason


def test_a_csv_names_people_with_their_advice_and_those_without_a_photo(tmp_path: Path) -> None:
    path = written(tmp_path / "out.csv", listed(tmp_path))
    rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"), newline="")))
    assert [row["person"] for row in rows[:2]] == ["Zoë Ñandú", "Bob"]
    assert (rows[0]["crop_file"], rows[0]["crop_score"]) == ("crops/anna.jpg", "91")
    assert rows[0]["list_Telefono"] == "'+39 02 1", "nothing that a spreadsheet would calculate"
    fixes = [rows[1][f"fix_{n}"] for n in (1, 2, 3)]
    assert fixes == [*rows[1]["advice"].split("\n"), ""], "two fixes leave the third column empty"
    assert (rows[-1]["person"], rows[-1]["error"], rows[-1]["verdict"]) == ("Niccolò", "not_found", "")
    assert not any(cell.startswith(("=", "+", "@", "-")) for row in rows for cell in row.values())
    stopped = written(tmp_path / "stopped.csv", listed(tmp_path), End.STOPPED).read_text("utf-8-sig")
    assert "Niccolò" not in stopped, "the photo may still arrive"


def test_a_workbook_has_texts_and_numbers_but_no_formulas(tmp_path: Path) -> None:
    path = written(tmp_path / "out.xlsx", listed(tmp_path))
    with zipfile.ZipFile(path) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        assert not [name for name in book.namelist() if "rels" in name and "sheet" in name], "no links"
    assert "<f>" not in sheet
    assert sheet.count("<row ") == 1 + 4 + 1
    for text in (
        "Zoë Ñandú",
        "Niccolò",
        "+39 02 1",
        "crops/anna.jpg",
        LETTERS,
        "Da correggere 1",
        "buona",
        "\\x01",
    ):
        assert text in sheet


@pytest.mark.skipif(SOFFICE is None, reason="libreoffice is not installed")
def test_a_workbook_opens_in_libreoffice_with_every_row_and_character(tmp_path: Path) -> None:
    written(tmp_path / "out.xlsx", listed(tmp_path))
    separated = "csv:Text - txt - csv (StarCalc):44,34,76,1"  # comma, quote, UTF-8
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    subprocess.run(
        [
            SOFFICE,
            profile,
            "--headless",
            "--convert-to",
            separated,
            "--outdir",
            tmp_path / "read",
            tmp_path / "out.xlsx",
        ],
        check=True,
        capture_output=True,
        timeout=300,
    )
    rows = list(csv.DictReader(io.StringIO((tmp_path / "read/out.csv").read_text("utf-8"), newline="")))
    assert [row["Persona"] for row in rows] == [
        "Zoë Ñandú",
        "Bob",
        f'=cmd|"calc"!A1 {LETTERS}\\x01.jpg',
        "empty.jpg",
        "Niccolò",
    ]
    assert (rows[0]["Punti"], rows[0]["Giudizio"], rows[0]["E-mail"]) == ("100", "buona", "zoe@example.org")
    assert rows[0]["Telefono"] == "+39 02 1"
    assert rows[1]["Tutti i consigli"].split("\n")[0] == rows[1]["Da correggere 1"] != ""
    assert rows[3]["Problema"] == "Il file è vuoto."


def test_a_full_sheet_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MAX_ROWS", 3)
    with pytest.raises(OutputError, match="A sheet holds 2 photos"):
        written(tmp_path / "out.xlsx", None)
    assert list(tmp_path.iterdir()) == []


def test_without_xlsxwriter_the_error_has_a_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if name == "xlsxwriter" else object())
    with pytest.raises(OutputError, match="additional package") as caught:
        Workbook(str(tmp_path / "out.xlsx"), "en")
    assert "mettici[xlsx]" in caught.value.remedy


def test_a_list_needs_a_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(judging, "Judge", FakeJudge)
    Path("anna.jpg").write_text("accept")
    listed(tmp_path)
    done = run("scan", "anna.jpg", "--people", "people.csv", "--output", "out.jsonl")
    assert (done.exit_code, "--people works only with an --output that ends in: .csv, .xlsx" in done.stderr) == (
        2,
        True,
    )
    assert run("scan", "anna.jpg", "--people", "nowhere.csv", "--output", "out.xlsx").exit_code == 2
    assert not Path("out.xlsx").exists()
