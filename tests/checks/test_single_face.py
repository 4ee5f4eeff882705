"""One person, a bystander, or several people."""

import pytest
from made_up import SIDE, TALL, evidence, face_of, faceless, mesh

from mettici.checks.base import Status
from mettici.checks.single_face import SingleFace

CHECK = SingleFace()


@pytest.mark.parametrize(
    ("length", "status", "reason"),
    [(0.05, Status.PASS, "alone"), (0.25, Status.WARN, "bystander"), (0.8, Status.FAIL, "several")],
)
def test_the_second_face_counts_by_its_area(length: float, status: Status, reason: str) -> None:
    other = face_of(mesh((80, 80), length * TALL * SIDE))
    result = CHECK.assess(evidence(others=(other,)), CHECK.limits)
    assert (result.status, result.reason, result.details["faces"]) == (status, reason, 2)
    assert result.value == pytest.approx(length**2, rel=0.01)


def test_one_person_alone_scores_best() -> None:
    result = CHECK.assess(evidence(), CHECK.limits)
    assert (result.status, result.value, result.score) == (Status.PASS, 0, 100)


def test_without_a_face_it_is_skipped() -> None:
    assert CHECK.assess(faceless(), CHECK.limits).status is Status.SKIPPED
