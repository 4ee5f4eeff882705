"""The model card of `picture.onnx`."""

from __future__ import annotations

FILE = "picture_card.md"
TOLERANCE = 0.05
"""How far a logit of the file may differ from torch's, given half-precision weights and logits of up to 10."""


def text(table: str, areas: str, limit: float) -> str:
    """The card in Markdown, with the figures on held-out sources."""
    return _CARD.format(table=table, areas=areas, limit=limit)


_CARD = """# picture.onnx

Tells what the picture is: a photograph of a person, an animal or a thing; or a painting, a cartoon, a sketch, a 3-D
avatar, a graphic, a screen, a card or page, or a figure (statue, doll). For a photograph, it also tells whether
graphics were added and cover the face, whether something hides the face or the eyes, whether the eyes are open, whether
the person smiles, and what covers the face. ONNX Runtime runs it (`src/mettici/vision/picture_kind.py`).

- inputs: `face` (1, 3, 128, 128) and `whole` (1, 3, 160, 160), RGB 0..255; `present` (1, 1), whether there is a face
- output: `logits` (1, 26): 11 kinds, 7 heads, 8 covers
- architecture: EfficientNet-Lite0, pretrained on ImageNet (Apache-2.0, `NOTICE`), sees both crops. The last ten of its
  sixteen blocks are fine-tuned. The mean and standard deviation of three blocks' channels feed two trained layers.
- cost: 7 MB with half-precision weights; `python -m benchmarks` prints the time per face
- training: `python -m training picture`, two hours on two cores. One source in five is held out, for the calibration
  and the figures below.
- licence of the weights: Apache-2.0

## Data
Labelled pictures from the train part, without near-duplicates of the check part and without pictures derived from it.
None is part of this project. The weights of version 0.2 were trained while the sets `street_…` were still split by
picture rather than by source, so they saw some of the current check part. Every picture is shown both unmodified and
augmented (framing, size, compression, colour, blur, noise: alike for all sets). Synthetic additions: screens, calls,
cards, pages and posters around photographs (`training/picture/pages.py`), banners, rings, badges, stickers, watermarks
and frames (`overlays.py`), hands, masks, things and glasses over faces (`training/faces`), imitated drawings, and
rendered avatars.

## Figures
Measured on held-out sources (sites, packs, people, originals), a fifth of all pictures. A picture counts as a
photograph if its probability is {limit:.2f} or more, and a head as detected if its probability is a half or more.

{table}

{areas}

## Known failures
- **Painterly filters on a photo, very smooth renderings and photorealistic paintings** resemble photographs most.
- **Close-ups of statues in soft light** look like grey portraits.
- **Photographs of posters and screens that fill the frame** show little of the border that would reveal them.
- **Large print in the scene** (a stage screen, a sign behind the head) resembles added text most.
- **Covers** are named among eight kinds; cups, phones and microphones were measured on few pictures.
"""
