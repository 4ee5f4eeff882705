"""The memory that this process uses, as the system counts it (Linux)."""

from __future__ import annotations

from pathlib import Path


def reset_peak() -> None:
    """Restart the count of peak memory."""
    Path("/proc/self/clear_refs").write_text("5", "ascii")


def peak() -> float:
    """The peak in MB since `reset_peak`, or since the process started."""
    return _status_field("VmHWM")


def resident() -> float:
    """The MB in use now."""
    return _status_field("VmRSS")


def _status_field(field: str) -> float:
    for line in Path("/proc/self/status").read_text("ascii").splitlines():
        if line.startswith(f"{field}:"):
            return int(line.split()[1]) / 1024
    raise OSError(f"this system does not report {field}")
