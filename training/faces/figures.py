"""Evaluates the network on labelled pictures, with 95 % intervals, and measures the margins of the thresholds.

    python -m training.faces.figures --data FOLDER --models models

prints the figures of the model card: on the check part, with the ONNX file that the program runs.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np

from mettici.checks import eyes_open
from mettici.policy import load as load_policy
from mettici.vision.face_attributes import HEADS, FaceAttributesReader
from mettici.vision.model_set import HUMAN
from mettici.vision.pose import head_pose
from mettici.vision.types import Mesh
from training import reliability
from training.data import KEPT, auc, auc_interval, calibration_error, read, say, share_interval
from training.faces.crops import Sample, load
from training.faces.labels import DRAWN, Target, faults, target, without_person

FILE = "face_looks.onnx"
Judged = tuple[Sample, dict[str, float]]
Test = Callable[[Judged], bool]

_POLICY = load_policy()
CLOSED = _POLICY["eyes_open"].limits
UNSEEN = 1 - _POLICY["eyes_visible"].limits["fail_below"]
HIDDEN = 1 - _POLICY["face_visible"].limits["fail_below"]
"""The checks' own limits; beyond the last two, eyes and face count as hidden."""


def judged(samples: Iterable[Sample], model: Path) -> list[Judged]:
    """Every main face with the probabilities from the network in `model`."""
    reader = FaceAttributesReader(model)
    return [(s, reader.probabilities(s.views)) for s in samples if s.main]


def _of(found: list[Judged], *sets: str, **labels: float) -> list[Judged]:
    return [
        (s, c)
        for s, c in found
        if s.row.set in sets and all(s.row.label(name) == value for name, value in labels.items())
    ]


def _share(title: str, found: list[Judged], test: Test, goal: float | None = None) -> str:
    hits = sum(map(test, found))
    low, high = share_interval(hits, len(found))
    share = hits / len(found) if found else float("nan")
    aim = "" if goal is None else f"{100 * goal:.1f}"
    between = f"{100 * max(0, low):.1f} to {100 * high:.1f} %"
    return f"| {title} | {100 * share:.1f} % ({hits} of {len(found)}) | {between} | {aim} |"


def _area(title: str, found: list[Judged], truth: Test, head: str, goal: float | None = None) -> str:
    true, score = [truth(j) for j in found], [c[head] for _, c in found]
    low, high = auc_interval(true, score)
    return f"| {title} | {auc(true, score):.4f} (n {len(found)}) | {low:.4f} to {high:.4f} | {goal or ''} |"


def _large(j: Judged) -> bool:
    """Whether the picture is at least 120 px; the exam leaves out masks in smaller ones."""
    picture = read(j[0].row.file)
    return picture is not None and min(picture.shape[:2]) >= 120


def closed(j: Judged) -> bool:
    return eyes_open.closed(j[1]["eyes_open"], head_pose(Mesh(j[0].points, 1.0)), CLOSED)


def unseen(j: Judged) -> bool:
    return j[1]["eyes_hidden"] > UNSEEN


def hidden(j: Judged) -> bool:
    return j[1]["face_hidden"] > HIDDEN


def nonhuman(j: Judged) -> bool:
    return j[1]["human"] < HUMAN


def smiles(found: list[Judged]) -> list[str]:
    genki = [j for j in _of(found, "genki4k") if j[0].row.label("smile") is not None]
    people = [
        j for j in _of(found, "profiles", "us_congress", looking_away=0) if j[0].row.label("smile_level") in (0, 2)
    ]
    return [
        _area(
            "smile, GENKI-4K, area under the curve",
            genki,
            lambda j: j[0].row.label("smile") == 1,
            "smile",
            0.990,
        ),
        _share(
            "smile, GENKI-4K, right at 0.5",
            genki,
            lambda j: (j[1]["smile"] >= 0.5) == (j[0].row.label("smile") == 1),
            0.962,
        ),
        _area(
            "smile, profiles and portraits, clear against none, area",
            people,
            lambda j: j[0].row.label("smile_level") == 2,
            "smile",
            0.995,
        ),
        _share(
            "smile, profiles and portraits, right at 0.5",
            people,
            lambda j: (j[1]["smile"] >= 0.5) == (j[0].row.label("smile_level") == 2),
            0.97,
        ),
        _slight([c["smile"] for _, c in _of(found, "profiles", "us_congress", smile_level=1)]),
    ]


