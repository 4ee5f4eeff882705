"""Vision on the sample portraits: what it finds, the sign of angles, threads, forks and closing."""

from __future__ import annotations

import multiprocessing
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cv2
import numpy as np
import pytest

from mettici.errors import ModelMissingError
from mettici.image import photo
from mettici.image.sampling import Picture
from mettici.image.types import Pixels
from mettici.vision.detector import Detection, Detector, tiles
from mettici.vision.pipeline import Vision
from mettici.vision.pose import head_pose
from mettici.vision.types import Box, Mesh, Scene
from mettici.vision.weights import manifest


def turned(pixels: Pixels, clockwise: float) -> Pixels:
    height, width = pixels.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), -clockwise, 1.0)
    return np.asarray(cv2.warpAffine(pixels, matrix, (width, height), borderMode=cv2.BORDER_REFLECT), np.uint8)


def turned_head(yaw: float = 0.0, pitch: float = 0.0) -> Mesh:
    """A head of few points, rotated by degrees (x right, y down, z away from the camera)."""
    points = np.zeros((478, 3), np.float32)
    for index, at in {
        33: (-4, -3, -2),
        133: (-1.5, -3, -2.5),
        362: (1.5, -3, -2.5),
        263: (4, -3, -2),
        234: (-7, 0, 4),
        454: (7, 0, 4),
        127: (-7, -2, 4),
        356: (7, -2, 4),
        61: (-2.5, 4, -3),
        291: (2.5, 4, -3),
        10: (0, -9, -1),
        152: (0, 8, -1),
        1: (0, 1, -6),
    }.items():
        points[index] = at
    a, b = np.radians([yaw, pitch])
    sideways = np.array([[np.cos(a), 0, -np.sin(a)], [0, 1, 0], [np.sin(a), 0, np.cos(a)]])
    upwards = np.array([[1, 0, 0], [0, np.cos(b), np.sin(b)], [0, -np.sin(b), np.cos(b)]])
    return Mesh((points @ (sideways @ upwards).T).astype(np.float32), 1.0)


def test_a_head_turned_to_the_viewer_s_right_has_positive_yaw() -> None:
    # the nose of a head that turns to the viewer's right moves to the right
    right, left = turned_head(yaw=20), turned_head(yaw=-20)
    assert right.points[1, 0] > 0 > left.points[1, 0]
    assert head_pose(right).yaw > 10
    assert head_pose(left).yaw < -10


def test_a_lifted_chin_has_positive_pitch() -> None:
    # the chin of a lifted head comes towards the camera and its nose points up
    up, down = turned_head(pitch=20), turned_head(pitch=-20)
    assert up.points[152, 2] < down.points[152, 2]
    assert up.points[1, 1] < down.points[1, 1]
    assert head_pose(up).pitch > head_pose(turned_head()).pitch + 5
    assert head_pose(down).pitch < head_pose(turned_head()).pitch - 5


@pytest.mark.parametrize("angle", [-25.0, -10.0, 10.0, 25.0])
def test_clockwise_roll_is_positive(vision: Vision, portrait: Pixels, angle: float) -> None:
    level, rolled = (vision.look(p).main for p in (portrait, turned(portrait, angle)))
    assert level is not None and level.pose is not None  # noqa: PT018 - narrows the types
    assert rolled is not None and rolled.pose is not None  # noqa: PT018 - narrows the types
    assert rolled.pose.roll - level.pose.roll == pytest.approx(angle, abs=2.5)


def test_a_mirrored_portrait_has_mirrored_pose_and_box(vision: Vision, portrait: Pixels) -> None:
    seen, mirrored = vision.look(portrait).main, vision.look(np.ascontiguousarray(portrait[:, ::-1])).main
    assert seen is not None and seen.pose is not None  # noqa: PT018 - narrows the types
    assert mirrored is not None and mirrored.pose is not None  # noqa: PT018 - narrows the types
    assert mirrored.pose.yaw == pytest.approx(-seen.pose.yaw, abs=3)
    assert mirrored.pose.roll == pytest.approx(-seen.pose.roll, abs=2)
    assert mirrored.box.x == pytest.approx(portrait.shape[1] - seen.box.right, abs=0.04 * portrait.shape[1])


def test_the_mesh_points_are_in_the_right_places(vision: Vision, portrait: Pixels) -> None:
    face = vision.look(portrait).main
    assert face is not None and face.mesh is not None  # noqa: PT018 - narrows the types
    xy = face.mesh.points[:, :2]
    assert xy[10, 1] < xy[33, 1] < xy[1, 1] < xy[13, 1] < xy[152, 1], "forehead, eye, nose, mouth, chin"
    assert xy[33, 0] < xy[468, 0] < xy[133, 0] < xy[362, 0] < xy[473, 0] < xy[263, 0], "irises lie between eye corners"
    assert not face.mesh.points.flags.writeable


@pytest.mark.parametrize(
    ("sample", "faces"),
    [("spoiled_two_people.jpg", 2), ("spoiled_far_away.jpg", 1), ("thing_cat.jpg", 0), ("thing_page.jpg", 0)],
)
def test_only_human_faces_are_found(vision: Vision, samples: Path, sample: str, faces: int) -> None:
    assert len(vision.look(photo.load(samples / sample).pixels).faces) == faces


