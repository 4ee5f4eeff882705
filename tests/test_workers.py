"""The worker processes that scans and the server share: prepared, replaced, ended."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from concurrent import futures

import pytest

from mettici.workers import Workers, died

_prepared: list[object] = []


def prepare(*given: object) -> None:
    _prepared.extend(given)


def prepared_with(word: str) -> tuple[list[object], str, int]:
    return _prepared, word, os.getpid()


def end_at_once(code: int) -> None:
    """`os._exit`, looked up by name in the process, because coverage replaces it with a function that cannot be
    pickled."""
    os._exit(code)


@pytest.fixture
def workers() -> Iterator[Workers]:
    one = Workers(1, prepare, "policy", 3)
    yield one
    one.close()


def test_each_process_is_prepared_only_once(workers: Workers) -> None:
    assert not workers.active, "nothing starts before it is needed"
    first = workers.submit(prepared_with, "a", seconds=60).future.result(60)
    second = workers.submit(prepared_with, "b", seconds=60).future.result(60)
    assert first[:2] == (["policy", 3], "a")
    assert second == (first[0], "b", first[2])
    assert workers.active


def test_a_process_that_dies_or_hangs_is_replaced(workers: Workers) -> None:
    dead = workers.submit(end_at_once, 3, seconds=60).future.exception(60)
    assert died(dead)
    hung = workers.submit(time.sleep, 600, seconds=0.5).future.exception(60)
    assert isinstance(hung, futures.TimeoutError)
    assert not died(hung)
    assert workers.submit(prepared_with, "c", seconds=60).future.result(60)[1] == "c"


def test_a_dropped_pool_restarts_and_a_closed_one_does_not(workers: Workers) -> None:
    job = workers.submit(prepared_with, "a", seconds=60)
    process = job.future.result(60)[2]
    waiting = workers.submit(time.sleep, 600, seconds=600)
    workers.drop(waiting.pool)
    assert workers.submit(prepared_with, "b", seconds=60).future.result(60)[2] != process
    workers.drop(job.pool)  # already ended, so the current processes continue
    assert workers.active
    workers.close()
    assert not workers.active
    with pytest.raises(RuntimeError, match="ended"):
        workers.submit(prepared_with, "c", seconds=60)


def test_an_exception_in_a_job_does_not_kill_its_process(workers: Workers) -> None:
    error = workers.submit(int, "x", seconds=60).future.exception(60)
    assert isinstance(error, ValueError)
    assert not died(error)
