"""`mettici rank`: the order, the reasons in words, and near-duplicate shots."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from browser import needs_chromium, opened
from PIL import Image, ImageEnhance

from mettici.errors import EmptyError, OutputError
from mettici.output.answer import Answer
from mettici.output.json import error_object, to_text
from mettici.scan import judging, ranking_page
from mettici.scan.judging import Judge
from mettici.scan.ranking import MAX_DISTANCE, leaders, rank, reasons, why
from mettici.scan.ranking_page import write
from mettici.scan.task import Task

if TYPE_CHECKING:
    from playwright.sync_api import Browser

RANK = [sys.executable, "-m", "mettici", "rank"]
ENVIRONMENT = {k: v for k, v in os.environ.items() if k != "FORCE_COLOR"} | {"LC_ALL": "C.UTF-8", "COLUMNS": "200"}


def report(path: str, verdict: str, score: int, **scores: int) -> dict[str, Any]:
    """A report whose checks have these scores; a blocking one fails below 20."""
    checks = [
        {
            "id": check,
            "status": "fail" if points < 20 else "pass",
            "score": points,
            "weight": 1.0,
            "blocking": check == "eyes_visible",
            "message": f"{check} has {points}.",
            "advice": None,
        }
        for check, points in scores.items()
    ]
    return {"path": path, "verdict": verdict, "score": score, "photo": {"width": 10, "height": 10}, "checks": checks}


def answer(report: dict[str, Any], perceptual_hash: str = "") -> Answer:
    return Answer(to_text(report), report.get("verdict", "empty"), "error" in report, perceptual_hash=perceptual_hash)


def bits(*set_: int) -> str:
    """A perceptual hash with the given number of leading bits set in each of its three parts."""
    return "".join(f"{(1 << 48) - (1 << (48 - n)):012x}" for n in set_)


def test_the_verdict_comes_first_then_the_score_then_the_checks() -> None:
    rejected = report("r.jpg", "reject", 39)
    answers = [
        answer(rejected),
        answer(error_object("e.jpg", EmptyError())),
        answer(report("weak.jpg", "improve", 20, smile=20)),
        answer(report("b.jpg", "accept", 90, smile=90)),
        answer(report("a.jpg", "accept", 90, smile=90)),
        answer(report("c.jpg", "accept", 90, smile=91)),
    ]
    for seed in range(5):
        random.Random(seed).shuffle(answers)
        ranked, errors = rank(answers)
        assert [r.path for r in ranked] == ["c.jpg", "a.jpg", "b.jpg", "weak.jpg", "r.jpg"]
        assert [r.rank for r in ranked] == [1, 2, 3, 4, 5]
        assert [e["path"] for e in errors] == ["e.jpg"]


def test_shots_of_one_moment_are_grouped_around_the_best() -> None:
    far = MAX_DISTANCE // 3 + 1
    shots = {
        "best": bits(0, 0, 0),
        "near": bits(MAX_DISTANCE, 0, 0),
        "step": bits(MAX_DISTANCE, far, 0),
        "apart": bits(48, 48, 48),
    }
    ranked, _ = rank(
        answer(report(n, "accept", 90 - i), perceptual_hash) for i, (n, perceptual_hash) in enumerate(shots.items())
    )
    assert [(r.group, r.best) for r in ranked] == [
        (("best", "near"), True),
        (("best", "near"), False),
        (("step",), False),  # similar to "near" but not to the best: groups do not chain
        (("apart",), False),
    ]
    alone, _ = rank([answer(report("a", "accept", 9)), answer(report("b", "accept", 8))])
    assert [r.group for r in alone] == [("a",), ("b",)], "without hashes nothing is similar"


def test_each_rank_states_its_reason_against_the_previous_one() -> None:
    answers = [
        answer(report("a.jpg", "accept", 90, smile=95), bits(0, 0, 0)),
        answer(report("twin.jpg", "accept", 88, smile=90, exposure=40), bits(MAX_DISTANCE, 0, 0)),
        answer(report("b.jpg", "accept", 89, smile=95, exposure=55)),
        answer(report("c.jpg", "accept", 89, smile=95, exposure=55)),
        answer(report("r.jpg", "reject", 30, eyes_visible=3)),
    ]
    ranked, _ = rank(answers)
    assert [one.path for one in leaders(ranked)] == ["a.jpg", "b.jpg", "c.jpg", "r.jpg"]
    texts = reasons(ranked, "en")
    assert texts["a.jpg"] == "the best of all"
    assert texts["twin.jpg"].startswith("2 points behind, mainly because of"), "than the best shot of its group"
    assert texts["b.jpg"].startswith("one point behind")
    assert texts["c.jpg"] == "as good as the one before"
    assert texts["r.jpg"].startswith("a worse verdict, mainly because of")
    assert reasons(ranked, "it")["c.jpg"] == "buona come la precedente"


def test_reasons_are_in_words_with_the_gravest_first() -> None:
    first = report("a.jpg", "accept", 91, smile=95, exposure=60, background=80, noise=50)
    second = report("b.jpg", "improve", 74, smile=40, exposure=50, background=79, noise=90)
    texts = why(first, second, "en")
    assert texts == [
        "a.jpg beats b.jpg, 91 points to 74.",
        "Smile: “smile has 95.” In b.jpg: “smile has 40.”",
        "Exposure: “exposure has 60.” In b.jpg: “exposure has 50.”",
        "In favour of b.jpg: low noise.",
    ]
    assert why(first, second, "it")[0] == "a.jpg batte b.jpg, 91 punti a 74."
    rejected = report("r.jpg", "reject", 30, eyes_visible=3)
    assert why(first, rejected, "en")[1] == "r.jpg is not suitable for a professional profile: eyes_visible has 3."
    assert why(first, first, "en") == ["a.jpg and a.jpg are tied at 91 points.", "No check tells them apart."]


def test_similar_shots_have_similar_hashes(samples: Path, tmp_path: Path) -> None:
    judge, chance = Judge("professional", "en", perceptual_hashes=True), random.Random(3)

    def perceptual_hash(path: Path) -> int:
        return int(judge._hash(Task(path.name, str(path))), 16)

    portrait = Image.open(samples / "portrait_good.jpg").convert("RGB")
    first, width, height = perceptual_hash(samples / "portrait_good.jpg"), *portrait.size
    for number in range(5):
        x, y = (chance.uniform(0, 0.03) for _ in range(2))
        shot = portrait.crop((int(x * width), int(y * height), int((0.97 + x) * width), int((0.97 + y) * height)))
        path = tmp_path / f"{number}.jpg"
        ImageEnhance.Brightness(shot).enhance(chance.uniform(0.92, 1.08)).save(path)
        assert (first ^ perceptual_hash(path)).bit_count() <= MAX_DISTANCE
    assert (first ^ perceptual_hash(samples / "portrait_half_body.jpg")).bit_count() > MAX_DISTANCE


def test_without_the_package_there_are_no_hashes(samples: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "imagehash", None)
    path = samples / "portrait_good.jpg"
    assert judging._perceptual_hash(Task(path.name, str(path))) == ""


@pytest.fixture(scope="module")
def session(samples: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A good portrait, a near-duplicate, a cat, and a file that is not a picture."""
    folder = tmp_path_factory.mktemp("session")
    portrait = Image.open(samples / "portrait_good.jpg").convert("RGB")
    portrait.save(folder / "good.png")
    portrait.crop((4, 4, portrait.width - 4, portrait.height - 4)).save(folder / "again.jpg", quality=60)
    (folder / "cat.jpg").write_bytes((samples / "thing_cat.jpg").read_bytes())
    (folder / "broken.jpg").write_text("no picture")
    return folder


