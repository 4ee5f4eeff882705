"""`PhotoChecker`: every kind of input gives the same report, and a crashing check affects only itself."""

from __future__ import annotations

import gc
import io
import json
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from mettici import PhotoChecker, Report
from mettici.checks import all_checks
from mettici.checks.base import CRASHED, Assessment, Status
from mettici.checks.smile import Smile
from mettici.errors import ClosedError, TooLargeError
from mettici.image.photo import Limits
from mettici.policy import parse
from mettici.schema import SCHEMA

GOOD = "portrait_good.jpg"


def judged(report: Report) -> list[Assessment]:
    return [f.assessment for f in report.findings]


def untimed(report: Report) -> dict[str, Any]:
    return {k: v for k, v in report.to_dict().items() if k != "timing_ms"}


def test_the_report_follows_the_contract(checker: PhotoChecker, samples: Path) -> None:
    report = json.loads(json.dumps(checker.check(samples / GOOD).to_dict()))
    assert (report["schema"], report["path"]) == (SCHEMA, str(samples / GOOD))
    assert report["photo"] | {"sha256": "", "notes": []} == {
        "width": 412,
        "height": 412,
        "format": "JPEG",
        "sha256": "",
        "notes": [],
    }
    assert [c["id"] for c in report["checks"]] == [c.id for c in all_checks()]
    assert set(report["checks"][0]) == {
        "id",
        "status",
        "value",
        "unit",
        "score",
        "blocking",
        "weight",
        "reason",
        "message",
        "advice",
        "details",
    }
    (face,) = report["faces"]
    x, y, width, height = face["box"]
    assert face["main"]
    assert 0 <= x < x + width <= 412
    assert 0 <= y < y + height <= 412
    assert report["policy"] == {"name": "professional", "version": "1"}
    assert all(m.startswith("sha256:") for m in report["models"].values())
    assert set(report["timing_ms"]) == {"decode", "vision", "checks"}, "this photo needs no crop"


def test_every_kind_of_input_gives_the_same_report(checker: PhotoChecker, samples: Path) -> None:
    data = (samples / GOOD).read_bytes()
    by_path = checker.check(samples / GOOD)
    for same in (str(samples / GOOD), data, io.BytesIO(data)):
        assert judged(checker.check(same)) == judged(by_path)
    with Image.open(samples / GOOD) as image:
        pixels = np.asarray(image.convert("RGB"))
        assert checker.check(image).verdict is by_path.verdict
    of_pixels = checker.check(pixels)
    assert of_pixels["smile"].assessment == by_path["smile"].assessment
    assert of_pixels.path == "-"


def test_the_same_photo_gets_the_same_report_from_any_thread(checker: PhotoChecker, samples: Path) -> None:
    names = ["portrait_good.jpg", "spoiled_two_people.jpg", "thing_cat.jpg"]
    alone = [untimed(checker.check(samples / n)) for n in names]
    with ThreadPoolExecutor(4) as pool:
        for _ in range(3):
            assert list(pool.map(lambda n: untimed(checker.check(samples / n)), names)) == alone


def test_a_mirrored_photo_gets_the_same_verdict(checker: PhotoChecker, samples: Path) -> None:
    for name in ("portrait_good.jpg", "spoiled_far_away.jpg", "spoiled_sunglasses.jpg", "thing_coffee.jpg"):
        with Image.open(samples / name) as image:
            pixels = np.asarray(image.convert("RGB"))
        seen, mirrored = checker.check(pixels), checker.check(np.ascontiguousarray(pixels[:, ::-1]))
        assert mirrored.verdict is seen.verdict, name
        assert len(mirrored.faces) == len(seen.faces)


def test_a_photo_stored_on_its_side_is_judged_upright(checker: PhotoChecker, samples: Path) -> None:
    upright, stored = (checker.check(samples / f"portrait_good{end}.jpg") for end in ("", "_exif_rotated"))
    assert stored.verdict is upright.verdict
    assert "exif_rotated" in stored.photo["notes"]
    assert stored.score == pytest.approx(upright.score, abs=2)


