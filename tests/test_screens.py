"""The screens, cards and pages that the picture network learns from."""

from __future__ import annotations

import numpy as np
import pytest

from training.picture.pages import CARDS, Page
from training.picture.screens import SCREENS

PAGES = [page for page, _ in (*SCREENS, *CARDS)]
PHOTOS = [np.full((300, 240, 3), tone, np.uint8) for tone in ((230, 20, 230), (128, 128, 128), (128, 128, 128))]
"""Stand-ins for photos; the first is in a colour that the pages themselves do not use."""


def named(page: Page) -> str:
    return page.__name__


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_a_page_is_the_same_for_the_same_seed_and_differs_for_others(page: Page) -> None:
    first, again, other = (page(PHOTOS, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert first.dtype == np.uint8
    assert first.shape[2:] == (3,)
    assert np.array_equal(first, again)
    assert first.shape != other.shape or not np.array_equal(first, other)


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_most_pages_show_the_photo_and_something_else(page: Page) -> None:
    shares = []
    for seed in range(12):
        drawn = page(PHOTOS, np.random.default_rng(seed)).astype(int)
        magenta = np.minimum(drawn[..., 0], drawn[..., 2]) - drawn[..., 1] > 40
        shares.append(magenta.mean())
    assert np.median(shares) > 0.005
    assert np.median(shares) < 0.99
