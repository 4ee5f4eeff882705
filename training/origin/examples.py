"""What the network is shown: the views of pictures as they are, of disguised pictures and of imitations."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import numpy.typing as npt

from mettici.faces import Mesh, Pixels
from mettici.vision.origin import KINDS, PHOTOGRAPHIC, Views, views
from mettici.vision.weights import folder
from training.data import fold
from training.faces.crops import Finder
from training.modelled.avatars import avatar
from training.origin import imitations
from training.origin.disguise import Scene, coloured, compressed, disguised, hung, palette
from training.origin.pictures import Picture, copies, headscarves, pictures

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FOLDS = 3
PER_ROUND = {
    "profiles": 5, "us_congress": 8, "humans160": 3, "selfie_sunglasses": 2, "rmfd": 2,
    "apdrawing": 5, "caltech_faces": 2, "icao": 4, "event_photos": 5, "facerepos": 7, "pacs": 4, "pets": 2,
    "imagenet1k": 3, "logos": 2, "screenshots": 10, "avatars": 8, "caricature": 30, "memes": 6,
    "painted_portraits": 7, "wikiart_faces": 1.5, "anime64": 1.5,
}  # fmt: skip
"""Disguises of a picture in a round (1 where not named): more where they are few or near to the domain."""
WALLS = ("pacs", "logos", "event_photos", "screenshots")
"""Sets whose pictures without a face are put around faces now and then, beside painted portraits."""
IMITATED = 0.35
"""Share of the photographs of people of which a round makes an imitation too."""
WITH_HEADSCARF = 12
"""Disguises more, a round, of photographs of people with a headscarf or hood.

