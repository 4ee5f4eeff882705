"""Hand labels exist only for pictures that may be used for training."""

from __future__ import annotations

from training.data import part
from training.hand_labels import hand_labels
from training.picture.labels import SETS, headscarves


def test_no_picture_of_the_check_part_has_hand_labels() -> None:
    keys = [*hand_labels(), *headscarves()]
    assert len(keys) > 200
    assert {part(*key.split("/", 1)) for key in keys} == {"train"}


def test_headscarf_labels_belong_to_training_sets() -> None:
    assert {key.split("/", 1)[0] for key in headscarves()} <= set(SETS)


def test_a_source_is_entirely_in_one_part() -> None:
    kinds = ("hand_cheek", "hand_mouth", "mask", "goggles", "open")
    for source in ("cvproject", "another", "a-third", "bbc", "demo"):
        assert len({part("street_covered", f"{kind}__{source}__1.jpg") for kind in kinds}) == 1
