"""The model card of `picture.onnx`."""

from __future__ import annotations

FILE = "picture_card.md"
TOLERANCE = 0.05
"""How far a logit of the file may differ from torch's, given half-precision weights and logits of up to 10."""


def text(table: str, areas: str, limit: float) -> str:
    """The card in Markdown, with the figures on held-out sources."""
    return _CARD.format(table=table, areas=areas, limit=limit)


_CARD = """# picture.onnx

What the picture is: a photograph of a person, an animal or a thing; or a painting, a cartoon, a sketch, a 3-D avatar,
a graphic, a screen, a card or page, a figure (statue, doll). And of a photograph: were graphics added, do they cover
the face, does something hide the face or the eyes, are the eyes open, does the person smile, what covers the face.
Run by ONNX Runtime (`src/mettici/vision/picture_kind.py`).

- inputs: `face` (1, 3, 128, 128) and `whole` (1, 3, 160, 160), RGB 0..255; `present` (1, 1), whether there is a face
- output: `logits` (1, 26): 11 kinds, 7 heads, 8 covers
- made of: EfficientNet-Lite0, pretrained on ImageNet (Apache-2.0, `NOTICE`), looks at both crops; the last ten of its
  sixteen blocks are tuned here; mean and spread of the channels of three blocks go into two layers learnt here
- cost: 7 MB, weights in half precision; `python -m benchmarks` prints the time a face takes
- trained by `python -m training picture`: two hours on two cores. It does not see one source in five: on these it is
  calibrated, and measured below
- licence of the weights: Apache-2.0

## Data
Labelled pictures, the train part only, without near-duplicates of the check part and without what was made from it;
none is part of this project. The weights of version 0.2 were trained while the sets `street_…` were split by picture
and not by source as now: of their check part they have seen some. Every picture is shown as it is and disguised
(framing, size, compression, colour, blur, noise: alike for all sets). Made by code: screens, calls, cards, pages and
posters around photographs (`training/picture/pages.py`), banners, rings, badges, stickers, watermarks and frames
(`overlays.py`), hands, masks, things and glasses before faces (`training/faces`), imitated drawings, modelled avatars.

## Figures
Pictures from sources (sites, packs, people, originals) that the network did not see; a fifth of all. A photograph is
told where its chance is {limit:.2f} or more, a head where its chance is a half or more.

{table}

{areas}

## Known failures
- **Painterly filters over a photo, very smooth renderings and photo-realist painting** come nearest to photographs.
- **Close-ups of statues in soft light** look like grey portraits.
- **Photographs of posters and screens that fill the frame** show little of the frame that gives them away.
- **Large print in the scene** (a stage screen, a sign behind the head) comes nearest to added words.
- **Covers** are named among eight kinds; cup, phone and microphone were measured on few pictures.
"""
