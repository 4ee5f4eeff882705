"""How well scores rank photos as people do, and what each check contributes: the basis for the weights and the bar.

    python -m benchmarks.ratings --data FOLDER [--ratings FILE] [--paths FILE]

`FOLDER` holds photos and a `labels.csv` with the columns `path` and `verdict` (accept, improve, reject). A second
person's ratings file has the columns `path` and `rating`, 1 to 5, as `labels.csv` does; two ratings are averaged.
`--paths` restricts the run to the photos named in a file, one path per line, to leave out those held out for checking.
 Prints Markdown tables.
"""

from __future__ import annotations

import argparse
import csv
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from mettici import PhotoChecker
from mettici.policy import Policy
from mettici.scoring import Finding, Verdict, judge

BARS = range(70, 91, 2)
FACTORS = (0.0, 0.5, 1.0, 1.5)
"""Multiples of a check's weight for which the table shows the rank correlation."""


@dataclass(frozen=True)
class Rated:
    """A photo's findings, and how people rated it."""

    findings: tuple[Finding, ...]
    rating: float
    verdict: str


def rank_correlation(pairs: list[tuple[float, float]]) -> float:
    """Spearman's rank correlation; equal values share a rank."""
    ranks = []
    for column in zip(*pairs, strict=True):
        _, inverse, counts = np.unique(np.array(column), return_inverse=True, return_counts=True)
        ranks.append((np.cumsum(counts) - (counts - 1) / 2)[inverse])
    one, other = (rank - rank.mean() for rank in ranks)
    return float(one @ other / np.sqrt((one @ one) * (other @ other)))


def agreement(photos: list[Rated], weights: dict[str, float] | None = None) -> float:
    """The rank correlation of scores and ratings; `weights` override the policy's."""
    other = weights or {}
    return rank_correlation([(_score(p.findings, other), p.rating) for p in photos])


def _score(findings: tuple[Finding, ...], weights: dict[str, float]) -> float:
    changed = [replace(f, rule=replace(f.rule, weight=weights.get(f.id, f.rule.weight))) for f in findings]
    return round(judge(changed, 0.0)[1])


def by_check(photos: list[Rated], policy: Policy) -> str:
    """The points each check costs accepted photos and others, and how its weight affects the order."""
    heads = ["check", "weight", "accepted: points", "others: points", *(f"order at {k:g} x" for k in FACTORS)]
    lines = [f"| {' | '.join(heads)} |", f"|{' --- |' * len(heads)}"]
    for rule in policy.rules:
        costs = [(next(f.cost for f in p.findings if f.id == rule.check.id), p.verdict == "accept") for p in photos]
        if not any(cost for cost, _ in costs):
            continue
        means = [np.mean([cost for cost, good in costs if good is kind]) for kind in (True, False)]
        order = [agreement(photos, {rule.check.id: k * rule.weight}) for k in FACTORS]
        cells = [rule.check.id, f"{rule.weight:g}", *(f"{m:.1f}" for m in means), *(f"{r:.3f}" for r in order)]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def by_bar(photos: list[Rated]) -> str:
    """How often the verdicts would agree with people's if the bar were different."""
    lines = ["| bar | good accepted | to improve, accepted | same verdict |", "| --- | --- | --- | --- |"]
    for bar in BARS:
        row = [(judge(p.findings, bar)[0], p.verdict) for p in photos]
        shares = [np.mean([v is Verdict.ACCEPT for v, want in row if want == kind]) for kind in ("accept", "improve")]
        same = np.mean([v.value == want for v, want in row])
        lines.append(f"| {bar} | {shares[0]:.3f} | {shares[1]:.3f} | {same:.3f} |")
    return "\n".join(lines)


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(newline="", encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def main() -> None:
    """Judge the photos, and compare scores and verdicts with people's."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.ratings", description=main.__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of photos with a labels.csv")
    parser.add_argument("--ratings", type=Path, help="a second person's ratings")
    parser.add_argument("--paths", type=Path, help="file with the paths to use, one per line")
    args = parser.parse_args()
    second = {row["path"]: float(row["rating"]) for row in _rows(args.ratings)} if args.ratings else {}
    wanted = set(args.paths.read_text("utf-8").splitlines()) if args.paths else None
    photos: list[Rated] = []
    with PhotoChecker() as checker:
        for row in _rows(args.data / "labels.csv"):
            if wanted is None or row["path"] in wanted:
                rating = float(row["rating"])
                mean = (rating + second.get(row["path"], rating)) / 2
                report = checker.check(args.data / row["path"], crop=False)
                photos.append(Rated(report.findings, mean, row["verdict"]))
    print(f"{len(photos)} photos, rank correlation {agreement(photos):.3f}\n\n{by_check(photos, checker.policy)}\n")
    print(by_bar(photos))


if __name__ == "__main__":
    main()
