"""One set of networks, and the logic that combines their outputs into a scene."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from functools import cache, cached_property, partial
from typing import Any, TypeVar

import numpy as np

from mettici.image.sampling import Pyramid
from mettici.image.types import Points
from mettici.vision.detector import Detection, Detector, merge, tiles
from mettici.vision.face_attributes import FaceAttributesReader
from mettici.vision.mesh import MeshFitter
from mettici.vision.picture_kind import PictureReader, PictureReading, combined
from mettici.vision.pose import head_pose
from mettici.vision.runtime import Network
from mettici.vision.segmentation import PersonMask
from mettici.vision.types import Box, Face, FaceAttributes, Origin, Scene
from mettici.vision.weights import verified

T = TypeVar("T")

CANDIDATE_SCORE = 0.3
"""Minimum detection score of a candidate to examine if there is nothing better."""
CERTAIN_SCORE = 0.5
"""Minimum detection score of a candidate to examine first. Folds, foliage and stones score lower."""
CLEAR_SCORE, CLEAR_HEIGHT = 0.85, 0.2
"""Minimum score from the near detector, and height as a share of the photo's, of a lone face that makes the far
detector unnecessary. In 72 such photos (profiles, official portraits, events; train parts) the far detector finds
nobody else and changes three scores but no verdict."""
MESH_PRESENCE = 0.5
"""Minimum `Mesh.presence` of a mesh that fits a face."""
HUMAN = 0.8
"""Minimum probability for a face to count as a person's, and not an animal's or a thing's."""
DOUBTFUL, PERSON_SURE = 0.2, 0.8
"""If no face reaches `HUMAN`, faces from `DOUBTFUL` count if the picture shows a person with a probability of at least
`PERSON_SURE`. In the train part this keeps 13 of 17 such faces of people, and none of 18 of animals and things."""
ANIMAL, HUMAN_SURE = 0.5, 0.95
"""A face below `HUMAN_SURE` is not a person's if the picture shows an animal with a probability of at least `ANIMAL`.
This rejects none of 2279 people in the train part."""
NOBODY = 0.65
"""Joint probability of an animal, a thing or a figure at which no face counts as a person's. It rejects eight statues
with faces; the highest among 1878 photographs of people is 0.60."""
OTHER_HUMAN, OTHER_SCORE = 0.5, 0.6
"""Limits for other faces, once one person is certain: the one that replaces `HUMAN`, and the minimum detection score
without a mesh. No clean profile photo or official portrait of one person (train part) has such a second face."""
PERSON = 0.6
"""Minimum probability that the picture shows a person, for a side view without a mesh to count as a face. The detection
must reach `CERTAIN_SCORE`, or only `CANDIDATE_SCORE` if that probability reaches `PERSON_SURE`. This keeps 34 of 35
such faces in FairFace (train part), and none in 33 other pictures."""
UPRIGHT_SCORE = 0.8
"""Minimum detection score of a face that, if it also reaches `HUMAN_SURE`, is certainly the right way up. The faces in
21 profile photos score 0.89 to 0.96; upside down, they score 0.51 to 0.77 or are not found."""
MAX_ROLL = 45.0
"""Degrees of roll below which a face is upright."""
PROFILE_OFFSET = 0.4
"""Minimum `Detection.nose_offset` of a face seen from the side. A frontal face without a mesh is usually covered."""
SMALL = 0.15
"""Height of a lone face, as a share of the photo's, below which tiles are searched for others. Of 5 such event photos
this finds others in the only one that has any; in 8 such profile photos of one person it finds nobody."""
MAX_EXAMINED = 6
"""Maximum number of candidates to examine, best first: enough to tell one person from several, and bounded."""


@dataclass(frozen=True, eq=False)
class _Examined:
    """A candidate after examination up close; `attributes` is None if the mesh does not fit."""

    face: Face
    attributes: FaceAttributes | None

    @property
    def human(self) -> float:
        return self.attributes.human if self.attributes else 0.0

    def counts_beside(self, main: Face) -> bool:
        """Whether this is a second person. Such faces are often turned or small: lower limits apply.

        A larger face right below `main` that takes no mesh is clothes or hands of the same person.
        """
        if self.attributes:
            return self.human >= OTHER_HUMAN
        box, above = self.face.box, main.box
        on_body = box.area > above.area and box.y >= above.bottom and box.x <= above.centre[0] <= box.right
        return self.face.score >= OTHER_SCORE and not on_body


