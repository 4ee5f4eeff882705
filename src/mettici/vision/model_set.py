"""One set of networks, and what is made of their answers: whose faces there are, and how the main one looks."""

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
"""Detector's score from which a place is looked at closely, where nothing better is found."""
CERTAIN_SCORE = 0.5
"""Detector's score from which a place counts beside others: under it stand folds, foliage and stones."""
CLEAR, LARGE = 0.85, 0.2
"""The near detector's score, and the height over the photo's, from which a lone face is looked for no further. Of 72
such photos (profiles, official portraits, events: train parts) the far detector finds company in none, changes no
verdict, and the score of three."""
MESH_PRESENCE = 0.5
"""Mesh presence from which a face is there."""
HUMAN = 0.8
"""Chance from which a face is a person's, and not an animal's or a thing's."""
DOUBTFUL, AGREED = 0.2, 0.8
"""Where no face reaches `HUMAN`, one from `DOUBTFUL` on is a person's if the picture as a whole shows a person by at
least `AGREED`: of such faces in the train part it keeps 13 of 17 people's and none of 18 animals' and things'."""
ANIMAL, SURE = 0.5, 0.95
"""A face under `SURE` is no person's where the picture shows an animal by at least `ANIMAL`: it takes none of 2279
people of the train part."""
NOBODY = 0.65
"""Chance of an animal, a thing or a figure together, from which no face is a person's: eight statues with a face are
none then, and of 1878 photographs of people the highest has 0.60."""
FURTHER_HUMAN, FURTHER_SCORE = 0.5, 0.6
"""The same, and the detector's score where the mesh does not fit, for faces beside a certain one.

No photo of one person among the clean profiles and official portraits (train part) has such a second face.
"""
PERSON = 0.6
"""Chance that the picture shows a person, from which a face counts that is seen from the side and takes no mesh; from
`AGREED` on the detector need not be certain of it.

Of 35 such faces in fairface's train part it keeps 34, of 33 other pictures none."""
PLAIN = 0.8
"""Detector's score from which a face stands as it should, where it is also a person's by `SURE`: 21 profile photos have
0.89 to 0.96, and turned by half 0.51 to 0.77 where they are found at all."""
UPRIGHT = 45.0
"""Degrees of tilt under which a face stands rather than lies."""
PROFILE_OFFSET = 0.4
"""`Detection.nose_offset` from which a face counts as seen from the side. A frontal face that takes no mesh is usually
covered."""
SMALL = 0.15
"""Height of a lone face, as a share of the photo's, under which others are looked for in tiles: of 5 such photos
of events that finds company in the one that has it, of 8 such profile photos of one person in none."""
MAX_EXAMINED = 6
"""Candidates looked at closely, best first: enough to tell one person from several, bounded in time."""


@dataclass(frozen=True, eq=False)
class _Examined:
    """A candidate from close by: `attributes` is None where the mesh does not fit it."""

    face: Face
    attributes: FaceAttributes | None

    @property
    def human(self) -> float:
        return self.attributes.human if self.attributes else 0.0

    @property
    def counts_as_further(self) -> bool:
        """Whether it counts as a further person, once one is certain: that needs less, turned and small as they are."""
        return self.human >= FURTHER_HUMAN if self.attributes else self.face.score >= FURTHER_SCORE


