"""The labelled pictures of the photographic origin: what each shows, and the face mesh laid on it."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from mettici.faces import Mesh, Pixels
from mettici.vision.origin import KINDS
from mettici.vision.weights import folder
from training.data import Row, duplicates, prepared, rows
from training.faces.crops import Finder

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

SETS: dict[str, int] = {
    "profiles": 400, "us_congress": 60, "humans160": 300, "fairface": 1300, "utkface": 500, "genki4k": 900,
    "cew": 500, "smiles64": 350, "selfie_sunglasses": 400, "facemask_cd": 300, "facemask_synth": 100,
    "rmfd": 120, "apdrawing": 14, "caltech_faces": 95, "icao": 57, "event_photos": 80, "facerepos": 31,
    "pacs": 1200, "pets": 150, "imagenet1k": 100, "memes": 30, "logos": 150, "screenshots": 20,
    "avatars": 77, "caricature": 21, "anime64": 400,
    "painted_portraits": 160, "wikiart_faces": 1272,
}  # fmt: skip
"""The sets, and how many pictures of each are used at most: of many alike a part is enough."""

_ALWAYS = {
    "pets": "animal", "logos": "logo_or_graphic", "screenshots": "screenshot", "anime64": "cartoon",
    "caricature": "painting", "painted_portraits": "painting", "wikiart_faces": "painting",
}  # fmt: skip
_PACS = {"art_painting": "painting", "cartoon": "cartoon", "sketch": "sketch"}
_OTHER = {"graphic/text": "logo_or_graphic", "logo": "logo_or_graphic", "slide/text": "logo_or_graphic",
          "scene": "thing", "object": "thing", "pet": "animal"}  # fmt: skip
_RENDERED = ("memo", "toon")
"""Styles of avatars that are shaded in three dimensions; the others are flat."""


@dataclass(frozen=True, eq=False)
class Picture:
    """One prepared picture: RGB (H, W, 3), the face mesh where there is one, its kind (index of `KINDS`)."""

    row: Row
    kind: int
    pixels: Pixels
    mesh: Mesh | None


def kind_of(row: Row) -> str | None:
    """The name in `KINDS` of what `row` shows; None where its labels do not tell."""
    kind, style, subject = (row.labels.get(k) or "" for k in ("kind", "style", "subject"))
    if row.set in _ALWAYS:
        return _ALWAYS[row.set]
    if row.set == "avatars":
        return "avatar_3d" if style in _RENDERED else "cartoon"
    if row.set == "pacs":
        photo = "person" if subject == "person" else "thing" if subject in ("house", "guitar") else "animal"
        return _PACS.get(style, photo)
    if row.set == "imagenet1k":  # WordNet's animals come first
        return "animal" if int(row.labels["wnid"][1:]) < 2_500_000 else "thing"
    if row.set in ("memes", "profiles") and kind == "drawing":
        return "cartoon"
    if row.set == "event_photos" and kind == "photo":
        return "person" if row.label("faces") else "thing"
    return _OTHER.get(kind, "person" if kind == "photo" and row.set != "memes" else None)


def chosen(data: Path) -> list[tuple[Row, int]]:
    """The rows that are used, and their kinds."""
    found = []
    for name, most in SETS.items():
        labelled = [(r, kind_of(r)) for r in rows(data, name)]
        order = np.random.default_rng(1).permutation(len(labelled))
        known = [(labelled[i][0], KINDS.index(k)) for i in order if (k := labelled[i][1])]
        found += known[:most]
    return found


@lru_cache(maxsize=1)
def headscarves() -> frozenset[str]:
    """Keys of photographs of the train part on which a headscarf, veil or hood was seen by eye."""
    return frozenset(Path(__file__).with_name("headscarves.txt").read_text("utf-8").splitlines())


def copies(data: Path) -> set[str]:
    """Keys of training pictures that resemble one of the check part."""
    return duplicates(data, *SETS)


def pictures(data: Path, cache: Path, sets: Collection[str] = tuple(SETS)) -> Iterator[Picture]:
    """Every picture of `sets` that is used; the meshes are kept in the folder `cache` between runs."""
    kept = cache / "meshes.npz"
    meshes = dict(np.load(kept)) if kept.exists() else {}
    known = len(meshes)
    with contextlib.closing(Finder(folder())) as finder:
        for row, kind in chosen(data):
            pixels = prepared(row) if row.set in sets else None
            if pixels is None:
                continue
            if row.key not in meshes:
                face = finder.main(pixels)
                meshes[row.key] = face.mesh.points if face and face.mesh else np.zeros((0, 3), np.float32)
            points = meshes[row.key]
            yield Picture(row, kind, pixels, Mesh(points, 1.0) if len(points) else None)
    if len(meshes) > known:
        cache.mkdir(parents=True, exist_ok=True)
        np.savez(kept, **meshes)
