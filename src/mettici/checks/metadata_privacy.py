"""Does the file tell where it was taken?"""

from __future__ import annotations

from mettici.checks.base import Assessment, Check, Limits, Status
from mettici.evidence import Evidence


class MetadataPrivacy(Check):
    """Asks whether the file gives away where the photo was taken.

    Why
        Phones write their position into each photo. Published with a profile, it may tell everyone where you live.

        Source: the Exif standard, CIPA DC-008, whose GPS directory holds the position.

    How
        Counts the location tags in EXIF (the GPS directory) and XMP (coordinates, city, location). It reads only their
        names, never their contents.

    Fix
        Share or export the photo without its location; phones and photo programs offer this (“remove location”).

    Limits
        A place that can be recognised in the picture itself is not detected.
    """

    unit = "count"
    weight = 0.1
    limits = {"warn_above": 0.0}
    reasons = ("no_location", "location")

    def assess(self, evidence: Evidence, limits: Limits) -> Assessment:
        count = len(evidence.photo.location_tags)
        if count > limits["warn_above"]:
            return Assessment(Status.WARN, "location", float(count), 50.0, {"tags": count})
        return Assessment(Status.PASS, "no_location", float(count), 100.0, {"tags": count})
