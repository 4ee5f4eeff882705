"""The pool: a bounded number of network sets, based on the available cores."""

from __future__ import annotations

import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from mettici import PhotoChecker
from mettici.errors import ClosedError
from mettici.process import cores
from mettici.vision.pipeline import Vision
from mettici.vision.pool import Pool


class Thing:
    """Counts its instances."""

    made = 0

    def __init__(self) -> None:
        Thing.made += 1
        self.closed = 0

    def close(self) -> None:
        self.closed += 1


@pytest.fixture
def pool() -> Pool[Thing]:
    Thing.made = 0
    return Pool(Thing, 3)


def test_at_most_the_limit_is_created_and_others_wait(pool: Pool[Thing]) -> None:
    at_once, most, lock = 0, 0, threading.Lock()

    def use(_: int) -> None:
        nonlocal at_once, most
        with pool.lend():
            with lock:
                at_once += 1
                most = max(most, at_once)
            time.sleep(0.005)
            with lock:
                at_once -= 1

    with ThreadPoolExecutor(40) as threads:
        list(threads.map(use, range(120)))
    assert (Thing.made, most) == (3, 3)
    pool.close()


def test_closing_wakes_waiters_and_borrowers_free_their_own(pool: Pool[Thing]) -> None:
    lent = [pool.lend() for _ in range(3)]
    things = [one.__enter__() for one in lent]
    with ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(pool._take)
        while not pool._changed._waiters:  # type: ignore[attr-defined]
            time.sleep(0.001)
        pool.close()
        with pytest.raises(ClosedError):
            waiting.result(10)
    assert [t.closed for t in things] == [0, 0, 0]
    for one in lent:
        one.__exit__(None, None, None)
    assert [t.closed for t in things] == [1, 1, 1]
    pool.close()
    with pytest.raises(ClosedError), pool.lend():
        pass
    with pytest.raises(ClosedError):
        pool.prepare()


def test_a_failed_creation_frees_its_slot(pool: Pool[Thing]) -> None:
    def broken() -> Thing:
        raise OSError("no")

    pool._make = broken
    for _ in range(5):
        with pytest.raises(OSError, match="no"), pool.lend():
            pass
    pool._make = Thing
    with pool.lend(), pool.lend(), pool.lend():
        pass
    pool.close()


def test_the_pool_is_empty_after_a_fork(pool: Pool[Thing]) -> None:
    with pool.lend() as idle:
        pass
    with pool.lend() as thing:
        assert thing is idle
        pool.after_fork()
    assert (pool._idle, pool._lent, thing.closed) == ([], 0, 0)
    pool.close()


def test_a_checker_creates_the_configured_number_of_sets(samples: Path) -> None:
    with PhotoChecker(networks=1) as checker, ThreadPoolExecutor(4) as threads:
        photos = [samples / "portrait_good.jpg"] * 4
        assert len({r.score for r in threads.map(checker.check, photos)}) == 1
        assert len(checker._vision.vision.pool._idle) == 1
    assert PhotoChecker()._vision.vision.pool.size == cores()
    with pytest.raises(ValueError, match="1 or more"):
        PhotoChecker(networks=0)
    assert issubclass(ClosedError, RuntimeError)
    assert Vision(sets=5).pool.size == 5


# --- cores -----------------------------------------------------------------------------------------------

V2 = "25 30 0:22 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw\n"
V1 = "33 25 0:29 {top} /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n"


def machine(root: Path, group: str, mounts: str, **files: str) -> Path:
    """A fake tree of /proc and /sys; "__" in the names of `files` stands for "/"."""
    contents = {"proc/self/cgroup": group, "proc/self/mountinfo": mounts}
    contents |= {f"sys/fs/cgroup/{name.replace('__', '/')}": text for name, text in files.items()}
    for name, text in contents.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mettici.process._by_affinity", lambda: 16)


@pytest.mark.usefixtures("many")
@pytest.mark.parametrize(
    ("quota", "expected"),
    [
        ("200000 100000", 2),
        ("150000 100000", 2),
        ("50000 100000", 1),
        ("max 100000", 16),
        ("9000000 100000", 16),
        ("", 16),
        ("x", 16),
        ("100000 0", 16),
    ],
)
def test_the_quota_of_a_container(tmp_path: Path, quota: str, expected: int) -> None:
    assert cores(machine(tmp_path, "0::/\n", V2, **{"cpu.max": quota})) == expected


@pytest.mark.usefixtures("many")
def test_the_smallest_quota_of_all_parent_groups_counts(tmp_path: Path) -> None:
    own = {"pods.slice__a__cpu.max": "max 100000\n", "pods.slice__cpu.max": "300000 100000\n"}
    assert cores(machine(tmp_path, "0::/pods.slice/a\n", V2, **own)) == 3


@pytest.mark.usefixtures("many")
@pytest.mark.parametrize(("quota", "expected"), [("400000", 4), ("-1", 16), ("1", 1)])
def test_the_quota_of_cgroup_v1(tmp_path: Path, quota: str, expected: int) -> None:
    own = {"cpu,cpuacct__cpu.cfs_quota_us": f"{quota}\n", "cpu,cpuacct__cpu.cfs_period_us": "100000\n"}
    group = "5:memory:/docker/1f\n4:cpu,cpuacct:/docker/1f\n"
    assert cores(machine(tmp_path, group, V1.format(top="/docker/1f"), **own)) == expected


@pytest.mark.usefixtures("many")
def test_a_cgroup_v1_group_below_the_mount(tmp_path: Path) -> None:
    own = {"cpu,cpuacct__job__cpu.cfs_quota_us": "250000", "cpu,cpuacct__job__cpu.cfs_period_us": "50000"}
    assert cores(machine(tmp_path, "4:cpu,cpuacct:/job\n", V1.format(top="/"), **own)) == 5


def test_without_cgroups_affinity_counts(tmp_path: Path) -> None:
    assert cores(tmp_path) == len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    assert 1 <= cores() <= (os.cpu_count() or 1)