class ModelSet:
    """One set of networks. Not thread-safe."""

    def __init__(self, parallel: bool) -> None:
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="mettici") if parallel else None
        """Loads half of the networks, and runs the slowest one in parallel with the others."""
        self._pending: Future[Any] | None = None
        trained_here = self._start(
            lambda: (FaceAttributesReader(verified("face_looks")), PictureReader(verified("picture")))
        )
        self.near = Detector(Network(verified("face_detector_near")), 128, ((8, 2), (16, 6)))
        self._far = verified("face_detector_far")
        self.mesh = MeshFitter(Network(verified("face_mesh")))
        self.person = PersonMask(Network(verified("person_mask")))
        self.attributes_reader, self.picture_reader = trained_here()

    @cached_property
    def far(self) -> Detector:
        """The far detector, loaded on first use. One profile photo in six needs it."""
        return Detector(Network(self._far), 192, ((4, 1),))

    def look(self, picture: Pyramid) -> Scene:
        """Analyse the picture. If no face is certain, also try it rotated."""
        scene = self._scene_as_is(picture)
        if _certain(scene):
            return scene
        rotation = self._rotation(picture, scene)
        return Scene(origin=scene.origin, rotation=rotation) if rotation else scene

    def _scene_as_is(self, picture: Pyramid) -> Scene:
        candidates = self.near(picture, CANDIDATE_SCORE)
        if not _clear(candidates, picture):
            candidates = merge(candidates + self.far(picture, CANDIDATE_SCORE))
        mask: Callable[[], Points] = partial(self.person, picture)
        if any(c.score >= CERTAIN_SCORE for c in candidates):
            mask = self._start(mask)
        in_tiles = cache(partial(self._in_tiles, picture))
        doubtful: list[_Examined] = []
        for batch in self._batches(candidates, in_tiles):
            examined = self._examined(picture, batch)
            if people := [s for s in examined if s.human >= HUMAN]:
                main, reading = self._main(people, picture)
                if _nobody(reading.origin, main.human):
                    return Scene(origin=reading.origin)
                others = self._others_in_tiles(main, examined, picture, in_tiles)
                return self._scene(main, examined + others, mask(), reading)
            doubtful += [s for s in examined if s.human >= DOUBTFUL]
        if doubtful:
            main, reading = self._main(doubtful, picture)
            if _person(reading.origin) >= PERSON_SURE:
                return self._scene(main, [], mask(), reading)
        return self._without_mesh(picture, candidates, mask)

    def _rotation(self, picture: Pyramid, scene: Scene) -> int:
        """Degrees clockwise by which the picture must be rotated to show a certain face upright; 0 if none does."""
        score = scene.main.score if scene.main else 0.0
        for quarters in (2,) if scene.faces else (2, 1, 3):  # a face on its side is usually found without rotation
            rotated = Pyramid(np.ascontiguousarray(np.rot90(picture.pixels, -quarters)))
            enough = max(CERTAIN_SCORE, score + 0.1)
            detections = merge(self.near(rotated, CERTAIN_SCORE) + self.far(rotated, CERTAIN_SCORE))
            candidates = [d for d in detections if d.score >= enough]
            limit = HUMAN_SURE if scene.faces else HUMAN
            people = [s for s in self._examined(rotated, candidates) if s.human >= limit]
            if not people:
                continue
            main, reading = self._main(people, rotated)
            upright = main.face.pose is not None and abs(main.face.pose.roll) < MAX_ROLL
            if upright and _person(reading.origin) >= PERSON_SURE:
                return 90 * quarters
        return 0

    def look_again(self, picture: Pyramid, known: Scene, origin: bool) -> Scene:
        """See `Vision.look_again`."""
        mask = self.person(picture) if known.mask is not None else None
        if not origin:
            return replace(known, mask=mask)
        reading = self.picture_reader(picture, known.main.mesh if known.main else None)
        attributes = combined(known.closeup, reading) if known.closeup else None
        return replace(known, mask=mask, attributes=attributes, origin=reading.origin)

    def _start(self, network: Callable[[], T]) -> Callable[[], T]:
        """Start `network` in the second thread, if there is one, and return a function that waits for its result."""
        if not self._executor:
            return network
        self._pending = self._executor.submit(network)
        return self._pending.result

    def wait_for_pending(self) -> None:
        """Wait for the network in the second thread, so that none keeps running after `look`."""
        wait([self._pending] if self._pending else [])

    def _main(self, people: list[_Examined], picture: Pyramid) -> tuple[_Examined, PictureReading]:
        """The subject of the photo, and the reading of the picture with this face as its main one.

        If the most prominent face seems drawn and the next one real, as with a person in front of a painting, the
        latter is the subject.
        """
        main, *others = sorted(people, key=lambda s: -prominence(s.face, picture.shape))
        reading = self.picture_reader(picture, main.face.mesh)
        if others and _person(reading.origin) < PERSON:
            other_reading = self.picture_reader(picture, others[0].face.mesh)
            if _person(other_reading.origin) >= PERSON_SURE:
                return others[0], other_reading
        return main, reading

    def _scene(self, main: _Examined, examined: list[_Examined], mask: Points, reading: PictureReading) -> Scene:
        others = [s.face for s in examined if s is not main and s.counts_beside(main.face)]
        attributes = combined(main.attributes, reading) if main.attributes else None
        faces = (main.face, *sorted(others, key=lambda f: -f.box.area))
        return Scene(faces, mask, attributes, reading.origin, main.attributes)

    def _others_in_tiles(
        self, main: _Examined, examined: list[_Examined], picture: Pyramid, in_tiles: Callable[[], list[Detection]]
    ) -> list[_Examined]:
        """People found in tiles, if `main` is small and alone: people that far from the camera are seldom alone."""
        alone = not any(s is not main and s.counts_beside(main.face) for s in examined)
        if main.face.box.height >= SMALL * picture.shape[0] or not alone:
            return []
        found = [d for d in in_tiles() if d.box.overlap(main.face.box) < 0.5]
        return [s for s in self._examined(picture, found) if s.human >= OTHER_HUMAN]

    def _batches(
        self, candidates: list[Detection], in_tiles: Callable[[], list[Detection]]
    ) -> Iterator[list[Detection]]:
        """Candidates to examine, in batches; the next batch is needed only if the one before shows nobody."""
        yield [c for c in candidates if c.score >= CERTAIN_SCORE]
        yield [c for c in candidates if c.score < CERTAIN_SCORE]
        yield in_tiles()

    def _without_mesh(self, picture: Pyramid, candidates: list[Detection], mask: Callable[[], Points]) -> Scene:
        """The scene with faces in side view, which take no mesh, if the picture as a whole shows a person."""
        origin = self.picture_reader(picture, None).origin
        person = _person(origin)
        enough = CANDIDATE_SCORE if person >= PERSON_SURE else CERTAIN_SCORE
        in_profile = [c for c in candidates if c.score >= enough and c.nose_offset >= PROFILE_OFFSET]
        if not in_profile or person < PERSON:
            return Scene(origin=origin)
        faces = sorted((Face(c.box, c.score) for c in in_profile), key=lambda f: -prominence(f, picture.shape))
        return Scene(tuple(faces), mask(), None, origin)

    def _in_tiles(self, picture: Pyramid) -> list[Detection]:
        """Candidates in overlapping tiles, to find faces too small to detect in the whole picture."""
        found = []
        for x, y, tile in tiles(picture.pixels):
            for d in self.near(tile, CERTAIN_SCORE):
                box = Box(d.box.x + x, d.box.y + y, d.box.width, d.box.height)
                found.append(Detection(box, d.score, d.keypoints + np.array([x, y], np.float32)))
        return merge(found)

    def _examined(self, picture: Pyramid, candidates: list[Detection]) -> list[_Examined]:
        """The best `MAX_EXAMINED` candidates, with mesh and attributes where the mesh fits."""
        examined = []
        for one in candidates[:MAX_EXAMINED]:
            mesh = self.mesh(picture, one)
            if mesh.presence >= MESH_PRESENCE:
                face = Face(one.box, one.score, mesh, head_pose(mesh))
                examined.append(_Examined(face, self.attributes_reader(picture, mesh)))
            else:
                examined.append(_Examined(Face(one.box, one.score), None))
        return examined

    def close(self) -> None:
        """Stop the second thread. The networks are freed with the last reference to them."""
        if self._executor:
            self._executor.shutdown()


