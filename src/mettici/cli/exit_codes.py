"""Exit codes. Errors carry their own: 2 wrong usage, 3 an unreadable photo, 4 a broken installation (see `errors`)."""

REJECTED = 1
BROKEN_PIPE = 141
"""128 + SIGPIPE, as shells report it; Windows has no such signal."""


def by_signal(number: int) -> int:
    """The exit code that shells report for a signal: 130 for SIGINT (Ctrl-C), 143 for SIGTERM, 129 for SIGHUP."""
    return 128 + number
