"""A photograph, or what it looks like."""

import pytest
from made_up import evidence

from mettici.checks.base import Status
from mettici.checks.photographic_origin import PhotographicOrigin
from mettici.faces import Origin

CHECK = PhotographicOrigin()


@pytest.mark.parametrize(("origin", "status", "reason"), [
    (Origin(0.97, {"painting": 0.03}), Status.PASS, "photograph"),
    (Origin(CHECK.limits["fail_below"] + 0.01, {"painting": 0.6}), Status.WARN, "unsure"),
    (Origin(0.02, {"painting": 0.9, "cartoon": 0.08}), Status.FAIL, "painting"),
    (Origin(0.02, {"sketch": 0.9}), Status.FAIL, "sketch"),
    (Origin(0.02, {"cartoon": 0.5, "avatar_3d": 0.48}), Status.FAIL, "not_a_photograph"),
    (Origin(0.02, {"person": 0.01, "logo_or_graphic": 0.9}), Status.FAIL, "logo_or_graphic"),
    (Origin(0.02, {}), Status.FAIL, "not_a_photograph"),
])  # fmt: skip
def test_a_kind_is_named_only_where_it_is_sure(origin: Origin, status: Status, reason: str) -> None:
    result = CHECK.assess(evidence(origin=origin), CHECK.limits)
    assert (result.status, result.reason, result.value) == (status, reason, origin.photograph)


def test_what_was_not_looked_at_is_unknown() -> None:
    result = CHECK.assess(evidence(origin=None), CHECK.limits)
    assert (result.status, result.score) == (Status.UNKNOWN, None)
