"""Labelled pictures as stored for training: downscaled, with the mesh of the main face."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import cv2
import numpy as np
import numpy.typing as npt

from mettici.vision.picture_kind import KINDS
from mettici.vision.types import Mesh
from mettici.vision.weights import folder
from training.data import cached, prepared, rows
from training.faces.crops import Finder
from training.picture import imitations, overlays, pages, screens
from training.picture.augment import Scene, coloured, palette
from training.picture.heads import cover_of, heads_of
from training.picture.labels import SETS, fold_of, kind_of, source_of
from training.synthetic.avatars import avatar

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mettici.image.types import Pixels
    from training.data import Row

Floats = npt.NDArray[np.float32]
Rng = np.random.Generator

FOLDS = 5
WHOLE, EXTENT = 400, 180
"""The largest longer side of a stored picture, and of the mesh in a stored close-up, in pixels."""
CLOSE_UP_MARGIN = 2.8
"""Side of a close-up, relative to the longer side of the mesh."""
ONLY_WHOLE = ("graphic", "screen", "card")
"""Kinds that a close-up of a face would not show."""


@dataclass
class View:
    """A JPEG, and the mesh points (478, 2) in it; None without a face."""

    coded: npt.NDArray[np.uint8]
    points: Floats | None


@dataclass
class Entry:
    """A picture of the train part, with the fold of its source and its labels."""

    key: str
    fold: int
    kind: str | None
    views: list[View]
    heads: dict[str, float] = field(default_factory=dict)
    cover: str | None = None

    @property
    def set(self) -> str:
        return self.key.split("/")[0]

    @property
    def made(self) -> bool:
        """Whether the picture is synthetic."""
        return self.set.startswith("made_")


def stored(data: Path, cache: Path, names: tuple[str, ...]) -> list[Entry]:
    """The entries of the sets `names`, cached by set."""
    found: list[Entry] = []
    for name in names:
        found += cached(cache / f"{name}.pickle", lambda name=name: list(_entries(data, name)))  # type: ignore[misc]
    return found


def chosen(data: Path, name: str) -> list[Row]:
    """The train rows of set `name` to use, at most as many as `SETS` allows; none derives from a picture of the check
    part."""
    known = rows(data, name)
    checked = {source_of(r) for r in known if r.part == "check"} if name == "tricky" else set()
    order = np.random.default_rng(1).permutation(len(known))
    some = (known[n] for n in order if known[n].part == "train" and source_of(known[n]) not in checked)
    return list(itertools.islice(some, SETS[name]))


def _entries(data: Path, name: str) -> Iterator[Entry]:
    finder = Finder(folder())
    for row in chosen(data, name):
        kind, heads = kind_of(row), heads_of(row)
        pixels = prepared(row) if kind or heads else None
        if pixels is None:
            continue
        face = finder.main(pixels)
        closer = kind not in ONLY_WHOLE and not heads.get("added_graphics")
        views = list(_views(pixels, face.mesh if face else None, closer=closer))
        yield Entry(row.key, fold_of(row, FOLDS), kind, views, heads, cover_of(row))


def _views(pixels: Pixels, mesh: Mesh | None, *, closer: bool) -> Iterator[View]:
    points = None if mesh is None else mesh.points[:, :2]
    yield _view(pixels, points, WHOLE / max(pixels.shape[:2]))
    if points is None or not closer:
        return
    low, high = points[:468].min(0), points[:468].max(0)
    extent = float((high - low).max())
    if extent < 0.36 * max(pixels.shape[:2]):
        middle, half = (low + high) / 2, extent * CLOSE_UP_MARGIN / 2
        left, top = (max(0, int(c - half)) for c in middle)
        region = pixels[top : max(top + 24, int(middle[1] + half)), left : max(left + 24, int(middle[0] + half))]
        yield _view(region, points - np.float32([left, top]), EXTENT / extent)


def _view(pixels: Pixels, points: Floats | None, scale: float) -> View:
    if scale < 1:
        size = (max(1, round(pixels.shape[1] * scale)), max(1, round(pixels.shape[0] * scale)))
        points = None if points is None else points * (np.float32(size) / np.float32(pixels.shape[1::-1]))
        pixels = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
    _, coded = cv2.imencode(".jpg", np.ascontiguousarray(pixels[..., ::-1]), [cv2.IMWRITE_JPEG_QUALITY, 95])
    return View(coded, None if points is None else points.astype(np.float32))


def decoded(view: View) -> Pixels:
    """RGB (H, W, 3)."""
    return np.ascontiguousarray(cv2.imdecode(view.coded, cv2.IMREAD_COLOR)[..., ::-1], np.uint8)


def flat_mesh(points: Floats) -> Mesh:
    """A mesh of `points` (N, 2) with unknown depth."""
    depth = np.zeros((len(points), 1))
    return Mesh(np.hstack([points, depth]).astype(np.float32), 1.0)


# ---------------------------------------------------------------- synthetic pictures
def made(entries: list[Entry], cache: Path, number: int, counts: dict[str, int]) -> list[Entry]:
    """Screens, cards, imitated drawings and rendered avatars, `counts` of each, from photographs among `entries`."""
    rng = np.random.default_rng(5000 + number)
    return cached(cache / f"made{number}.pickle", lambda: list(_made(entries, rng, counts)))


def _made(entries: list[Entry], rng: Rng, counts: dict[str, int]) -> Iterator[Entry]:
    photos = [[e for e in entries if e.kind == "person" and e.fold == n] for n in range(FOLDS)]
    faces = [[e for e in some if e.views[0].points is not None] for some in photos]
    art = [e for e in entries if e.set == "painted_portraits"]
    finder = Finder(folder())
    for what, count in counts.items():
        for number in range(count):
            n = int(rng.integers(FOLDS))
            if what in ("screen", "card"):
                some = [photos[n][rng.integers(len(photos[n]))] for _ in range(int(rng.integers(2, 7)))]
                kind, pixels = what, _page(what, [decoded(e.views[0]) for e in some], rng)
            elif what == "avatar_3d":
                kind, pixels = what, avatar(rng, int(rng.choice([192, 256, 384])))
            else:
                kind, pixels = _imitated(faces[n][rng.integers(len(faces[n]))], art, rng)
            face = finder.main(pixels)
            views = list(_views(pixels, face.mesh if face else None, closer=kind not in ONLY_WHOLE))
            yield Entry(f"made_{what}/{number}", n, kind, views)


def _page(what: str, photos: list[Pixels], rng: Rng) -> Pixels:
    among = screens.SCREENS if what == "screen" else pages.CARDS
    return overlays.chosen(among, rng)(photos, rng)


def _imitated(entry: Entry, art: list[Entry], rng: Rng) -> tuple[str, Pixels]:
    """A drawing made from a photograph, and its kind."""
    view = entry.views[-1]
    assert view.points is not None
    scene = Scene(decoded(view), None)
    scene = scene.resized(min(1.0, rng.uniform(80, 240) / float(np.ptp(view.points, axis=0).max())))
    kind = str(rng.choice(["painting", "cartoon", "sketch"], p=[0.65, 0.2, 0.15]))
    if kind == "painting" and rng.random() < 0.6:
        scene = palette(scene, decoded(art[rng.integers(len(art))].views[0]), rng.uniform(0.3, 1))
    imitate = {"painting": imitations.painting, "cartoon": imitations.cartoon, "sketch": imitations.sketch}[kind]
    found = imitate(scene, rng)
    assert kind in KINDS
    return kind, (coloured(found, rng) if rng.random() < 0.5 else found).pixels
