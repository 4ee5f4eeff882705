"""Errors that concern one photo."""

from __future__ import annotations

from mettici.errors.base import MetticiError


class PhotoError(MetticiError):
    """One photo could not be judged; the others of a batch can."""

    code = "unreadable"
    exit_code = 3


class NotAnImageError(PhotoError):
    """The file does not contain a picture, whatever its name."""

    code = "not_an_image"
    reasons = ("unknown", "document", "text", "video", "audio", "archive")


class UnsupportedFormatError(PhotoError):
    """The picture's format is not accepted, or this installation cannot decode it."""

    code = "unsupported_format"
    reasons = ("picture", "drawing", "raw", "heif")
    uploader_reasons = {"heif": "picture"}


class TruncatedError(PhotoError):
    """The picture file ends too early."""

    code = "truncated"
    reasons = ("file",)


class TooLargeError(PhotoError):
    """The picture exceeds a limit on bytes (`limit` in MiB), pixels (in megapixels) or side (in px)."""

    code = "too_large"
    reasons = ("bytes", "pixels", "side", "decoded", "scans", "runs", "memory")


class EmptyError(PhotoError):
    """There is nothing to read."""

    code = "empty"
    reasons = ("file", "stream", "pixels")
    uploader_reasons = {"stream": "file"}


class UnreadableError(PhotoError):
    """The file cannot be read, or its contents are damaged."""

    code = "unreadable"
    reasons = (
        "damaged",
        "folder",
        "permission",
        "io",
        "waited",
        "array",
        "channels_first",
        "batch",
        "bits",
        "unit",
        "signed_unit",
        "wide",
        "numbers",
        "text_stream",
        "async_stream",
        "closed_stream",
        "closed_image",
        "address",
        "data_url",
        "base64",
        "upload",
    )
    uploader_reasons = {"damaged": "damaged", "*": "upload"}


class PhotoTimeoutError(PhotoError):
    """Checking took longer than allowed (`seconds`)."""

    code = "timeout"
    reasons = ("worker", "service")
    uploader_reasons = {"worker": "service"}


class WorkerCrashedError(PhotoError):
    """The process that was checking this photo died."""

    code = "worker_crashed"
    reasons = ("worker", "upload")
    uploader_reasons = {"worker": "upload"}


class NotFoundError(PhotoError):
    """No such file."""

    code = "not_found"
    reasons = ("file",)
