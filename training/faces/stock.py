"""The stock of training samples: every sample unmodified and augmented, with its target."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from mettici.vision.face_attributes import HEADS, Views
from training.faces.augment import varied

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from training.faces.crops import Sample
    from training.faces.labels import Target

Floats = npt.NDArray[np.float32]

PLAIN = 0.3
"""Share of samples shown almost unmodified: cheap to make, and closest to what the network will see."""
SHARES = {
    "profiles": 4.0,
    "us_congress": 4.0,
    "genki4k": 1.3,
    "selfie_sunglasses": 3.0,
    "facemask_cd": 3.5,
    "facemask_synth": 2.0,
    "rmfd": 2.5,
    "wikiart_faces": 0.15,
    "painted_portraits": 0.5,
    "anime64": 0.3,
    "fairface": 1.4,
    "pets": 3.0,
    "utkface": 0.5,
    "smiles64": 0.7,
    "wild_profiles": 4.0,
    "lfw_eyes": 5.0,
    "street_covered": 5.0,
    "lfw_occlusion": 4.0,
    "lfw_glasses": 4.0,
    "st40_objects": 2.5,
    "tricky": 2.0,
    "lfw_smile": 2.0,
    "glasses_denilv40": 3.0,
    "portraits_snorre48": 2.0,
}
"""How often to show a sample of a set, relative to a set that is not listed."""
CONTRADICTED = 0.96
"""Distrust a label that differs by more than this from the probability of a network that has not seen the sample."""
CLEAR = 0.4
"""A probability at least this far from a half replaces a missing label."""


def stacked(many: Iterable[Views]) -> Views:
    """Views with a leading axis of N."""
    return Views(*map(np.stack, zip(*many, strict=True)))


def picked(seen: Views, chosen: npt.NDArray[np.generic] | slice | int) -> Views:
    """The stacked views at an index."""
    return Views(*(v[chosen] for v in seen))


@dataclass
class Stock:
    """Samples ready for training: stacked views, targets and weights (N, heads), the probability of showing each, the
    number of its source sample, and whether it is unmodified."""

    views: Views
    value: Floats
    weight: Floats
    chance: Floats
    sample: npt.NDArray[np.intp]
    plain: npt.NDArray[np.bool_]


def stock(samples: Sequence[Sample], targets: Sequence[Target], variants: float, seed: int) -> Stock:
    """Every sample unmodified and augmented, `variants` times on average, more often for sets that are shown more
    often."""
    textures = [s.region for s in samples if s.row.set in ("imagenet1k", "pets", "pacs", "event_photos")][:400]
    made, chances, sample_of = [], [], []
    for n, (sample, target) in enumerate(zip(samples, targets, strict=True)):
        if np.isnan(target.value).all():
            continue
        share = _share(sample, target)
        count = max(1, round(variants * share))
        rng = np.random.default_rng([seed, n])
        made.append((sample.views, target))
        made += [varied(sample, target, rng, textures) for _ in range(count)]
        chances += [share * PLAIN] + [share * (1 - PLAIN) / count] * count
        sample_of += [n] * (1 + count)
    chance = np.array(chances)
    return Stock(
        stacked(seen for seen, _ in made),
        np.stack([t.value for _, t in made]),
        np.stack([t.weight for _, t in made]),
        chance / chance.sum(),
        np.array(sample_of),
        np.diff(sample_of, prepend=-1) > 0,
    )


def _share(sample: Sample, target: Target) -> float:
    share = SHARES.get(sample.row.set, 1.0)
    return (
        share
        if target.value[0] == 0 or sample.row.set in SHARES or not np.isnan(target.value[1:]).all()
        else share * 0.3
    )


def reconsidered(ready: Stock, seen: npt.NDArray[np.float32]) -> Stock:
    """The stock without smile and open-eye labels that the cross-validated probabilities `seen` (N, heads) flatly
    contradict. Clear probabilities fill in missing smile labels.

    Learning from confident labels: Northcutt et al. 2021; self-training: Xie et al. 2020.
    """
    value, weight = ready.value.copy(), ready.weight.copy()
    first = np.flatnonzero(ready.plain)[np.cumsum(ready.plain) - 1]
    for name in ("smile", "eyes_open"):
        n = HEADS.index(name)
        wrong = np.abs(ready.value[first, n] - seen[first, n]) > CONTRADICTED
        value[wrong & (ready.value[:, n] == ready.value[first, n]), n] = np.nan
    n, chance = HEADS.index("smile"), seen[:, HEADS.index("smile")]
    human = ready.value[:, HEADS.index("human")] == 1
    new = ready.plain & human & np.isnan(ready.value[:, n]) & (np.abs(chance - 0.5) > CLEAR)
    value[new, n], weight[new, n] = chance[new], 0.3
    return replace(ready, value=value, weight=weight)
