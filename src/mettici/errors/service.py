"""Errors of a service that judges photos for others: the request, not the photo, is what it cannot take."""

from __future__ import annotations

from mettici.errors.base import MetticiError


class ServiceError(MetticiError):
    """A request that is not answered with a report."""

    code = "bad_request"


class BusyError(ServiceError):
    """Every place in the queue is taken."""

    code = "busy"
    reasons = ("queue", "shutting_down")


class TooManyRequestsError(ServiceError):
    """One client has more requests under way than it may (`limit`)."""

    code = "too_many_requests"
    reasons = ("client",)


class SlowUploadError(ServiceError):
    """The body did not arrive in time (`seconds`)."""

    code = "slow_upload"
    reasons = ("body", "crowded")


class BadRequestError(ServiceError):
    """A request that does not say what it wants in the way that is understood."""

    code = "bad_request"
    reasons = ("parameter", "form", "encoding", "no_photo", "count", "other")


class NoSuchPageError(ServiceError):
    """Nothing is at this address, or not for this method."""

    code = "no_such_page"
    reasons = ("path", "method")


class InternalError(ServiceError):
    """A fault of the program."""

    code = "internal"
    reasons = ("fault",)
