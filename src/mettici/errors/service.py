"""Errors of a web service: the request was refused, rather than the photo."""

from __future__ import annotations

from mettici.errors.base import MetticiError


class ServiceError(MetticiError):
    """A request that gets no report."""

    code = "bad_request"


class BusyError(ServiceError):
    """The queue is full, or an upload was dropped in favour of others."""

    code = "busy"
    reasons = ("queue", "crowded", "shutting_down")


class TooManyRequestsError(ServiceError):
    """One client has more requests in progress than allowed (`limit`)."""

    code = "too_many_requests"
    reasons = ("client",)


class SlowUploadError(ServiceError):
    """The body did not arrive in time (`seconds`)."""

    code = "slow_upload"
    reasons = ("body",)


class BadRequestError(ServiceError):
    """A malformed request."""

    code = "bad_request"
    reasons = ("parameter", "form", "encoding", "no_photo", "count", "other")


class NoSuchPageError(ServiceError):
    """There is nothing at this address, or it does not allow this method."""

    code = "no_such_page"
    reasons = ("path", "method")


class InternalError(ServiceError):
    """A bug in mettici."""

    code = "internal"
    reasons = ("fault",)