def test_one_clear_face_ends_the_search(portrait: Pixels, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    plain = Detector.__call__

    def counted(self: Detector, picture: Picture, threshold: float) -> list[Detection]:
        asked.append(self._side)
        return plain(self, picture, threshold)

    monkeypatch.setattr(Detector, "__call__", counted)
    wall = np.full((600, 600, 3), 170, np.uint8)
    wall[300:400, 40:140] = cv2.resize(portrait, (100, 100), interpolation=cv2.INTER_AREA)
    with Vision() as eyes:
        assert len(eyes.look(portrait[:, 40:-40]).faces) == 1
        assert set(asked) == {128}
        eyes.look(wall)
    assert set(asked) == {128, 192}


def test_a_small_face_in_a_corner_is_found(vision: Vision, portrait: Pixels) -> None:
    wall = np.full((1000, 1000, 3), 150, np.uint8)
    wall[820:, :180] = cv2.resize(portrait, (180, 180), interpolation=cv2.INTER_AREA)
    face = vision.look(wall).main
    assert face is not None
    assert face.box.overlap(Box(0, 820, 180, 180)) > 0.9


def test_a_second_pass_finds_people_next_to_a_small_face(vision: Vision, portrait: Pixels) -> None:
    scene = np.full((1600, 1600, 3), 150, np.uint8)
    for x in (100, 1100):
        scene[900:1300, x : x + 400] = cv2.resize(portrait, (400, 400), interpolation=cv2.INTER_AREA)
    assert len(vision.look(scene).faces) == 2


def test_the_mask_covers_the_person(vision: Vision, portrait: Pixels) -> None:
    scene = vision.look(portrait)
    assert scene.mask is not None and scene.main is not None  # noqa: PT018 - narrows the types
    x, y = scene.main.box.centre
    rows, columns = scene.mask.shape
    assert scene.mask[int(y / portrait.shape[0] * rows), int(x / portrait.shape[1] * columns)] > 0.9
    assert scene.mask[2, columns // 3] < 0.1


@pytest.mark.parametrize("shape", [(1, 1), (1, 900), (900, 1), (7, 5)])
def test_unusual_shapes_are_analysed(vision: Vision, shape: tuple[int, int]) -> None:
    assert vision.look(np.zeros((*shape, 3), np.uint8)).faces == ()


def same(one: Scene, other: Scene) -> bool:
    return (one.attributes, one.origin) == (other.attributes, other.origin) and all(
        a.mesh is not None and b.mesh is not None and np.array_equal(a.mesh.points, b.mesh.points)
        for a, b in zip(one.faces, other.faces, strict=True)
    )


def test_threads_can_share_it_and_get_the_same_result(vision: Vision, portrait: Pixels) -> None:
    alone = vision.look(portrait)
    with ThreadPoolExecutor(4) as pool:
        assert all(same(alone, seen) for seen in pool.map(vision.look, [portrait] * 12))


def _look_in_child(vision: Vision, pixels: Pixels) -> None:
    os._exit(0 if len(vision.look(pixels).faces) == 1 else 1)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_it_still_works_after_a_fork(vision: Vision, portrait: Pixels) -> None:
    vision.look(portrait)
    child = multiprocessing.get_context("fork").Process(target=_look_in_child, args=(vision, portrait))
    child.start()
    child.join(60)
    code = child.exitcode
    child.kill()
    assert code == 0
    assert len(vision.look(portrait).faces) == 1


def test_it_cannot_be_used_once_closed(portrait: Pixels) -> None:
    vision = Vision()
    vision.look(portrait)
    vision.close()
    with pytest.raises(RuntimeError, match="closed"):
        vision.look(portrait)


def test_prepared_networks_are_used_first(portrait: Pixels, vision: Vision) -> None:
    with Vision() as prepared:
        prepared.prepare()
        scene = prepared.look(portrait)
        assert prepared.pool._loading is None
    assert scene.main is not None
    np.testing.assert_array_equal(scene.main.mesh.points, vision.look(portrait).main.mesh.points)  # type: ignore[union-attr]


def test_unused_prepared_networks_are_freed() -> None:
    vision = Vision()
    vision.prepare()
    vision.close()
    assert vision.pool._loading is None


def test_errors_of_prepared_networks_are_raised_on_first_use(
    portrait: Pixels, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("mettici.vision.weights.folder", lambda: tmp_path)
    manifest.cache_clear()
    try:
        with Vision() as prepared:
            prepared.prepare()
            with pytest.raises(ModelMissingError):
                prepared.look(portrait)
    finally:
        manifest.cache_clear()


@pytest.mark.parametrize("size", [(1, 20_000), (1024, 1), (3, 700), (900, 300)])
def test_a_strip_needs_only_few_tiles(size: tuple[int, int]) -> None:
    height, width = size
    found = list(tiles(np.zeros((height, width, 3), np.uint8)))
    assert 1 <= len(found) <= 40
    seen = np.zeros(size, bool)
    for x, y, tile in found:
        seen[y : y + tile.shape[0], x : x + tile.shape[1]] = True
    assert seen.all()


def test_networks_give_the_same_result_in_parallel_and_in_sequence(portrait: Pixels, vision: Vision) -> None:
    with Vision(parallel=False) as single:
        one, two = single.look(portrait), vision.look(portrait)
    assert one.origin == two.origin
    assert one.attributes == two.attributes
    np.testing.assert_array_equal(one.mask, two.mask)  # type: ignore[arg-type]
