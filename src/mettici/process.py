"""What is set in a process of our own, and never in one that only uses the library."""

from __future__ import annotations

import os
import sys
import warnings


def settle() -> None:
    """Before the checker is imported: leave out what is not needed, and mute what the answers say already.

    Pillow warns of what it minds in a damaged file. NumPy's linear algebra would start a thread a core, and they
    spin as they wait: a quarter of the processor time of a short command, for products with matrices of two or
    three columns.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    warnings.filterwarnings("ignore", module=r"PIL\.")


def settle_worker() -> None:
    """As `settle`, in one of several processes that share the cores: OpenCV starts no threads of its own there."""
    settle()
    import cv2

    cv2.setNumThreads(1)


def silence_native() -> None:
    """Mute what is written in C and mutters on file descriptor 2: decoders about damaged files, Ray about itself.

    Python's own standard error, and with it every log line, goes on where it went.
    """
    sys.stderr = os.fdopen(os.dup(2), "w", encoding=sys.stderr.encoding, errors="backslashreplace", buffering=1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
