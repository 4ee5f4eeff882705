"""Every error that mettici raises on purpose."""

from mettici.errors.base import Fact, Language, MetticiError, Text
from mettici.errors.photo import (
    EmptyError,
    NotAnImageError,
    NotFoundError,
    PhotoError,
    PhotoTimeoutError,
    TooLargeError,
    TruncatedError,
    UnreadableError,
    UnsupportedFormatError,
    WorkerCrashedError,
)
from mettici.errors.setting import (
    LibraryError,
    ModelCorruptError,
    ModelError,
    ModelMissingError,
    OutputError,
    PolicyError,
    SourceError,
)

__all__ = [
    "EmptyError",
    "Fact",
    "Language",
    "LibraryError",
    "MetticiError",
    "ModelCorruptError",
    "ModelError",
    "ModelMissingError",
    "NotAnImageError",
    "NotFoundError",
    "OutputError",
    "PhotoError",
    "PhotoTimeoutError",
    "PolicyError",
    "SourceError",
    "Text",
    "TooLargeError",
    "TruncatedError",
    "UnreadableError",
    "UnsupportedFormatError",
    "WorkerCrashedError",
]
