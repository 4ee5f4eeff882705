"""How the command ends. Errors carry their own codes: 2 wrong usage, 3 an unreadable photo, 4 an installation
that cannot judge (see `errors`)."""

REJECTED = 1
BROKEN_PIPE = 141
"""As shells give it: that of SIGPIPE, which Python does not know everywhere."""


def by_signal(number: int) -> int:
    """As shells give it: 130 for Ctrl-C (SIGINT), 143 for SIGTERM, 129 for SIGHUP."""
    return 128 + number
