"""What to say to a person in front of a camera: at most two short hints, the most urgent first."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from mettici.checks.base import FROM_SIDE, Status
from mettici.messages import say
from mettici.web.drawing import outlines

if TYPE_CHECKING:
    from mettici.checker import Examination, PhotoChecker
    from mettici.scoring import Finding

MOST_HINTS = 2

FAR_BELOW = 0.5
"""Share of the smallest good head (`aim_from`) under which the person is far away: half of it is twice as far, and "a
little closer" would be asked for again and again."""
_FAR = "far"

HINTS: Mapping[str, Mapping[str, str]] = MappingProxyType({
    "face_present": {"": "come_in"},
    "single_face": {"": "alone"},
    "face_visible": {"cut_by_edge": "middle", "turned": "face_camera", "": "show_face"},
    "eyes_visible": {"sunglasses": "sunglasses", "turned": "face_camera", "": "show_eyes"},
    "head_pose": {
        FROM_SIDE: "face_camera", "turned": "face_camera", "chin_up": "chin_lower", "chin_down": "chin_higher",
        "tilted": "upright", "on_side": "upright", "upside_down": "upright",
    },
    "framing": {
        "off_centre": "middle", "head_cut": "room", "chin_cut": "higher", "low": "higher", "out_of_circle": "middle",
    },
    "face_size": {"small": "closer", "small_in_wide": "closer", "large": "back", _FAR: "far"},
    "exposure": {
        "dark": "light", "black": "light", "burnt": "bright", "shine": "bright",
        "flat": "wipe",
    },
    "illumination": {
        "side_light": "light", "shadow": "out_of_shadow",
        "backlight": "light_in_front",
    },
    "sharpness": {"": "still"},
    "eyes_open": {"": "open_eyes"},
    "gaze": {"": "look"},
    "smile": {"": "smile"},
})  # fmt: skip
"""What to say for each check and reason ("" for any other), as a key of the catalogues, in the order of urgency: there
is no use in a smile outside the picture. `far` is a head so small that a little closer will not do (`FAR_BELOW`).
Checks that a person before the camera cannot mend are not here."""


def guided(checker: PhotoChecker, data: bytes, lang: str) -> dict[str, Any]:
    """What to say on one frame, the bytes of a file. Raises `PhotoError`."""
    return coached(checker.examine(data, crop=False), lang)


def coached(done: Examination, lang: str) -> dict[str, Any]:
    """`green`: nothing is left to say; `hints`: at most two, as `{id, text}`; and the face's outline in the frame."""
    said: dict[str, str] = {}
    for check, hints in HINTS.items():
        finding = done.report[check]
        if _amiss(finding) and (hint := hints.get(_reason(finding), hints.get(""))):
            said.setdefault(hint, check)
    told = [{"id": check, "text": say(f"coach.{hint}", lang)} for hint, check in said.items()]
    photo = done.report.photo
    size = [photo["width"], photo["height"]]
    return {"green": not told, "hints": told[:MOST_HINTS], "size": size, **outlines(done.evidence)}


def _reason(finding: Finding) -> str:
    """The finding's reason, where a small head may also be a far one."""
    small = finding.id == "face_size" and finding.reason in ("small", "small_in_wide")
    if small and finding.value is not None and finding.value < FAR_BELOW * finding.rule.limits["aim_from"]:
        return _FAR
    return finding.reason


def _amiss(finding: Finding) -> bool:
    return finding.status in (Status.WARN, Status.FAIL)
