"""What was seen by eye for training is of pictures that may be trained on."""

from __future__ import annotations

from training.data import part
from training.hand_labels import hand_labels
from training.picture.labels import SETS, headscarves


def test_nothing_of_the_check_part_was_looked_at_for_training() -> None:
    keys = [*hand_labels(), *headscarves()]
    assert len(keys) > 200
    assert {part(*key.split("/", 1)) for key in keys} == {"train"}


def test_headscarves_are_of_sets_that_the_network_learns_from() -> None:
    assert {key.split("/", 1)[0] for key in headscarves()} <= set(SETS)


def test_pictures_of_one_source_are_all_checked_or_all_learnt_from() -> None:
    kinds = ("hand_cheek", "hand_mouth", "mask", "goggles", "open")
    for source in ("cvproject", "another", "a-third", "bbc", "demo"):
        assert len({part("street_covered", f"{kind}__{source}__1.jpg") for kind in kinds}) == 1
