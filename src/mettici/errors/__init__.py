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
from mettici.errors.service import (
    BadRequestError,
    BusyError,
    InternalError,
    NoSuchPageError,
    ServiceError,
    SlowUploadError,
    TooManyRequestsError,
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
    "BadRequestError",
    "BusyError",
    "EmptyError",
    "Fact",
    "InternalError",
    "Language",
    "LibraryError",
    "MetticiError",
    "ModelCorruptError",
    "ModelError",
    "ModelMissingError",
    "NoSuchPageError",
    "NotAnImageError",
    "NotFoundError",
    "OutputError",
    "PhotoError",
    "PhotoTimeoutError",
    "PolicyError",
    "ServiceError",
    "SlowUploadError",
    "SourceError",
    "Text",
    "TooLargeError",
    "TooManyRequestsError",
    "TruncatedError",
    "UnreadableError",
    "UnsupportedFormatError",
    "WorkerCrashedError",
]
