"""A scan like the command's, with a judge that needs no models; `test_scan_resume.py` runs and kills it.

python tests/scripted_scan.py FOLDER OUTPUT LOG
"""

from __future__ import annotations

import dataclasses
import os
import sys
import time
from typing import TYPE_CHECKING

from mettici.output.answer import Answer
from mettici.output.json import to_text
from mettici.scan.judging import Judge
from mettici.scan.local_engine import LocalEngine
from mettici.scan.running import Outputs, run
from mettici.scan.sources import find

if TYPE_CHECKING:
    from mettici.scan.task import Task

PAUSE = 0.01


@dataclasses.dataclass(frozen=True)
class Reader(Judge):
    """Reports the file's contents and logs that it did; a photo called `die` kills the process."""

    log: str = ""

    def prepare(self) -> None:
        pass

    def __call__(self, task: Task) -> Answer:
        from mettici.scan.judging import file_state

        if task.name.startswith("die"):
            os._exit(1)
        seen = file_state(task.path, hashing=self.hashing)
        with open(task.path, encoding="utf-8") as file:
            text = file.read()
        time.sleep(PAUSE)
        with open(self.log, "a", encoding="utf-8", errors="surrogateescape") as log:
            log.write(f"{task.name}\n")
        source = {**seen, "basis": self.basis}
        report = {
            "path": task.name,
            "verdict": text.strip(),
            "text": text,
            "checks": [],
            "pad": "x" * 5000,
            "source": source,
        }
        return Answer(to_text(report), text)


def main(folder: str, output: str, log: str) -> None:
    """Scan with `--resume`."""
    judge = Reader("professional", "en", log=log)
    paths = [output, f"{output}.csv"]
    outputs = Outputs.at(paths, judge, resume=True)
    run(find(folder, skip=paths), LocalEngine(judge, 2, 30), judge, outputs, lambda _: None, lambda: False)


if __name__ == "__main__":
    main(*sys.argv[1:])
    os._exit(0)