class ModelSet:
    """One set of networks, used by one thread at a time."""

    def __init__(self, parallel: bool) -> None:
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="mettici") if parallel else None
        """Loads half of the networks and runs the slowest beside the others, where a second core is free."""
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
        """Loaded when it is first needed, which is by one profile photo in six."""
        return Detector(Network(self._far), 192, ((4, 1),))

    def look(self, picture: Pyramid) -> Scene:
        """What is in the picture; where no face is certain, it may have been saved the wrong way up."""
        scene = self._seen(picture)
        if _certain(scene):
            return scene
        rotation = self._rotation(picture, scene)
        return Scene(origin=scene.origin, rotation=rotation) if rotation else scene

    def _seen(self, picture: Pyramid) -> Scene:
        candidates = self.near(picture, CANDIDATE_SCORE)
        if not _clear(candidates, picture):
            candidates = merge(candidates + self.far(picture, CANDIDATE_SCORE))
        mask: Callable[[], Points] = partial(self.person, picture)
        if any(c.score >= CERTAIN_SCORE for c in candidates):
            mask = self._start(mask)
        again = cache(partial(self._second_look, picture))
        doubtful: list[_Examined] = []
        for places in self._places(candidates, again):
            seen = self._faces(picture, places)
            if people := [s for s in seen if s.human >= HUMAN]:
                main, reading = self._main(people, picture)
                if _nobody(reading.origin, main.human):
                    return Scene(origin=reading.origin)
                return self._scene(main, seen + self._further(main, seen, picture, again), mask(), reading)
            doubtful += [s for s in seen if s.human >= DOUBTFUL]
        if doubtful:
            main, reading = self._main(doubtful, picture)
            if _person(reading.origin) >= AGREED:
                return self._scene(main, [], mask(), reading)
        return self._without_mesh(picture, candidates, mask)

    def _rotation(self, picture: Pyramid, scene: Scene) -> int:
        """Degrees clockwise by which the picture has to be turned to show a certain face upright; 0: none does."""
        seen = scene.main.score if scene.main else 0.0
        for quarters in (2,) if scene.faces else (2, 1, 3):  # a face that lies on its side is mostly found as it is
            turned = Pyramid(np.ascontiguousarray(np.rot90(picture.pixels, -quarters)))
            enough = max(CERTAIN_SCORE, seen + 0.1)
            candidates = merge(self.near(turned, CERTAIN_SCORE) + self.far(turned, CERTAIN_SCORE))
            places = [c for c in candidates if c.score >= enough]
            people = [s for s in self._faces(turned, places) if s.human >= (SURE if scene.faces else HUMAN)]
            if not people:
                continue
            main, reading = self._main(people, turned)
            upright = main.face.pose is not None and abs(main.face.pose.roll) < UPRIGHT
            if upright and _person(reading.origin) >= AGREED:
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
        """What gives the answer of `network`, which is being worked out beside, or will be when it is asked for."""
        if not self._executor:
            return network
        self._pending = self._executor.submit(network)
        return self._pending.result

    def wait_for_pending(self) -> None:
        """Wait for what was begun beside and not asked for, so that no network runs on after the look."""
        wait([self._pending] if self._pending else [])

    def _main(self, people: list[_Examined], picture: Pyramid) -> tuple[_Examined, PictureReading]:
        """The photo's subject, and what the picture is with it in view.

        Where the most prominent face seems drawn and another one real, as of a person before a painting, that one is
        the subject.
        """
        main, *others = sorted(people, key=lambda s: -prominence(s.face, picture.shape))
        reading = self.picture_reader(picture, main.face.mesh)
        if others and _person(reading.origin) < PERSON:
            instead = self.picture_reader(picture, others[0].face.mesh)
            if _person(instead.origin) >= AGREED:
                return others[0], instead
        return main, reading

    def _scene(self, main: _Examined, seen: list[_Examined], mask: Points, reading: PictureReading) -> Scene:
        others = [s.face for s in seen if s is not main and s.counts_as_further]
        attributes = combined(main.attributes, reading) if main.attributes else None
        faces = (main.face, *sorted(others, key=lambda f: -f.box.area))
        return Scene(faces, mask, attributes, reading.origin, main.attributes)

    def _further(
        self, main: _Examined, seen: list[_Examined], picture: Pyramid, again: Callable[[], list[Detection]]
    ) -> list[_Examined]:
        """People beside a `main` who is alone and small: who stands that far off is seldom alone."""
        if main.face.box.height >= SMALL * picture.shape[0] or any(s is not main and s.counts_as_further for s in seen):
            return []
        found = [d for d in again() if d.box.overlap(main.face.box) < 0.5]
        return [s for s in self._faces(picture, found) if s.human >= FURTHER_HUMAN]

    def _places(self, candidates: list[Detection], again: Callable[[], list[Detection]]) -> Iterator[list[Detection]]:
        """Where to look closely; each further list only for a picture in which the one before shows nobody."""
        yield [c for c in candidates if c.score >= CERTAIN_SCORE]
        yield [c for c in candidates if c.score < CERTAIN_SCORE]
        yield again()

    def _without_mesh(self, picture: Pyramid, candidates: list[Detection], mask: Callable[[], Points]) -> Scene:
        """Faces seen from the side, which the mesh does not fit, where the picture as a whole shows a person."""
        origin = self.picture_reader(picture, None).origin
        person = _person(origin)
        enough = CANDIDATE_SCORE if person >= AGREED else CERTAIN_SCORE
        turned = [c for c in candidates if c.score >= enough and c.nose_offset >= PROFILE_OFFSET]
        if not turned or person < PERSON:
            return Scene(origin=origin)
        faces = sorted((Face(c.box, c.score) for c in turned), key=lambda f: -prominence(f, picture.shape))
        return Scene(tuple(faces), mask(), None, origin)

    def _second_look(self, picture: Pyramid) -> list[Detection]:
        """Candidates in overlapping tiles, for faces too small for the whole picture."""
        found = []
        for x, y, tile in tiles(picture.pixels):
            for d in self.near(tile, CERTAIN_SCORE):
                box = Box(d.box.x + x, d.box.y + y, d.box.width, d.box.height)
                found.append(Detection(box, d.score, d.keypoints + np.array([x, y], np.float32)))
        return merge(found)

    def _faces(self, picture: Pyramid, candidates: list[Detection]) -> list[_Examined]:
        """What the best candidates look like from close by."""
        seen = []
        for one in candidates[:MAX_EXAMINED]:
            mesh = self.mesh(picture, one)
            if mesh.presence >= MESH_PRESENCE:
                face = Face(one.box, one.score, mesh, head_pose(mesh))
                seen.append(_Examined(face, self.attributes_reader(picture, mesh)))
            else:
                seen.append(_Examined(Face(one.box, one.score), None))
        return seen

    def close(self) -> None:
        """The networks are freed with the last reference to them."""
        if self._executor:
            self._executor.shutdown()


