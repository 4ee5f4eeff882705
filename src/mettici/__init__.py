"""mettici judges whether a picture is a good professional profile photo, explains why, and says what to fix."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mettici._version import __version__
from mettici.errors import MetticiError, ModelError, PhotoError, PolicyError

if TYPE_CHECKING:
    from mettici.checker import PhotoChecker
    from mettici.report import Report
    from mettici.schema import report_schema

__all__ = [
    "MetticiError",
    "ModelError",
    "PhotoChecker",
    "PhotoError",
    "PolicyError",
    "Report",
    "__version__",
    "report_schema",
]


def __getattr__(name: str) -> Any:
    """Import on first use: `PhotoChecker` imports OpenCV and ONNX Runtime."""
    if name == "PhotoChecker":
        from mettici.checker import PhotoChecker

        return PhotoChecker
    if name == "Report":
        from mettici.report import Report

        return Report
    if name == "report_schema":
        from mettici.schema import report_schema

        return report_schema
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