def mettici_rank(*words: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*RANK, *words], capture_output=True, text=True, env=ENVIRONMENT, check=False)


def test_the_command_names_the_best_and_says_why(session: Path, tmp_path: Path) -> None:
    done = mettici_rank(session, "--html", tmp_path / "sheet.html")
    assert done.returncode == 3, done.stderr
    rows = [line.split() for line in done.stdout.splitlines() if line.strip()[:1].isdigit()]
    assert [row[0] for row in rows] == ["1", "2"], "near-duplicates share a row"
    assert rows[1][1] == "cat.jpg"
    texts = " ".join(done.stdout.split())
    assert "(and one like it)" in texts
    assert "the best of all" in texts
    assert "a worse verdict, mainly because of" in texts
    assert f"{rows[0][1]} beats cat.jpg, " in texts
    assert "(not a picture 1)" in " ".join(done.stderr.split())
    assert "again.jpg" in (tmp_path / "sheet.html").read_text("utf-8")


def test_json_holds_everything(session: Path) -> None:
    done = mettici_rank(session, "--json", "--quiet")
    assert done.stderr == ""
    result = json.loads(done.stdout)
    assert [r["rank"] for r in result["ranked"]] == [1, 2, 3]
    assert result["ranked"][0]["group"] == [r["path"] for r in result["ranked"][:2]]
    assert [r["best_of_group"] for r in result["ranked"]] == [True, False, False]
    assert result["ranked"][2]["report"]["path"] == result["ranked"][2]["path"] == "cat.jpg"
    assert result["errors"][0]["error"]["code"] == "not_an_image"
    assert len(result["why"]) >= 2