def _certain(scene: Scene) -> bool:
    """Whether the main face is surely one, which no face is that stands on its head."""
    if scene.main is None or scene.closeup is None:
        return False
    return scene.main.score >= PLAIN and scene.closeup.human >= SURE


def _clear(candidates: list[Detection], picture: Pyramid) -> bool:
    """Whether the near detector sees one face so well that the far one, which takes twice as long, adds none."""
    if len(candidates) != 1:
        return False
    return candidates[0].score >= CLEAR and candidates[0].box.height >= LARGE * picture.shape[0]


def _nobody(origin: Origin, human: float) -> bool:
    """Whether the picture as a whole speaks against what looks like a person's face."""
    kinds = origin.kinds
    other = kinds["animal"] + kinds["thing"] + kinds["figure"]
    return (kinds["animal"] >= ANIMAL and human < SURE) or other >= NOBODY


def _person(origin: Origin) -> float:
    """The chance that the picture is a photograph of a person."""
    return origin.photograph - origin.kinds["animal"] - origin.kinds["thing"]


def prominence(face: Face, shape: tuple[int, ...]) -> float:
    """How much a face looks like the photo's subject: large, near the middle, and surely a face."""
    x, y = face.box.centre
    off = max(abs(x / shape[1] - 0.5), abs(y / shape[0] - 0.5))
    return face.box.area * face.score * (1 - off)
