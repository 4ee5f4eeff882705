"""No message contradicts itself: every reason, with values just around every limit, in every language."""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import lru_cache

import cv2
import numpy as np
import pytest
from made_up import GOOD, PHOTOGRAPH, evidence, face_of, mesh, photo, portrait

from mettici import policy
from mettici.checks import all_checks
from mettici.checks.base import COMMON_REASONS, Assessment, Check, Limits, Status
from mettici.evidence import Evidence
from mettici.messages import has, languages, template
from mettici.policy import Rule
from mettici.scoring import Finding
from mettici.vision.types import Pose, Scene

SIDE = 160
PIXELS, POINTS = portrait(mesh((80, 70), 64), (SIDE, SIDE)), mesh((80, 70), 64)
FORBIDDEN = re.compile(r"[{}]|\b(stops?|delta E|grey levels?|px wide|livell[io] di grigio)\b", re.IGNORECASE)
ON_PURPOSE = {("head_pose", "tilted")}
"""Its advice repeats the measured angle, as the angle by which to rotate the photo."""
CHECKS = {check.id: check for check in all_checks()}


def rules(check: str) -> list[Rule]:
    """The check under every shipped policy, once per set of limits."""
    of_all = [policy.load(name)[check] for name in policy.names()]
    return list({tuple(rule.limits.items()): rule for rule in of_all}.values())


def around(limits: Limits, *names: str) -> list[float]:
    """Values at each of the limits (by default all of them) and just beside them."""
    steps = (-1e-2, -6e-3, -5e-3, -4e-3, -1e-4, 0.0, 1e-4, 4e-3, 5e-3, 6e-3, 1e-2)
    return sorted({max(0.0, limits[name] * (1 + step)) for name in names or limits for step in steps})


def small(
    pixels: np.ndarray = PIXELS, points: np.ndarray = POINTS, mask: str | None = None, **more: object
) -> Evidence:
    return evidence(pixels, points=points, mask=mask, **more)


def lit(gain: float | np.ndarray) -> np.ndarray:
    """The portrait with its light multiplied by `gain`."""
    return np.asarray(255 * np.clip((PIXELS / 255) ** 2.2 * gain, 0, 1) ** (1 / 2.2), np.uint8)


def spotted(landmark: int, radius: int, level: int) -> np.ndarray:
    pixels = PIXELS.copy()
    x, y = POINTS[landmark, :2].astype(int).tolist()
    cv2.circle(pixels, (x, y), radius, (level,) * 3, -1)
    return pixels


def resolution(limits: Limits) -> Iterator[Evidence]:
    for side in {round(v) for v in around(limits)}:
        yield small(scale=side / SIDE)


def single_face(limits: Limits) -> Iterator[Evidence]:
    for ratio in around(limits, "warn_above", "fail_above"):
        yield small(others=(face_of(mesh((30, 30), 64 * ratio**0.5)),))


def metadata_privacy(_: Limits) -> Iterator[Evidence]:
    yield from (small(location_tags=("GPSLatitude",) * tags) for tags in range(4))


def head_pose(limits: Limits) -> Iterator[Evidence]:
    for angle in around(limits, "ideal", "warn_above", "fail_above"):
        pitch, roll = angle / limits["pitch_factor"], angle / limits["roll_factor"]
        for pose in (Pose(angle, 0, 0), Pose(0, pitch, 0), Pose(0, -pitch, 0), Pose(0, 0, roll)):
            yield small(pose=pose)


def covered(**attributes: float) -> Callable[[Limits], Iterator[Evidence]]:
    def sweep(limits: Limits) -> Iterator[Evidence]:
        seen = replace(GOOD, **attributes)
        for yaw in around(limits, "turned_from"):
            yield small(pose=Pose(yaw, 0.0, 0.0), attributes=seen)
        for x in range(8, 80, 4):
            yield small(points=mesh((x, 70), 64))
        for radius in range(2, 12):
            yield small(spotted(159, radius, 255), attributes=seen)

    return sweep


@lru_cache
def all_placed() -> tuple[Evidence, ...]:
    """Heads of every size at every possible place, in photos of two shapes."""
    return tuple(
        small(pixels, mesh((x * pixels.shape[1], y * SIDE), share * SIDE), mask="drawn")
        for pixels in (PIXELS, np.zeros((SIDE, 3 * SIDE, 3), np.uint8))
        for share in np.linspace(0.05, 1.2, 32).tolist()
        for x, y in ((0.5, 0.5), (0.3, 0.5), (0.5, 0.1), (0.5, 0.85), (0.5, 1.0))
    )


def placed(_: Limits) -> Iterator[Evidence]:
    yield from all_placed()


def exposure(_: Limits) -> Iterator[Evidence]:
    for stops in np.linspace(-9, 4, 40).tolist():
        yield small(lit(2.0**stops), mask="drawn")
    for radius in range(2, 32, 2):
        yield from (small(spotted(at, radius, level), mask="drawn") for at in (151, 50) for level in (0, 255))


