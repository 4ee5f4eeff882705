"""A batch from its source to its outputs."""

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
    """How to open the outputs of a run; `resumed` is the one among them that an earlier run left, if any."""

    openers: Sequence[Callable[[], Sink]]
    resumed: str | None = None

    @classmethod
    def at(cls, paths: Sequence[str], judge: Judge, *, resume: bool, context: sinks.Context = sinks.NOTHING) -> Outputs:
        """Those at `paths`, by their endings.

        Raises `OutputError` on unknown endings, or where none can be resumed.
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
    """Judge all tasks, or those begun before `stopped` says so; each answer goes to every output, and to `notice`.

    Raises `OutputError`, and whatever concerns more than a photo; JSON lines written until then stay.
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
