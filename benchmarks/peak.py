"""How much memory this process holds, as the system counts it (Linux)."""

from __future__ import annotations

from pathlib import Path


def forget_peak() -> None:
    """Begin anew to note the most memory that this process holds."""
    Path("/proc/self/clear_refs").write_text("5", "ascii")


def peak() -> float:
    """The most MB that this process held since `forget_peak`, or since its start."""
    return _told("VmHWM")


def held() -> float:
    """The MB that this process holds."""
    return _told("VmRSS")


def _told(field: str) -> float:
    for line in Path("/proc/self/status").read_text("ascii").splitlines():
        if line.startswith(f"{field}:"):
            return int(line.split()[1]) / 1024
    raise OSError(f"this system tells no {field}")
