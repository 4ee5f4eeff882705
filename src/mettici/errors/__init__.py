"""Every error that mettici raises on purpose."""

from mettici.errors.base import Fact, MetticiError
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
    ClosedError,
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
    "ClosedError",
    "EmptyError",
    "Fact",
    "InternalError",
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
    "TooLargeError",
    "TooManyRequestsError",
    "TruncatedError",
    "UnreadableError",
    "UnsupportedFormatError",
    "WorkerCrashedError",
]
