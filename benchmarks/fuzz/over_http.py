"""Posts mutated files to `mettici serve`: every answer must be a report or a documented problem."""

from __future__ import annotations

from collections import Counter

import httpx

from benchmarks.fuzz.mutations import mutant
from benchmarks.fuzz.seeds import seeds
from benchmarks.fuzz.trial import CODES, Run
from benchmarks.web import Served

FIRST = 10_000_000
"""Number of the first file, beyond those that the run without a server decodes."""


def send(run: Run, count: int) -> bool:
    """Print a summary of `count` files; return whether any got an answer outside the contract."""
    answers: Counter[str] = Counter()
    served = Served()
    try:
        with httpx.Client(base_url=served.address, timeout=90) as client:
            for number in range(FIRST, FIRST + count):
                answers[_answer(client, mutant(seeds(run.samples), run.seed, number).data)] += 1
            alive = client.get("/readyz").status_code == 200
    finally:
        served.end()
    wrong = {what: n for what, n in answers.items() if what not in ("accept", "improve", "reject", *CODES)}
    print(f"{count} files to mettici serve: {dict(answers.most_common())}")
    print(f"answers that are not in the contract: {sum(wrong.values())} {wrong or ''}; ready at the end: {alive}")
    return bool(wrong) or not alive


def _answer(client: httpx.Client, data: bytes) -> str:
    answer = client.post("/v1/check", params={"crop": "true", "preview": "true"}, content=data)
    report = answer.json()
    if answer.status_code == 200:
        return str(report["verdict"])
    return str(report["code"]) if answer.status_code in (413, 415, 422) else f"{answer.status_code} {report['code']}"