@needs_chromium
def test_the_contact_sheet_in_a_browser(chromium: Browser, tmp_path: Path) -> None:
    answers = [answer(report(f"{i}.jpg", "accept", 90 - i, smile=90), bits(0, 0, 0) if i < 2 else "") for i in range(4)]
    ranked, errors = rank([*answers, answer(error_object("e.jpg", EmptyError()))])
    write(str(tmp_path / "sheet.html"), ranked, errors, ["0.jpg beats 1.jpg, 90 points to 89."], "en")
    with opened(tmp_path / "sheet.html", chromium, width=390) as watched:
        page = watched.page
        names = page.locator("#photos .name")
        assert names.all_text_contents() == ["1. 0.jpg", "3. 2.jpg", "4. 3.jpg", "5. e.jpg"], "one per group"
        page.select_option("#shots", "all")
        assert names.all_text_contents() == ["1. 0.jpg", "2. 1.jpg", "3. 2.jpg", "4. 3.jpg", "5. e.jpg"]
        assert page.locator("#photos .group").all_text_contents() == ["best of 2 similar shots", "similar to 0.jpg"]
        assert "0.jpg beats 1.jpg" in page.locator("header").inner_text()
        page.select_option("#order", "worst")
        assert names.first.text_content() == "4. 3.jpg"
        assert (watched.troubles, watched.requests) == ([], [])


def test_a_failed_contact_sheet_keeps_the_old_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> Iterator[str]:
        yield "<!doctype html>"
        raise OSError(28, "No space left on device")

    sheet = tmp_path / "sheet.html"
    sheet.write_text("earlier")
    monkeypatch.setattr(ranking_page, "page", full)
    with pytest.raises(OutputError, match="No space left"):
        write(str(sheet), [], [], [], "en")
    assert sheet.read_text() == "earlier"
    assert [file.name for file in tmp_path.iterdir()] == ["sheet.html"]


def test_the_winner_s_crop_is_written_and_no_photo_overwritten(samples: Path, tmp_path: Path) -> None:
    shots = tmp_path / "shots"
    shots.mkdir()
    for name in ("spoiled_off_centre.jpg", "spoiled_dark.jpg"):
        (shots / name).write_bytes((samples / name).read_bytes())
    done = mettici_rank(shots, "--crop", tmp_path / "best.jpg")
    assert done.returncode == 0, done.stderr
    assert "The crop of spoiled_off_centre.jpg: " in done.stderr
    with Image.open(tmp_path / "best.jpg") as picture:
        assert picture.width == picture.height
    before = (shots / "spoiled_dark.jpg").read_bytes()
    for path, named in ((shots / "spoiled_dark.jpg", "is the photo itself"), (tmp_path / "best.gif", ".jpg")):
        done = mettici_rank(shots, "--crop", path)
        assert (done.returncode, named in " ".join(done.stderr.split())) == (2, True), done.stderr
    assert (shots / "spoiled_dark.jpg").read_bytes() == before
