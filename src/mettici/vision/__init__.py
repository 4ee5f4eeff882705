"""Pixels in, frozen values out: the only room that knows mediapipe and runs networks."""

from __future__ import annotations

import os
import queue
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from mettici.faces import Box, Face, Pixels, Sight
from mettici.vision.detector import Detection, Detector, merge
from mettici.vision.mesh import MeshFitter
from mettici.vision.networks import Network
from mettici.vision.person import PersonMask
from mettici.vision.pose import head_pose
from mettici.vision.weights import verified

CANDIDATE = 0.3
"""Detector's score from which a place is looked at closely; the mesh then decides whether a face is there."""
PRESENT = 0.5
"""Mesh presence from which a candidate is a face."""
LOOKED_AT = 6
"""Candidates looked at closely, best first: enough to tell one person from several, bounded in time."""


class _Eyes:
    """One set of networks, used by one thread at a time."""

    def __init__(self) -> None:
        self._networks = {name: Network(verified(name)) for name in
                          ("face_detector_near", "face_detector_far", "face_mesh", "person_mask")}
        self.near = Detector(self._networks["face_detector_near"], 128, ((8, 2), (16, 6)))
        self.far = Detector(self._networks["face_detector_far"], 192, ((4, 1),))
        self.mesh = MeshFitter(self._networks["face_mesh"])
        self.person = PersonMask(self._networks["person_mask"])

    def look(self, pixels: Pixels) -> Sight:
        candidates = merge(self.near(pixels, CANDIDATE) + self.far(pixels, CANDIDATE))
        faces = self._faces(pixels, candidates)
        if not faces:
            faces = self._faces(pixels, self._second_look(pixels))
        if not faces:
            return Sight()
        return Sight(_main_first(faces, pixels.shape), self.person(pixels))

    def _second_look(self, pixels: Pixels) -> list[Detection]:
        """Candidates in overlapping tiles, for faces too small for the whole picture."""
        found = []
        for x, y, tile in _tiles(pixels):
            for d in self.near(tile, CANDIDATE):
                box = Box(d.box.x + x, d.box.y + y, d.box.width, d.box.height)
                found.append(Detection(box, d.score, d.keypoints + np.float32([x, y])))
        return merge(found)

    def _faces(self, pixels: Pixels, candidates: list[Detection]) -> list[Face]:
        faces = []
        for one in candidates[:LOOKED_AT]:
            mesh = self.mesh(pixels, one)
            if mesh.presence >= PRESENT:
                faces.append(Face(one.box, one.score, mesh, head_pose(mesh)))
        return faces

    def close(self) -> None:
        for network in self._networks.values():
            network.close()


def _tiles(pixels: Pixels) -> Iterator[tuple[int, int, Pixels]]:
    """Square tiles of 0.6 of the shorter side, overlapping by a third or more: (x, y, tile)."""
    height, width = pixels.shape[:2]
    side = max(1, round(0.6 * min(height, width)))
    for y in _starts(height, side):
        for x in _starts(width, side):
            yield x, y, pixels[y:y + side, x:x + side]


def _starts(length: int, side: int) -> list[int]:
    count = max(2, round((length - side) / (side * 0.6)) + 1)
    return [int(s) for s in np.linspace(0, length - side, count)]


def _main_first(faces: list[Face], shape: tuple[int, ...]) -> tuple[Face, ...]:
    """The main face is large and near the middle; the others follow by area."""

    def prominence(face: Face) -> float:
        x, y = face.box.centre
        off = max(abs(x / shape[1] - 0.5), abs(y / shape[0] - 0.5))
        return face.box.area * (1 - off)

    main = max(faces, key=prominence)
    return main, *sorted((f for f in faces if f is not main), key=lambda f: -f.box.area)


class Vision:
    """What is seen in photos. Safe to share between threads; networks are loaded when first needed, and again after a fork.

    Raises `ModelMissing` or `ModelCorrupt` at the first look.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pid = os.getpid()
        self._idle: queue.LifoQueue[_Eyes] = queue.LifoQueue()
        self._abandoned: list[queue.LifoQueue[_Eyes]] = []
        self._closed = False

    def look(self, pixels: Pixels) -> Sight:
        """Faces and person mask of (H, W, 3) RGB uint8 `pixels`."""
        with self._eyes() as eyes:
            return eyes.look(pixels)

    @contextmanager
    def _eyes(self) -> Iterator[_Eyes]:
        idle = self._of_this_process()
        try:
            eyes = idle.get_nowait()
        except queue.Empty:
            eyes = _Eyes()
        try:
            yield eyes
        finally:
            if self._closed:
                eyes.close()
            else:
                idle.put(eyes)

    def _of_this_process(self) -> queue.LifoQueue[_Eyes]:
        """The idle networks; those that a fork copied hang when used or closed, so they are kept aside untouched."""
        with self._lock:
            if self._closed:
                raise RuntimeError("this Vision is closed")
            if self._pid != os.getpid():
                self._abandoned.append(self._idle)
                self._idle, self._pid = queue.LifoQueue(), os.getpid()
            return self._idle

    def close(self) -> None:
        """Free the networks; a look under way ends first and frees its own."""
        with self._lock:
            self._closed = True
        while True:
            try:
                self._idle.get_nowait().close()
            except queue.Empty:
                return

    def __enter__(self) -> Vision:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