def _slight(chances: list[float]) -> str:
    if not chances:
        return ""
    quartiles = " / ".join(f"{v:.2f}" for v in np.quantile(chances, (0.25, 0.5, 0.75)))
    return f"| slight smiles, quartiles of the chance | {quartiles} (n {len(chances)}) | | |"


def eyes(found: list[Judged]) -> list[str]:
    clean = _of(found, "profiles", clean=1)
    both = _of(found, "cew") + clean
    return [
        _area(
            "eyes open, CEW and clean profiles, area",
            both,
            lambda j: j[0].row.label("eyes_closed") != 1,
            "eyes_open",
            0.997,
        ),
        _share("closed eyes caught, CEW", _of(found, "cew", eyes_closed=1), closed, 0.95),
        _share("open eyes called closed, CEW", _of(found, "cew", eyes_closed=0), closed),
        _share("clean profiles called closed", clean, closed, 0.01),
        _share("official portraits called closed", _of(found, "us_congress"), closed),
        _share(
            "sunglasses caught",
            _of(found, "selfie_sunglasses", clear_single_sunglasses=1) + _of(found, "profiles", sunglasses=1),
            unseen,
            0.97,
        ),
        _share("clean profiles called hidden eyes", clean, unseen, 0.01),
        _share("official portraits called hidden eyes", _of(found, "us_congress"), unseen),
    ]


def covers(found: list[Judged]) -> list[str]:
    uncovered = [j for j in _of(found, "facemask_cd", mask=0) if _large(j)]
    masked = [j for j in _of(found, "facemask_cd", mask=1) if _large(j)]
    return [
        _share("masks caught, facemask_cd", masked, hidden, 0.97),
        _share("masks caught, facemask_synth", _of(found, "facemask_synth", mask=1), hidden),
        _share("masks caught, rmfd (some people there wear none)", _of(found, "rmfd"), hidden),
        _share("uncovered faces called hidden, facemask_cd", uncovered, hidden, 0.03),
        _share("clean profiles called hidden", _of(found, "profiles", clean=1), hidden, 0.01),
        _share("official portraits called hidden", _of(found, "us_congress"), hidden),
        _share("headscarves called hidden", _of(found, "profiles", headscarf=1, occluded=0), hidden, 0.0),
        _share("hats called hidden", _of(found, "profiles", hat=1, occluded=0), hidden, 0.05),
        _share("black-and-white called hidden", _of(found, "profiles", grayscale=1, occluded=0), hidden, 0.05),
        _share(
            "occluded profiles: face or eyes called hidden",
            _of(found, "profiles", occluded=1),
            lambda j: hidden(j) or unseen(j),
            0.8,
        ),
        _share("hidden faces rightly named a mask", list(filter(hidden, masked)), lambda j: j[1]["mask"] > 0.5),
        _share(
            "hidden eyes rightly named sunglasses",
            [j for j in _of(found, "selfie_sunglasses", clear_single_sunglasses=1) if unseen(j)],
            lambda j: j[1]["sunglasses"] > 0.5,
        ),
    ]


def persons(found: list[Judged]) -> list[str]:
    things = [j for j in found if without_person(j[0].row)]
    return [
        _share("animals and things called a person, of those taken for a face", things, lambda j: not nonhuman(j)),
        *(
            _share(f"people called no person: {name}", _of(found, name), nonhuman)
            for name in ("profiles", "us_congress", "genki4k", "fairface", "humans160", *DRAWN)
        ),
    ]


