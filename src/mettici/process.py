"""The current process: how many cores it may use, and, for mettici's own processes, settings to apply before
judging."""

from __future__ import annotations

import ctypes
import math
import os
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

TRIM_THRESHOLD, MMAP_THRESHOLD, ARENA_MAX = -1, -3, -8
"""Options of mallopt, as malloc.h numbers them."""
FREE_HEAP = 16 * 2**20
"""Bytes of freed memory that a worker keeps for the next photo."""
V1 = "cpu.cfs_quota_us", "cpu.cfs_period_us"
V2 = "cpu.max"


def cores(root: Path = Path("/")) -> int:
    """The number of usable cores, 1 or more, from CPU affinity and cgroup quotas; a fraction of a core counts as one.

    The CPU limit of a container is a quota (`docker run --cpus`, Kubernetes limits), which `os.cpu_count` ignores: more
    threads than that only take turns. `PYTHON_CPU_COUNT` is respected from Python 3.13 on. `root` is where /proc and
    /sys are mounted.
    """
    quotas = [math.ceil(quota) for quota in _quotas(root)]
    return max(1, min([_by_affinity(), *quotas]))


def _by_affinity() -> int:
    count = getattr(os, "process_cpu_count", None)  # from Python 3.13 on
    if count is not None:
        return count() or 1
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _quotas(root: Path) -> Iterator[float]:
    """The quotas, in cores, of this process's cgroups and their ancestors."""
    for mounted, group in _groups(root):
        for folder in (group, *group.parents):
            quota = _quota(root / str(mounted / folder).lstrip("/"))
            if quota is not None:
                yield quota


def _groups(root: Path) -> Iterator[tuple[PurePosixPath, PurePosixPath]]:
    """The mount point of each hierarchy that limits CPU time, and the path of this process's cgroup below it."""
    own = {}
    for line in _lines(root / "proc/self/cgroup"):  # "4:cpu,cpuacct:/docker/1f", "0::/user.slice"
        _, _, rest = line.partition(":")
        controllers, _, path = rest.partition(":")
        if not controllers or "cpu" in controllers.split(","):
            own["cgroup" if controllers else "cgroup2"] = PurePosixPath(path)
    for line in _lines(root / "proc/self/mountinfo"):
        before, _, after = line.partition(" - ")
        fields, (kind, _, options, *_) = before.split(" "), [*after.split(" "), "", "", ""]
        if kind not in own or (kind == "cgroup" and "cpu" not in options.split(",")):
            continue
        # Without a cgroup namespace, a container sees its cgroup under the host's path, of which only its own part is
        # mounted.
        top, group = PurePosixPath(fields[3]), own[kind]
        yield PurePosixPath(fields[4]), group.relative_to(top) if group.is_relative_to(top) else PurePosixPath()


def _quota(folder: Path) -> float | None:
    """The quota of the cgroup in this folder, in cores; None if there is no limit."""
    lines = _lines(folder / V2) or [line for name in V1 for line in _lines(folder / name)]
    numbers = [int(word) for word in " ".join(lines).split() if word.isdecimal()]  # not "max" or "-1"
    return numbers[0] / numbers[1] if len(numbers) == 2 and numbers[1] else None


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError):  # absent or unreadable: assume no limit
        return []


def configure() -> None:
    """Configure a process; call it before importing the checker.

    Mutes Pillow's warnings about damaged files, which reports repeat. Limits OpenBLAS to one thread: it would start one
    per core, and these busy-wait, which takes a quarter of the CPU time of a short command, to multiply matrices with
    two or three columns.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    warnings.filterwarnings("ignore", module=r"PIL\.")


def configure_worker() -> None:
    """Like `configure`, for one of several processes that share the cores: OpenCV uses no threads of its own.

    The heap returns what it has freed to the system.
    """
    configure()
    _bound_heap()
    import cv2

    cv2.setNumThreads(1)


def _bound_heap() -> None:
    """Let glibc keep at most `FREE_HEAP` of freed memory, and one heap for all threads, which judge one photo together.

    After a hundred profile photos a worker then holds 175 MB instead of 195, in the same CPU time; below 16 MB, each
    photo asks the system for its pixels again, which takes up to half as long again. Measured with glibc's variables
    (`MALLOC_ARENA_MAX`, `MALLOC_TRIM_THRESHOLD_`, `MALLOC_MMAP_THRESHOLD_`).
    """
    for name, value in ((ARENA_MAX, 1), (TRIM_THRESHOLD, FREE_HEAP), (MMAP_THRESHOLD, FREE_HEAP)):
        _call_glibc("mallopt", ctypes.c_int(name), ctypes.c_int(value))


def trim_heap() -> None:
    """Return freed memory to the system, since glibc keeps it in per-thread arenas.

    Otherwise a service that keeps creating and closing checkers would grow over hundreds of them
    (`benchmarks/endurance.py`).
    """
    _call_glibc("malloc_trim", ctypes.c_size_t(0))


def _call_glibc(name: str, *arguments: ctypes.c_int | ctypes.c_size_t) -> None:
    """Call a function of glibc; other C libraries, which lack it, keep their defaults."""
    if sys.platform == "linux" and (function := getattr(ctypes.CDLL(None), name, None)) is not None:
        function(*arguments)


def silence_native() -> None:
    """Mute native libraries that print to file descriptor 2: decoders about damaged files, Ray about itself.

    Python's `sys.stderr`, and so all logging, still works.
    """
    sys.stderr = os.fdopen(os.dup(2), "w", encoding=sys.stderr.encoding, errors="backslashreplace", buffering=1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
