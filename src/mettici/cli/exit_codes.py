"""How the command ends. Errors carry their own codes: 2 wrong usage, 3 an unreadable photo, 4 models (see `errors`)."""

REJECTED = 1
INTERRUPTED, BROKEN_PIPE = 130, 141
"""As shells give them: 128 and the number of the signal (SIGINT, SIGPIPE)."""
