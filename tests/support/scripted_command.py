"""The command with a slow judge that needs no models; `test_signals.py` runs it and sends it signals.

python tests/scripted_command.py scan FOLDER ...
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from mettici.output.answer import Answer
from mettici.output.json import to_text
from mettici.scan import judging

if TYPE_CHECKING:
    from mettici.scan.task import Task

PAUSE = 0.1


class SlowJudge(judging.Judge):
    """Accepts every photo."""

    def prepare(self) -> None:
        pass

    def __call__(self, task: Task) -> Answer:
        time.sleep(PAUSE)
        report = {"path": task.name, "verdict": "accept", "score": 90, "checks": [], "source": {"basis": self.basis}}
        return Answer(to_text(report), "accept")


if __name__ == "__main__":
    judging.Judge = SlowJudge  # type: ignore[misc]
    from mettici.cli import main

    main()
