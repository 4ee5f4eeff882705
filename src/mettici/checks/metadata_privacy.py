"""Does the file tell where it was taken?"""

from __future__ import annotations

from mettici.checks.base import Assessment, Check, Limits, Reason, Status, Text
from mettici.evidence import Evidence


class MetadataPrivacy(Check):
    """Asks whether the file gives away the place where the photo was taken.

    Why
        Phones write the position into each photo; published with a profile, it may tell everyone where you live.

        Source: the Exif standard, CIPA DC-008, whose GPS directory holds the position.

    How
        Counts the tags of a place in EXIF (the GPS directory) and XMP (coordinates, city, location). Only their
        names are looked at, never their contents.

    Mend
        Share or export the photo without its location; phones and photo programs offer it ("remove location").

    Limits
        A place that can be recognised in the picture itself is not noticed.
    """

    title = Text("No location inside", "Nessun luogo nel file")
    unit = "count"
    weight = 0.1
    limits = {"warn_above": 0.0}
    reasons = {
        "no_location": Reason(Text("The file does not tell where it was taken.",
                                   "Il file non rivela dove è stata scattata.")),
        "location": Reason(
            Text("The file tells where it was taken.",
                 "Il file rivela dove è stata scattata."),
            Text("Remove the location before you publish it: most phones offer that when sharing a photo.",
                 "Togli la posizione prima di pubblicarla: quasi tutti i telefoni lo propongono "
                 "quando condividi una foto.")),
    }  # fmt: skip

    def assess(self, evidence: Evidence, limits: Limits) -> Assessment:
        count = len(evidence.photo.location_tags)
        if count > limits["warn_above"]:
            return Assessment(Status.WARN, "location", float(count), 50.0, {"tags": count})
        return Assessment(Status.PASS, "no_location", float(count), 100.0, {"tags": count})