def _certain(scene: Scene) -> bool:
    """Whether the main face is certain, and therefore not upside down."""
    if scene.main is None or scene.closeup is None:
        return False
    return scene.main.score >= UPRIGHT_SCORE and scene.closeup.human >= HUMAN_SURE


def _clear(candidates: list[Detection], picture: Pyramid) -> bool:
    """Whether the near detector sees one face so clearly that the far one, which takes twice as long, adds none."""
    if len(candidates) != 1:
        return False
    return candidates[0].score >= CLEAR_SCORE and candidates[0].box.height >= CLEAR_HEIGHT * picture.shape[0]


def _nobody(origin: Origin, human: float) -> bool:
    """Whether the picture as a whole contradicts what looks like a person's face."""
    kinds = origin.kinds
    other = kinds["animal"] + kinds["thing"] + kinds["figure"]
    return (kinds["animal"] >= ANIMAL and human < HUMAN_SURE) or other >= NOBODY


def _person(origin: Origin) -> float:
    """The probability that the picture is a photograph of a person."""
    return origin.photograph - origin.kinds["animal"] - origin.kinds["thing"]


def prominence(face: Face, shape: tuple[int, ...]) -> float:
    """How likely a face is the subject of the photo, for sorting: large, near the middle, and certain."""
    x, y = face.box.centre
    off = max(abs(x / shape[1] - 0.5), abs(y / shape[0] - 0.5))
    return face.box.area * face.score * (1 - off)
