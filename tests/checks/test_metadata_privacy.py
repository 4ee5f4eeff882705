"""Location tags, which are counted but never read."""

from made_up import evidence

from mettici.checks.base import Status
from mettici.checks.metadata_privacy import MetadataPrivacy

CHECK = MetadataPrivacy()


def test_without_location_tags_it_passes() -> None:
    result = CHECK.assess(evidence(), CHECK.limits)
    assert (result.status, result.value, result.score) == (Status.PASS, 0, 100)


def test_location_tags_are_counted() -> None:
    result = CHECK.assess(evidence(location_tags=("GPSLatitude", "GPSLongitude")), CHECK.limits)
    assert (result.status, result.reason, result.value, result.details) == (Status.WARN, "location", 2, {"tags": 2})
