"""Locks on output paths, so that two runs that write the same output do not overwrite each other.

A file that appears whole at the end has no name until then, so there is nothing to lock. On Linux, its path is reserved
by binding an abstract socket; elsewhere, by locking the hidden file that becomes the output. Both end with the process,
however that ends, and leave nothing to clean up.
"""

from __future__ import annotations

import hashlib
import os
import socket
import sys
from contextlib import suppress

from mettici.errors import OutputError

_KERNEL_NAMES = sys.platform == "linux"


def reserve(path: str) -> socket.socket | None:
    """Reserve `path` until the result is closed; None on systems without abstract sockets.

    Raises `OutputError` if another run, or another output of this one, has reserved it, and `OSError` if the folder
    does not exist. A reservation holds within one machine and one network namespace.
    """
    if not _KERNEL_NAMES:
        return None
    folder, name = os.path.split(path)
    facts = os.stat(folder or ".")
    key = hashlib.sha256(f"{facts.st_dev}:{facts.st_ino}:".encode() + os.fsencode(name)).hexdigest()
    try:
        bound = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    except OSError:  # a sandbox without sockets
        return None
    try:
        bound.bind(f"\0mettici:{key}")
    except OSError as error:
        bound.close()
        raise OutputError("busy", path=path) from error
    return bound


def lock(number: int, path: str) -> None:
    """Lock an open file. Raises `OutputError`, which names `path`, if another run holds the lock."""
    try:
        import fcntl
    except ImportError:  # Windows
        return
    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise OutputError("busy", path=path) from error
    except OSError:  # the file system has no locks, or this is not a regular file (/dev/stdout)
        pass


def remove_leftover(part: str, path: str) -> None:
    """Remove what a killed run left at `part`. Raises `OutputError` if that run is still alive."""
    with suppress(FileNotFoundError):
        number = os.open(part, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
        try:
            lock(number, path)
        finally:
            os.close(number)
        os.unlink(part)