def illumination(_: Limits) -> Iterator[Evidence]:
    across = np.clip((np.arange(SIDE) - 75) / 10, 0, 1)[None, :, None]
    yield from (small(lit(2.0 ** (-stops * across))) for stops in np.linspace(0, 9, 40).tolist())


def sharpness(_: Limits) -> Iterator[Evidence]:
    yield from (small(points=mesh((80, 70), length)) for length in (6, 12, 20, 28, 40, 64))


SWEEPS: dict[str, Callable[[Limits], Iterator[Evidence]]] = {
    "resolution": resolution,
    "single_face": single_face,
    "metadata_privacy": metadata_privacy,
    "head_pose": head_pose,
    "eyes_visible": covered(eyes_visible=0.1),
    "face_visible": covered(face_visible=0.1),
    "face_size": placed,
    "framing": placed,
    "exposure": exposure,
    "illumination": illumination,
    "sharpness": sharpness,
}
"""For each check whose texts contain a measured value, evidence on both sides of its limits."""


def placeholders(check: str, reason: str) -> set[str]:
    keys = [key for part in ("message", "advice") if has(key := f"{check}.{reason}.{part}")]
    return {name for key in keys for _, name, _, _ in string.Formatter().parse(template(key)) if name}


def measured(check: Check) -> set[str]:
    """The reasons whose texts contain a measured value, not only limits."""
    return {reason for reason in check.reasons if placeholders(check.id, reason) - set(check.limits)}


def numbers(text: str | None) -> set[str]:
    return set(re.findall(r"\d+(?:[.,]\d+)?", text or ""))


def contradictions(finding: Finding) -> list[str]:
    """The contradictions in the texts of a finding, in every language."""
    wrong = []
    for lang in languages():
        message, advice = finding.message(lang), finding.advice(lang)
        said = f"{message} {advice or ''}"
        if found := FORBIDDEN.search(said):
            wrong.append(f"{found[0]!r}: {said}")
        if any(not 0 < float(share.replace(",", ".")) <= 100 for share in re.findall(r"(\d+(?:[.,]\d+)?)\s?%", said)):
            wrong.append(f"no such share: {said}")
        faulty = finding.status in (Status.WARN, Status.FAIL) and (finding.id, finding.reason) not in ON_PURPOSE
        if faulty and numbers(message) & numbers(advice):
            wrong.append(f"measured as asked for: {said}")
    return wrong


@lru_cache
def swept(check: str) -> tuple[Finding, ...]:
    sweep = SWEEPS.get(check, lambda _: iter(()))
    return tuple(
        Finding(rule, rule.check.assess(of, rule.limits)) for rule in rules(check) for of in sweep(rule.limits)
    )


@pytest.mark.parametrize("check", CHECKS)
def test_no_message_contradicts_itself(check: str) -> None:
    assert sorted({text for finding in swept(check) for text in contradictions(finding)}) == []


@pytest.mark.parametrize("check", CHECKS)
def test_every_reason_with_a_measured_value_is_covered(check: str) -> None:
    assert measured(CHECKS[check]) - {finding.reason for finding in swept(check)} == set()


@pytest.mark.parametrize("check", CHECKS)
def test_other_reasons_read_well_under_every_policy(check: str) -> None:
    plain = {*COMMON_REASONS, *CHECKS[check].reasons} - measured(CHECKS[check])
    found = [Finding(rule, Assessment(Status.WARN, key, 0.5, 50.0)) for rule in rules(check) for key in sorted(plain)]
    assert [text for finding in found for text in contradictions(finding)] == []


@pytest.mark.parametrize(
    ("message", "advice"),
    [
        ("{percent} % is usable.", "Aim for {goal:.0%} or more."),
        ("The head takes up {over} % of the height.", None),
        ("It lacks 2.1 stops.", None),
        ("{{value}} of it", None),
    ],
)
def test_the_test_detects_contradictions(message: str, advice: str | None) -> None:
    said = {
        "message": lambda *_, **facts: message.format(**facts),
        "advice": lambda *_, **facts: advice and advice.format(**facts),
    }
    check = type("Made", (type(CHECKS["noise"]),), {"reasons": ("bad",), **said})()
    rule = replace(policy.load()["noise"], check=check)
    assert contradictions(
        Finding(rule, Assessment(Status.WARN, "bad", 1.0, 50.0, {"percent": 90, "goal": 0.9, "over": 128}))
    )


def test_the_photo_of_these_tests_is_good() -> None:
    scene = Scene((face_of(POINTS),), None, GOOD, PHOTOGRAPH)
    of = Evidence(photo(PIXELS, scale=4), scene)
    for check in ("resolution", "head_pose", "eyes_visible", "face_visible", "exposure", "illumination"):
        assert CHECKS[check].assess(of, CHECKS[check].limits).status is Status.PASS, check