def test_a_crashing_check_affects_only_itself(
    samples: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> Assessment:
        raise ZeroDivisionError

    monkeypatch.setattr(Smile, "assess", broken)
    with PhotoChecker() as lenient:
        report = lenient.check(samples / GOOD)
    assert (report["smile"].status, report["smile"].reason) == (Status.UNKNOWN, CRASHED)
    assert report["smile"].message("it")
    assert report["eyes_open"].status is Status.PASS
    assert str(samples / GOOD) not in caplog.text, "the log names no photo"
    with PhotoChecker(strict=True) as strict, pytest.raises(ZeroDivisionError):
        strict.check(samples / GOOD)


def test_another_policy_shares_the_networks(checker: PhotoChecker, samples: Path) -> None:
    strict = checker.under("strict")
    with PhotoChecker("strict") as own:
        assert judged(strict.check(samples / GOOD)) == judged(own.check(samples / GOOD))
    assert strict._vision is checker._vision
    assert checker.policy.name == "professional"


def test_tenants_share_one_set_of_networks(samples: Path) -> None:
    ours, theirs = (PhotoChecker(policy, networks=3) for policy in ("linkedin", "badge"))
    pool = ours._vision.vision.pool
    assert theirs._vision.vision.pool is pool
    assert PhotoChecker(networks=2)._vision.vision.pool is not pool, "another number needs its own networks"
    assert ours.check(samples / GOOD).policy.name == "linkedin"
    ours.close()
    with pytest.raises(ClosedError):
        ours.check(samples / GOOD)
    assert theirs.check(samples / GOOD).policy.name == "badge"
    assert len(pool._idle) == 1, "loaded once"
    theirs.close()
    assert (pool._closed, pool._idle) == (True, [])


def test_an_abandoned_share_is_released(samples: Path) -> None:
    forgotten = PhotoChecker(networks=4)
    forgotten.check(samples / GOOD)
    pool = forgotten._vision.vision.pool
    del forgotten
    gc.collect()
    assert pool._closed


def test_the_cache_key_changes_with_everything_that_affects_a_report(checker: PhotoChecker, samples: Path) -> None:
    photo, other = ((samples / name).read_bytes() for name in (GOOD, "thing_cat.jpg"))
    stricter = parse('name = "professional"\naccept_from = 81', "x")
    keys = {checker.cache_key(photo), checker.cache_key(other), checker.under(stricter).cache_key(photo)}
    assert len(keys) == 3
    assert checker.cache_key(photo) == PhotoChecker().cache_key(photo)
    assert all(re.fullmatch(r"[a-z0-9-]{93}", key) for key in keys)
    assert checker.check(photo).photo["sha256"] in checker.cache_key(photo)


def test_limits_are_respected(samples: Path) -> None:
    with PhotoChecker(limits=Limits(max_pixels=1000)) as small, pytest.raises(TooLargeError):
        small.check(samples / GOOD)


def test_advice_comes_with_the_most_valuable_first(checker: PhotoChecker, samples: Path) -> None:
    report = checker.check(samples / "spoiled_dark.jpg")
    assert report.to_fix[0].id == "exposure"
    assert report.gain(report.to_fix[0]) > 5
    assert len(report.advice("it")) == len(report.advice("en"))
    with pytest.raises(KeyError):
        _ = report["nothing"]


def test_a_script_with_an_open_checker_exits_silently(samples: Path) -> None:
    script = "import sys, mettici\nchecker = mettici.PhotoChecker()\nprint(checker.check(sys.argv[1]).verdict.value)"
    command = [sys.executable, "-c", script, str(samples / GOOD)]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stdout) == (0, "accept\n")
    assert "Traceback" not in done.stderr
    assert "Exception" not in done.stderr
