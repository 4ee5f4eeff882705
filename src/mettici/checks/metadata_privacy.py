"""Does the file reveal where the photo was taken?"""

from __future__ import annotations

from mettici.checks.base import Assessment, Check, Limits, Status
from mettici.evidence import Evidence


class MetadataPrivacy(Check):
    """Asks whether the file reveals where the photo was taken.

    Why
        Phones can store their position in every photo. Published with a profile, it may show everyone where you live.

        Source: the Exif standard, CIPA DC-008, whose GPS directory holds the position.

    How
        The value is the number of location tags in EXIF (the GPS directory) and XMP (coordinates, city, location). The
        check reads only the names of the tags, never their contents.

    Fix
        Share or export the photo without its location; phones and photo apps offer an option such as “remove
        location”.

    Limits
        The check does not recognise places in the picture itself.
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
