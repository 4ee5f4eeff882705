"""The labels of the network's heads for each picture: graphics, covers, eyes, smile.

Unclear labels are left out; the network learns nothing about that head from that picture.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from mettici.vision.picture_kind import COVERS, HEADS, KINDS
from training.hand_labels import hand_labels
from training.picture.labels import kind_of

if TYPE_CHECKING:
    from training.data import Row

Floats = npt.NDArray[np.float32]

CLEAR = 0.1
"""Labels at least this far from a half count in the figures."""
NEARLY = 0.98
"""Label for open eyes in sets where nobody verified them but hardly any are closed."""
_ADDED = ("overlay_", "polaroid_frame", "coloured_ring_real", "speaker_card", "thick_border")
_OVER_FACE = ("overlay_dog_filter", "overlay_emoji_over_face", "made_black_bar_eyes")
_UNCLEAR = ("letterbox_bars", "photo_of_screen_moire", "made_black_bar_eyes")
_PLAIN = ("us_congress", "london", "humans160", "genki4k", "icao", "caltech_faces", "portraits_snorre48",
          "lfw_occlusion", "lfw_eyes", "lfw_glasses", "lfw_smile")  # fmt: skip
"""Sets of photographs with practically no added graphics."""
_FREE = ("us_congress", "genki4k", "cew", "fairface", "utkface", "humans160", "caltech_faces", "london", "lfw_smile",
         "portraits_snorre48", "lfw_eyes", "lfw_glasses")  # fmt: skip
"""Sets of faces with practically nothing over them."""
_OPEN = ("us_congress", "genki4k", "humans160", "smiles64", "caltech_faces", "london", "lfw_smile")
"""Sets of faces with practically only open eyes."""
_HIDE_FACE = ("mask_worn", "made_mask_worn", "niqab", "made_phone_over_face", "object_over_face", "made_vr_headset",
              "vr_headset_real", "overlay_emoji_over_face")  # fmt: skip
_HIDE_EYES = ("sunglasses", "made_eye_patch", "made_black_bar_eyes", "made_vr_headset", "vr_headset_real",
              "made_phone_over_face", "made_glasses_glare", "overlay_emoji_over_face")  # fmt: skip
_COVER_NAMES = {
    "hand": "hand", "hand_with_cigarette": "hand", "microphone": "microphone", "cup_or_bottle": "cup_or_bottle",
    "cup": "cup_or_bottle", "camera_or_phone": "phone", "phone": "phone", "hair": "hair", "mask": "mask",
    "veil": "veil",
}  # fmt: skip
_TRICKY_COVERS = {"mask_worn": "mask", "made_mask_worn": "mask", "niqab": "veil", "made_phone_over_face": "phone",
                  "object_over_face": "object"}  # fmt: skip
_STATES = {"open": 1.0, "squint": 1.0, "closed": 0.0, "lowered": 0.5, "looking_down": 0.5}


def heads_of(row: Row) -> dict[str, float]:
    """Known labels, 0..1, of `HEADS`. Hand labels (`hand_labels.csv`) override those of the set."""
    over = _over_face(row)
    found = {
        "added_graphics": _added(row), "graphics_over_face": over, "face_hidden": _face_hidden(row),
        "eyes_open": _eyes_open(row), "eyes_hidden": _eyes_hidden(row), "smile": _smile(row),
    }  # fmt: skip
    if found["eyes_hidden"] == 1:
        found["sunglasses"] = float(_dark(row))
    for head, value in hand_labels().get(row.key, {}).items():
        if head in HEADS and value:
            found[head] = None if value == "-" else float(value)
    return {head: value for head, value in found.items() if value is not None}


def cover_of(row: Row) -> str | None:
    """The name in `COVERS` of what covers the face; None if nothing does or the labels do not name it."""
    if row.label("covered") == 1:
        return _COVER_NAMES.get(row.labels.get("cover", ""), "object")
    if row.label("mask") == 1 and row.set in ("facemask_cd", "facemask_synth"):
        return "mask"
    return _TRICKY_COVERS.get(row.labels["kind"]) if row.set == "tricky" else None


def vector(known: dict[str, float]) -> Floats:
    """The labels as an array (len(HEADS),), with NaN for unknown ones."""
    return np.array([known.get(head, np.nan) for head in HEADS], np.float32)


def cover_index(name: str | None) -> int:
    """The index in `COVERS`; -1 for none."""
    return COVERS.index(name) if name in COVERS else -1


def _faults(row: Row) -> set[str] | None:
    """The faults that raters found in a published photo of one person; None for any other picture."""
    alone = row.set == "wild_profiles" and row.labels["kind"] == "photo" and row.labels["faces"] == "1"
    return set(row.labels["faults"].split(";")) if alone else None


def _added(row: Row) -> float | None:
    kind = row.labels.get("kind", "")
    if row.set == "street_screens":
        group, graphics = row.labels["group"], row.labels["graphics"]
        return None if group == "graphics" and graphics == "0" else float(graphics != "0")
    if row.set == "tricky":
        return None if kind in _UNCLEAR or kind_of(row) in KINDS[3:] else float(kind.startswith(_ADDED))
    if row.set == "wild_profiles" and kind == "photo":
        return float(bool({"filter_or_overlay", "cut_out"} & set(row.labels["faults"].split(";"))))
    return 0.0 if _clean(row) or row.set in _PLAIN else None


def _over_face(row: Row) -> float | None:
    if row.set == "street_screens":
        return float(row.labels["graphics"] == "2")
    if row.set == "tricky":
        return float(row.labels["kind"] in _OVER_FACE)
    return 0.0 if _clean(row) or row.set in _PLAIN else None


def _clean(row: Row) -> bool:
    return row.set == "profiles" and row.label("clean") == 1


def _face_hidden(row: Row) -> float | None:
    if row.label("covered") is not None and row.labels.get("faces", "1") == "1":
        return None if row.labels.get("cover") in ("straw", "cigarette") else float(row.label("covered") == 1)
    if row.set in ("facemask_cd", "facemask_synth"):
        return row.label("mask")
    if row.set == "profiles":
        return row.label("occluded") or 0.0 if _clean(row) or row.label("occluded") == 1 else None
    faults = _faults(row)
    if faults is not None:
        return float(bool(faults & {"hand", "object", "mask"}))
    if row.set == "tricky" and kind_of(row) == "person":
        free = row.labels["want"] == "not_reject" or row.labels["kind"] in ("sunglasses", "shout_grimace")
        return 1.0 if row.labels["kind"] in _HIDE_FACE else 0.0 if free else None
    return 0.0 if row.set in _FREE else None


def _eyes_open(row: Row) -> float | None:
    if row.set == "cew":
        return 1 - (row.label("eyes_closed") or 0.0)
    if row.set in ("lfw_eyes", "street_covered"):
        return _STATES.get(row.labels.get("eyes", ""))
    faults = _faults(row)
    if faults is not None:
        return None if "sunglasses" in faults else float("eyes_closed" not in faults)
    if _clean(row):
        return 1.0
    grown = row.set in ("fairface", "utkface") and row.labels.get("age") not in ("0-2", "3-9")
    return NEARLY if grown or row.set in _OPEN else None


def _eyes_hidden(row: Row) -> float | None:
    kind, eyes, glasses = (row.labels.get(k, "") for k in ("kind", "eyes", "glasses"))
    if row.set in ("lfw_eyes", "street_covered"):
        return None if eyes in ("", "unknown") else float(eyes == "hidden" or glasses in ("dark", "sunglasses"))
    if row.set == "lfw_glasses":
        return row.label("eyes_hidden")
    faults = _faults(row)
    if faults is not None:
        return float(bool(faults & {"sunglasses", "glare", "hair_over_eyes"}))
    if row.set == "tricky" and kind_of(row) == "person":
        free = row.labels["want"] == "not_reject" or kind in ("niqab", "mask_worn", "made_mask_worn")
        return 1.0 if kind in _HIDE_EYES else 0.0 if free else None
    if row.set == "selfie_sunglasses":
        return 1.0 if row.label("clear_single_sunglasses") == 1 else None
    if row.label("sunglasses") == 1:
        return 1.0
    seen_clearly = row.set == "cew" or _clean(row) or (row.set == "glasses_denilv40" and glasses == "clear")
    return 0.0 if seen_clearly or _eyes_open(row) == NEARLY else None


def _dark(row: Row) -> bool:
    """Whether sunglasses hide the eyes."""
    glasses = row.labels.get("glasses") in ("dark", "sunglasses") or row.labels.get("kind") == "sunglasses"
    named = row.label("sunglasses") == 1 or "sunglasses" in row.labels.get("faults", "")
    return row.set == "selfie_sunglasses" or glasses or named


def _smile(row: Row) -> float | None:
    if row.set == "london":  # the expressions were requested but not verified
        return None
    level = row.label("smile_level")
    if level is None:
        level = row.label("smile_level_by_eye")
    if row.set in ("wild_profiles", "street_covered"):
        level = row.label("smile")
    if level is not None:
        return (0.0, 0.5, 1.0)[min(2, int(level))]
    smile = row.label("smile") if row.set in ("genki4k", "smiles64", "icao", "lfw_smile") else None
    return None if smile is None else min(0.97, max(0.03, smile))
