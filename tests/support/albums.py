"""Builds HTML reports for their tests."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path
from typing import Any

from browser import Watched
from PIL import Image

from mettici.checks import all_checks
from mettici.errors import EmptyError
from mettici.output.album import Album
from mettici.output.answer import Answer
from mettici.output.files import End
from mettici.output.json import error_object, to_text
from mettici.output.overlay import overlay_from_json
from mettici.output.svg import svg

HOSTILE = '<script>alert("1")</script><img src=http://127.0.0.1:9/x>.jpg'
CHECKS = [check.id for check in all_checks()]


def thumbnail(colour: str, width: int = 120, height: int = 160) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(file, "WEBP")
    return file.getvalue()


def report(
    path: str, verdict: str, score: int, *open_: str, crop: dict[str, Any] | None = None, idle: str = ""
) -> dict[str, Any]:
    """A report in which the checks `open_` fail, `idle` fail without advice, and the rest pass."""
    findings = [
        {
            "id": check.id,
            "status": "fail" if check.id in open_ else "pass",
            "score": 10 if check.id in open_ else 95,
            "blocking": check.blocking,
            "weight": check.weight,
            "reason": "made_up",
            "message": f"About {check.id}.",
            "advice": f"Fix {check.id}." if check.id in {*open_} - {idle} else None,
        }
        for check in all_checks()
    ]
    photo = {"width": 600, "height": 800, "sha256": hashlib.sha256(path.encode()).hexdigest()}
    return {
        "path": path,
        "verdict": verdict,
        "score": score,
        "photo": photo,
        "checks": findings,
        "crop": crop,
        "faces": [{"box": [150, 200, 300, 400], "score": 0.9, "main": True}],
        "policy": {"name": "professional", "version": "1"},
    }


CROP = {
    "box": [60, 80, 300, 300],
    "verdict_after": "accept",
    "score_after": 91,
    "mends": ["framing"],
    "file": "crops/b",
}
REPORTS = [
    report("anna.jpg", "accept", 96),
    report("bob 10.jpg", "improve", 61, "smile", crop=CROP),
    report("bob 9.jpg", "improve", 74, "smile", "exposure", idle="exposure")
    | {"retake": {"reason": "near", "message": "Step back."}},
    report(HOSTILE, "reject", 12, "face_present"),
    error_object("empty.jpg", EmptyError()),
]


def written(
    path: Path, *, end: End = End.COMPLETE, lang: Any = "en", reports: Any = None, pictures: bool = True
) -> Path:
    sink = Album(str(path), lang, ["team/"])
    for each in REPORTS if reports is None else reports:
        picture = b"" if "error" in each or not pictures else thumbnail("teal")
        drawn = svg(overlay_from_json(each, 340)) if picture else ""
        sink.write(Answer(to_text(each), each.get("verdict", "empty"), "error" in each, picture, drawn))
    sink.close(end)
    return path


def names(shown: Watched) -> list[str]:
    return shown.page.locator("#photos .name").all_text_contents()


def many(count: int) -> list[dict[str, Any]]:
    """Photos of two departments, and one without a department."""
    names = [f"{'sales' if i % 2 else 'support'}/{i:03}.jpg" for i in range(count)]
    return [report(name, "improve", 50 + i % 40, "smile", "exposure") for i, name in enumerate([*names, "boss.jpg"])]
