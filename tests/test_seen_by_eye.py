"""What was seen by eye for training is of pictures that may be trained on."""

from __future__ import annotations

from training.data import part
from training.faces.labels import seen
from training.picture.labels import SETS, headscarves


def test_nothing_of_the_check_part_was_looked_at_for_training() -> None:
    keys = [*seen(), *headscarves()]
    assert len(keys) > 200
    assert {part(*key.split("/", 1)) for key in keys} == {"train"}


def test_headscarves_are_of_sets_that_the_network_learns_from() -> None:
    assert {key.split("/", 1)[0] for key in headscarves()} <= set(SETS)