Headscarves are common on paintings and rare on the labelled photographs: without these a headscarf makes a painting.
"""
MODELLED = 500
"""Avatars that a round models anew, each shown as it is and disguised."""


@dataclass(frozen=True, eq=False)
class Table:
    """Columns of N rows each, `kind` among them."""

    kind: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.kind)

    def where(self: T, rows: npt.NDArray[np.bool_] | npt.NDArray[np.int64]) -> T:
        return type(self)(**{name: column[rows] for name, column in vars(self).items()})


T = TypeVar("T", bound=Table)


def joined(parts: list[T]) -> T:
    """The rows of all, in order."""
    return type(parts[0])(**{name: np.concatenate([getattr(p, name) for p in parts]) for name in vars(parts[0])})


@dataclass(frozen=True, eq=False)
class Examples(Table):
    """Columns of N examples; `fold` is -1 in the check part.

    The `key` of imitations begins "imitation/", that of avatars modelled by code "modelled/".
    """

    face: npt.NDArray[np.uint8]
    texture: npt.NDArray[np.uint8]
    whole: npt.NDArray[np.uint8]
    statistics: npt.NDArray[np.float32]
    fold: npt.NDArray[np.int64]
    with_face: npt.NDArray[np.bool_]
    key: npt.NDArray[np.str_]

    @property
    def source(self) -> npt.NDArray[np.str_]:
        """The set that each is from, or is an imitation from."""
        return np.array([k.removeprefix("imitation/").split("/")[0] for k in self.key])

    def save(self, path: Path) -> None:
        path.mkdir(parents=True, exist_ok=True)
        for name, column in vars(self).items():
            np.save(path / f"{name}.npy", column)

    @staticmethod
    def load(path: Path) -> Examples:
        """The columns as they lie on disk: what is not asked for is not read."""
        names = Examples.__dataclass_fields__
        return Examples(**{name: np.load(path / f"{name}.npy", mmap_mode="r") for name in names})

    @staticmethod
    def gathered(found: Iterator[tuple[Views, int, int, str]]) -> Examples:
        """From (views, kind, fold, key)."""
        seen, kinds, folds, keys = zip(*found, strict=True)
        columns = {name: np.stack([getattr(v, name) for v in seen]) for name in Views._fields}
        return Examples(
            **columns,
            kind=np.array(kinds),
            fold=np.array(folds),
            with_face=columns["statistics"][:, -1] > 0.5,
            key=np.array(keys),
        )


def plain(data: Path, cache: Path) -> Examples:
    """Every picture as it is."""
    if not (cache / "plain" / "key.npy").exists():
        twins = copies(data)
        found = (
            (views(p.pixels, p.mesh), p.kind, _fold(p), p.row.key)
            for p in pictures(data, cache)
            if p.row.key not in twins
        )
        Examples.gathered(found).save(cache / "plain")
    return Examples.load(cache / "plain")


def varied(data: Path, cache: Path, number: int) -> Examples:
    """Round `number` of disguises and imitations of the train part."""
    kept = cache / f"round{number}"
    if not (kept / "key.npy").exists():
        Examples.gathered(_varied(data, cache, number)).save(kept)
    return Examples.load(kept)


def _varied(data: Path, cache: Path, number: int) -> Iterator[tuple[Views, int, int, str]]:
    draw = np.random.default_rng(1000 + number)
    twins = copies(data)
    art = [p.pixels for p in pictures(data, cache, sets=("painted_portraits",)) if p.row.part == "train"]
    walls = art + [p.pixels for p in pictures(data, cache, sets=WALLS) if p.row.part == "train" and not p.mesh]
    for picture in pictures(data, cache):
        if picture.row.part == "check" or picture.row.key in twins:
            continue
        scene = Scene(picture.pixels, picture.mesh)
        wanted = PER_ROUND.get(picture.row.set, 1) + WITH_HEADSCARF * (picture.row.key in headscarves())
        for _ in range(int(wanted + draw.random())):
            kind, changed = picture.kind, scene
            if kind < PHOTOGRAPHIC and draw.random() < 0.2:
                changed = palette(scene, art[draw.integers(len(art))], draw.uniform(0.3, 1))
            if scene.mesh is not None and draw.random() < 0.06:
                changed = hung(changed, walls[draw.integers(len(walls))], draw)
            yield _seen(disguised(changed, draw), draw), kind, _fold(picture), picture.row.key
        if picture.kind == KINDS.index("person") and scene.extent > 80 and draw.random() < IMITATED:
            imitation, name = _imitated(scene, art, draw)
            yield _seen(imitation, draw), KINDS.index(name), _fold(picture), f"imitation/{picture.row.key}"


def modelled(cache: Path, number: int) -> Examples:
    """Round `number` of avatars made by code."""
    kept = cache / f"modelled{number}"
    if not (kept / "key.npy").exists():
        Examples.gathered(_modelled(number)).save(kept)
    return Examples.load(kept)


def _modelled(number: int) -> Iterator[tuple[Views, int, int, str]]:
    kind = KINDS.index("avatar_3d")
    with contextlib.closing(Finder(folder())) as finder:
        for i in range(MODELLED):
            draw = np.random.default_rng((3000 + number, i))
            pixels = avatar(draw, int(draw.choice([192, 256, 384])))
            face = finder.main(pixels)
            scene = Scene(pixels, face.mesh if face else None)
            for seen in (scene, disguised(scene, draw)):
                yield _seen(seen, draw), kind, i % FOLDS, f"modelled/{number}-{i}"


def _fold(picture: Picture) -> int:
    return -1 if picture.row.part == "check" else fold(picture.row, FOLDS)


def _imitated(scene: Scene, art: list[Pixels], draw: np.random.Generator) -> tuple[Scene, str]:
    """An imitation and its kind; little is done to it then, or it would look like a photograph again."""
    scene = scene.resized(min(1.0, draw.uniform(80, 240) / scene.extent))
    name = str(draw.choice(["painting", "cartoon", "sketch"], p=[0.7, 0.15, 0.15]))
    if name == "painting" and draw.random() < 0.6:
        scene = palette(scene, art[draw.integers(len(art))], draw.uniform(0.3, 1))
    made: Scene = getattr(imitations, name)(scene, draw)
    if draw.random() < 0.5:
        made = coloured(made, draw)
    return (compressed(made, draw) if draw.random() < 0.7 else made), name


def _seen(scene: Scene, draw: np.random.Generator) -> Views:
    """The views of `scene`; the mesh lies a little off, or the face was missed."""
    mesh = scene.mesh
    if mesh is None or draw.random() < 0.12:
        return views(scene.pixels, None)
    middle = mesh.points.mean(0)
    shift = draw.normal(0, 0.03, 3) * scene.extent
    points = (mesh.points - middle) * draw.normal(1, 0.06) + middle + shift
    return views(scene.pixels, Mesh(points.astype(np.float32), mesh.presence))
