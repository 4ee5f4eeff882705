"""A photograph, or what the picture looks like instead."""

from collections.abc import Callable

import pytest
from made_up import evidence, faceless

from mettici.checks.base import Status
from mettici.checks.photographic_origin import PhotographicOrigin
from mettici.evidence import Evidence
from mettici.vision.types import Origin

CHECK = PhotographicOrigin()


@pytest.mark.parametrize(
    ("origin", "status", "reason"),
    [
        (Origin(0.97, {"painting": 0.03}), Status.PASS, "photograph"),
        (Origin(CHECK.limits["fail_below"] + 0.01, {"painting": 0.6}), Status.WARN, "unsure"),
        (Origin(0.02, {"painting": 0.9, "cartoon": 0.08}), Status.FAIL, "painting"),
        (Origin(0.02, {"sketch": 0.9}), Status.FAIL, "sketch"),
        (Origin(0.02, {"cartoon": 0.5, "avatar_3d": 0.48}), Status.FAIL, "not_a_photograph"),
        (Origin(0.02, {"animal": 0.01, "graphic": 0.9}), Status.FAIL, "graphic"),
        (Origin(0.02, {"screen": 0.9, "thing": 0.05}), Status.FAIL, "screen"),
        (Origin(0.02, {"card": 0.7, "screen": 0.2}), Status.FAIL, "card"),
        (Origin(0.02, {"screen": 0.5, "card": 0.45}), Status.FAIL, "not_a_photograph"),
        (Origin(0.02, {"figure": 0.9}), Status.FAIL, "figure"),
        (Origin(0.02, {}), Status.FAIL, "not_a_photograph"),
    ],
)
def test_the_kind_is_named_only_if_certain(origin: Origin, status: Status, reason: str) -> None:
    result = CHECK.assess(evidence(origin=origin), CHECK.limits)
    assert (result.status, result.reason, result.value) == (status, reason, origin.photograph)


def test_unknown_without_an_analysis() -> None:
    result = CHECK.assess(evidence(origin=None), CHECK.limits)
    assert (result.status, result.score) == (Status.UNKNOWN, None)


@pytest.mark.parametrize("kind", ["screen", "card"])
def test_a_picture_of_a_photo_gets_advice_to_use_the_photo(kind: str) -> None:
    assert "the photo itself" in str(CHECK.advice(kind))
    assert CHECK.advice(kind, "it") != CHECK.advice("painting", "it")


def test_a_photograph_of_a_thing_is_a_photograph() -> None:
    result = CHECK.assess(faceless(origin=Origin(0.95, {"thing": 0.9})), CHECK.limits)
    assert (result.status, result.reason) == (Status.PASS, "photograph")


@pytest.mark.parametrize(("seen", "status"), [(evidence, Status.FAIL), (faceless, Status.WARN)])
def test_without_a_face_it_takes_more_to_say_that_it_is_no_photograph(
    seen: Callable[..., Evidence], status: Status
) -> None:
    result = CHECK.assess(seen(origin=Origin(0.35, {"graphic": 0.6})), CHECK.limits)
    assert result.status is status