def groups(found: list[Judged]) -> list[str]:
    """Rates by group, on sets without labels for these faults. They are even and low if the head responds only to the
    fault."""
    lines = []
    grown = [j for j in _of(found, "fairface") if j[0].row.labels["age"] not in ("0-2", "3-9", "10-19")]
    tests = (("closed", closed), ("hidden eyes", unseen), ("hidden face", hidden), ("no person", nonhuman))
    for name, people in (
        ("fairface adults", grown),
        ("utkface", _of(found, "utkface")),
        ("humans160", _of(found, "humans160")),
    ):
        for group in sorted({j[0].row.labels.get("race", "") for j in people}):
            some = [j for j in people if j[0].row.labels.get("race", "") == group]
            rates = " | ".join(f"{100 * np.mean([t(j) for j in some]):.1f} %" for _, t in tests)
            lines.append(f"| {name} {group} | {len(some)} | {rates} |")
    return lines


def stated(found: list[Judged], known: list[Target]) -> dict[str, reliability.Pairs]:
    """For each head, the known truths and the stated probabilities."""
    pairs = {}
    for n, head in enumerate(HEADS):
        some = [
            (t.value[n] > 0.5, c[head])
            for (_, c), t in zip(found, known, strict=True)
            if not np.isnan(t.value[n]) and t.value[n] != 0.5
        ]
        if some:
            truth, chance = zip(*some, strict=True)
            pairs[head] = np.array(truth, np.bool_), np.array(chance, np.float64)
    return pairs


def calibration(found: list[Judged], known: list[Target]) -> list[str]:
    return [
        f"| {head} | {len(truth)} | {calibration_error(truth, chance):.3f} |"
        for head, (truth, chance) in stated(found, known).items()
    ]


def report(found: list[Judged], known: list[Target]) -> str:
    """The figures as Markdown."""
    head = "| figure | value | 95 % interval | goal |\n| --- | --- | --- | --- |"
    by = (
        "| group | n | eyes called closed | eyes called hidden | face called hidden | called no person |\n"
        "| --- | --- | --- | --- | --- | --- |"
    )
    sure = "| head | n | expected calibration error |\n| --- | --- | --- |"
    parts = (
        [head, *smiles(found), *eyes(found), *covers(found), *persons(found)],
        [by, *groups(found)],
        [sure, *calibration(found, known)],
    )
    return "\n\n".join("\n".join(line for line in part if line) for part in parts)


def check_part(data: Path, tflite: Path, cache: Path) -> tuple[list[Sample], list[Target]]:
    """The main faces of the check part and their labels."""
    rated = faults(data)
    chosen = [s for s in load(data, tflite, cache) if s.main and s.row.part == "check"]
    return chosen, [target(s, rated) for s in chosen]


def margins(found: list[Judged], known: list[Target]) -> str:
    """The most extreme probabilities on faces without faults, and what the thresholds do with them, as Markdown."""
    lines = [
        "| head | n | worst | 1st | 2nd | 3rd | 5th | beyond the threshold |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    tests = (
        ("human", 1, nonhuman),
        ("eyes_open", 1, closed),
        ("eyes_hidden", 0, unseen),
        ("face_hidden", 0, hidden),
    )
    for head, fine, beyond in tests:
        at = HEADS.index(head)
        clean = [j for j, t in zip(found, known, strict=True) if _clean(j) and round(float(t.value[at]), 1) == fine]
        worst = sorted((c[head] for _, c in clean), reverse=not fine)
        some = " | ".join(f"{worst[n]:.2f}" for n in (0, 1, 2, 4) if n < len(worst))
        which = "lowest" if fine else "highest"
        lines.append(f"| {head} | {len(clean)} | {which} | {some} | {sum(map(beyond, clean))} |")
    return "\n".join(lines)


def _clean(j: Judged) -> bool:
    row = j[0].row
    return row.set in ("us_congress", "genki4k", "humans160", "caltech_faces", "cew") or row.label("clean") == 1


def main() -> None:
    """Print the figures of the check part."""
    parser = argparse.ArgumentParser(prog="python -m training.faces.figures", description=main.__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of labelled sets")
    parser.add_argument("--models", type=Path, required=True, help="folder of the networks")
    chosen = parser.parse_args()
    samples, known = check_part(chosen.data, chosen.models, KEPT / "faces")
    read = judged(samples, chosen.models / FILE)
    reliability.draw(stated(read, known), chosen.models / "face_reliability.svg")
    say(report(read, known))


if __name__ == "__main__":
    main()
