"""What a worker process does with one photo."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from multiprocessing.util import Finalize
from typing import TYPE_CHECKING, NamedTuple

from mettici.batch.process import settle, silence_decoders
from mettici.errors import Language, PhotoError
from mettici.render.json import error_object, to_text

if TYPE_CHECKING:
    from mettici.batch.sources import Task
    from mettici.checker import PhotoChecker


class Answer(NamedTuple):
    """What became of a photo: its `line` of JSON, and its `outcome`, a verdict or an error's code."""

    line: str
    outcome: str
    failed: bool = False


@dataclass(frozen=True)
class Judge:
    """Judges a photo under a policy. Cheap to send to another process: the models are loaded there, once."""

    policy: str
    lang: Language

    def __call__(self, task: Task) -> Answer:
        """The answer on one photo; a photo that cannot be read is an answer too. Raises `ModelError`."""
        try:
            report = _checker(self.policy).check(task.path, name=task.name)
        except PhotoError as error:
            return self.refuse(task, error)
        return Answer(to_text(report.to_dict(self.lang)), report.verdict.value)

    def refuse(self, task: Task, error: PhotoError) -> Answer:
        """The answer on a photo that could not be judged."""
        return Answer(to_text(error_object(task.name, error, self.lang)), error.code, failed=True)


@lru_cache(maxsize=1)
def _checker(policy: str) -> PhotoChecker:
    """This process's checker. The processes share the cores, so OpenCV starts no threads of its own."""
    settle()
    silence_decoders()
    import cv2

    from mettici.checker import PhotoChecker

    cv2.setNumThreads(1)
    checker = PhotoChecker(policy)
    # Not by atexit: by then MediaPipe can no longer close its networks, and says so at length.
    Finalize(None, checker.close, exitpriority=1)
    return checker
