"""The kind of each labelled picture, and which pictures share a source."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from training.data import Row

SETS: dict[str, int] = {
    "profiles": 400, "wild_profiles": 400, "us_congress": 60, "london": 200, "humans160": 300, "fairface": 1300,
    "utkface": 600, "genki4k": 2100, "cew": 1400, "smiles64": 400, "selfie_sunglasses": 400, "facemask_cd": 500,
    "facemask_synth": 100, "rmfd": 120, "apdrawing": 14, "caltech_faces": 95, "icao": 57, "event_photos": 80,
    "facerepos": 31, "pacs": 1200, "pets": 150, "imagenet1k": 100, "memes": 30, "logos": 150, "screenshots": 20,
    "avatars": 77, "caricature": 21, "anime64": 400, "painted_portraits": 160, "wikiart_faces": 1272,
    "street_screens": 400, "street_covered": 200, "tricky": 800, "lfw_occlusion": 400, "st40_objects": 400,
    "lfw_eyes": 200, "lfw_glasses": 200, "lfw_smile": 400, "portraits_snorre48": 60, "glasses_denilv40": 60,
    "st40_far_behind": 100, "things_caltech101": 300,
}  # fmt: skip
"""The sets, and the most pictures to use from each."""

_ALWAYS = {
    "pets": "animal", "logos": "graphic", "screenshots": "screen", "anime64": "cartoon", "caricature": "painting",
    "painted_portraits": "painting", "wikiart_faces": "painting", "st40_far_behind": "person", "st40_objects": "person",
    "street_covered": "person", "lfw_occlusion": "person", "lfw_eyes": "person", "lfw_glasses": "person",
    "lfw_smile": "person", "portraits_snorre48": "person", "glasses_denilv40": "person", "london": "person",
}  # fmt: skip
_PACS = {"art_painting": "painting", "cartoon": "cartoon", "sketch": "sketch"}
_OTHER = {"graphic/text": "graphic", "logo": "graphic", "slide/text": "screen", "scene": "thing", "object": "thing",
          "pet": "animal", "thing": "thing", "thing_photo": "thing", "statue": "figure"}  # fmt: skip
_TRICKY = {
    "ai_painterly": "painting", "ai_semireal_render": "avatar_3d", "anime": "cartoon", "bitmoji": "cartoon",
    "character_3d_cartoon": "avatar_3d", "emoji_3d_person": "avatar_3d", "filter_cartoon": "cartoon",
    "filter_oil": "painting", "filter_painterly": "painting", "filter_pencil": "sketch",
    "ghibli_filter_portrait": "cartoon", "memoji_3d": "avatar_3d", "nft_ape": "cartoon",
    "painting_classic": "painting", "pixel_art": "cartoon", "sketch": "sketch", "sketch_blended_photo": "sketch",
    "style_transfer": "cartoon", "vector_avatar": "cartoon", "screenshot": "screen", "video_call_screenshot": "screen",
    "made_id_card": "card", "id_card_real": "card", "document": "card", "speaker_card": "card",
    "speaker_card_no_photo": "card", "text_meme_image": "graphic", "qr": "graphic", "initials_identicon": "graphic",
    "logo": "graphic", "statue_bust": "figure", "doll_mannequin": "figure", "pet_animal": "animal",
    "landscape_food_thing": "thing", "photo_of_screen_moire": "screen", "poster_screen_id": "card",
}  # fmt: skip
_UNSURE = ("polaroid_frame", "collage_two_photos", "mirror_selfie_phone", "greyed_cutout_profile", "ai_photoreal")
"""Kinds of `tricky` that are neither clearly a plain photograph of a person nor clearly something else."""


def kind_of(row: Row) -> str | None:
    """The name in `KINDS` of what `row` shows; None if its labels do not say."""
    kind, style, subject = (row.labels.get(k) or "" for k in ("kind", "style", "subject"))
    if row.set in _ALWAYS:
        return _ALWAYS[row.set]
    if row.set == "tricky":
        return None if kind in _UNSURE else _TRICKY.get(kind, "person")
    if row.set == "street_screens":
        group = row.labels["group"]
        return {"real": "person", "graphics": "person", "figure": "figure", "card": "card", "screen": "screen"}[group]
    if row.set == "avatars":
        return "avatar_3d" if style in ("memo", "toon") else "cartoon"
    if row.set == "pacs":
        photo = "person" if subject == "person" else "thing" if subject in ("house", "guitar") else "animal"
        return _PACS.get(style, photo)
    if row.set == "imagenet1k":  # WordNet's animals come first
        return "animal" if int(row.labels["wnid"][1:]) < 2_500_000 else "thing"
    if row.set in ("memes", "profiles", "wild_profiles") and kind == "drawing":
        return "cartoon"
    if row.set == "wild_profiles" and "filter_or_overlay" in row.labels["faults"]:
        return None  # a speaker card, a duotone or a mere filter
    if row.set == "event_photos" and kind == "photo":
        return "person" if row.label("faces") else "thing"
    return _OTHER.get(kind, "person" if kind == "photo" and row.set != "memes" else None)


@lru_cache(maxsize=1)
def headscarves() -> frozenset[str]:
    """Keys of train photographs in which someone saw a headscarf, veil or hood by eye."""
    return frozenset(Path(__file__).with_name("headscarves.txt").read_text("utf-8").splitlines())


def source_of(row: Row) -> str:
    """The person, pack, source or original that a picture must not share with another fold."""
    if row.set.startswith("street_"):
        return row.path.split("__")[1]
    if row.set == "tricky":
        stem = row.path.rsplit("/", 1)[-1].rsplit(".", 1)[0]
        return (
            f"tricky/{stem.split('__')[-1]}" if row.labels["kind"].startswith(("made", "over", "filter")) else row.key
        )
    if row.set == "wild_profiles":
        return f"wild/{row.path.split('__')[0]}"
    if row.labels.get("person"):
        return f"lfw/{row.labels['person']}"
    return row.key


def fold_of(row: Row, folds: int) -> int:
    """The cross-validation fold of `row`, which depends only on its source."""
    return int(hashlib.sha1(f"fold/{source_of(row)}".encode()).hexdigest()[:8], 16) % folds
