"""What to say to a person in front of a camera: at most two short hints, the most urgent first."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from mettici.checks.base import FROM_SIDE, Status, Text
from mettici.web.drawing import outlines

if TYPE_CHECKING:
    from mettici.checker import Examination, PhotoChecker
    from mettici.scoring import Finding

MOST_HINTS = 2

FAR_BELOW = 0.5
"""Share of the smallest good head (`aim_from`) under which the person is far away: half of it is twice as far, and "a
little closer" would be asked for again and again."""
_FAR = "far"

_ALONE = Text("One face at a time", "Un volto alla volta")
_SEEN = Text("Let your whole face be seen", "Fai vedere tutto il viso")
_EYES = Text("Let your eyes be seen", "Fai vedere gli occhi")
_CLOSER = Text("A little closer", "Un po' più vicino")
_BACK = Text("A little further back", "Un po' più indietro")
_MIDDLE = Text("Move to the middle", "Mettiti al centro")
_ROOM = Text("Lower yourself a little, or tilt the camera up", "Abbassati un po', o alza l'obiettivo")
_HIGHER = Text("Raise yourself a little, or tilt the camera down", "Alzati un po', o abbassa l'obiettivo")
_FACE = Text("Turn your face to the camera", "Gira il viso verso l'obiettivo")
_STRAIGHT = Text("Hold your head upright", "Tieni dritta la testa")
_LIGHT = Text("Turn to the window or the lamp", "Girati verso la finestra o la lampada")
_BRIGHT = Text("Step out of the bright light", "Allontanati dalla luce forte")

HINTS: Mapping[str, Mapping[str, Text]] = MappingProxyType({
    "face_present": {"": Text("Come into the picture", "Entra nell'inquadratura")},
    "single_face": {"": _ALONE},
    "face_visible": {"cut_by_edge": _MIDDLE, "turned": _FACE, "": _SEEN},
    "eyes_visible": {"sunglasses": Text("Take the sunglasses off", "Togli gli occhiali da sole"),
                     "turned": _FACE, "": _EYES},
    "head_pose": {
        FROM_SIDE: _FACE, "turned": _FACE,
        "chin_up": Text("Chin a little lower", "Il mento un po' più basso"),
        "chin_down": Text("Chin a little higher", "Il mento un po' più alto"),
        "tilted": _STRAIGHT, "on_side": _STRAIGHT, "upside_down": _STRAIGHT,
    },
    "framing": {
        "off_centre": _MIDDLE, "head_cut": _ROOM, "chin_cut": _HIGHER, "low": _HIGHER, "out_of_circle": _MIDDLE,
    },
    "face_size": {
        "small": _CLOSER, "small_in_wide": _CLOSER, "large": _BACK,
        _FAR: Text("Come closer, to about an arm's length", "Vieni più vicino, a circa un braccio di distanza"),
    },
    "exposure": {
        "dark": _LIGHT, "black": _LIGHT, "burnt": _BRIGHT, "shine": _BRIGHT,
        "flat": Text("Wipe the lens", "Pulisci l'obiettivo"),
    },
    "illumination": {
        "side_light": _LIGHT, "shadow": Text("Move out of the shadow", "Esci dall'ombra"),
        "backlight": Text("Put the light in front of you, not behind", "Metti la luce davanti a te, non alle spalle"),
    },
    "sharpness": {"": Text("Hold still", "Resta fermo un momento")},
    "eyes_open": {"": Text("Open your eyes", "Apri gli occhi")},
    "gaze": {"": Text("Look into the lens", "Guarda nell'obiettivo")},
    "smile": {"": Text("Smile", "Sorridi")},
})  # fmt: skip
"""What to say for each check and reason ("" for any other), in the order of urgency: there is no use in a smile
outside the picture. `far` is a head so small that a little closer will not do (`FAR_BELOW`). Checks that a person
before the camera cannot mend are not here."""


def guided(checker: PhotoChecker, data: bytes, lang: str) -> dict[str, Any]:
    """What to say on one frame, the bytes of a file. Raises `PhotoError`."""
    return coached(checker.examine(data, crop=False), lang)


def coached(done: Examination, lang: str) -> dict[str, Any]:
    """`green`: nothing is left to say; `hints`: at most two, as `{id, text}`; and the face's outline in the frame."""
    said: dict[str, str] = {}
    for check, texts in HINTS.items():
        finding = done.report[check]
        if _amiss(finding) and (text := texts.get(_reason(finding), texts.get(""))):
            said.setdefault(text(lang), check)
    hints = [{"id": check, "text": text} for text, check in said.items()]
    photo = done.report.photo
    size = [photo["width"], photo["height"]]
    return {"green": not hints, "hints": hints[:MOST_HINTS], "size": size, **outlines(done.evidence)}


def _reason(finding: Finding) -> str:
    """The finding's reason, where a small head may also be a far one."""
    small = finding.id == "face_size" and finding.reason in ("small", "small_in_wide")
    if small and finding.value is not None and finding.value < FAR_BELOW * finding.rule.limits["aim_from"]:
        return _FAR
    return finding.reason


def _amiss(finding: Finding) -> bool:
    return finding.status in (Status.WARN, Status.FAIL)
