"""Running a scan, from its source to its outputs."""

from __future__ import annotations

from contextlib import ExitStack, closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mettici.errors import OutputError
from mettici.output import sinks
from mettici.output.files import End
from mettici.scan.resume import Resumed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from mettici.output.answer import Answer
    from mettici.output.sinks import Sink
    from mettici.scan.judging import Judge
    from mettici.scan.local_engine import LocalEngine
    from mettici.scan.task import Task


@dataclass(frozen=True)
class Outputs:
    """How to open the outputs of a run; `resumed` is the path of the one to continue, if any."""

    openers: Sequence[Callable[[], Sink]]
    resumed: str | None = None

    @classmethod
    def at(cls, paths: Sequence[str], judge: Judge, *, resume: bool, context: sinks.Context = sinks.NOTHING) -> Outputs:
        """The outputs at `paths`; their extensions decide the format.

        Raises `OutputError` for an unknown extension, or if none of them can be resumed.
        """
        lines = [path for path in paths if sinks.ending(path) == ".jsonl" and path != sinks.STDOUT]
        if not resume:
            return cls([sinks.opener(path, judge.lang, context) for path in paths])
        if not lines:
            raise OutputError("resume")
        others = [sinks.opener(path, judge.lang, context) for path in paths if path != lines[0]]
        return cls(others, lines[0])


def run(
    tasks: Iterable[Task],
    engine: LocalEngine,
    judge: Judge,
    outputs: Outputs,
    notice: Callable[[Answer], None],
    stopped: Callable[[], bool],
) -> None:
    """Judge all tasks, or those started before `stopped` returns true; pass each answer to every output and `notice`.

    Raises `OutputError`, and any error that concerns more than one photo; JSON lines written before it stay.
    """
    end = End.FAILED
    with ExitStack() as stack:
        opened: list[Sink] = []

        def keep(sink: Sink) -> None:
            opened.append(sink)
            stack.callback(lambda: sink.close(end))

        if outputs.resumed is not None:
            resumed = Resumed(outputs.resumed)
            keep(resumed)
            tasks = resumed.known(tasks, judge.basis, hashing=judge.hashing)
        for opener in outputs.openers:
            keep(opener())
        with closing(engine.judge_all(tasks, stopped)) as answers:
            for answer in answers:
                for sink in opened:
                    sink.write(answer)
                notice(answer)
        end = End.STOPPED if stopped() else End.COMPLETE
