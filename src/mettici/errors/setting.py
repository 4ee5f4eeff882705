"""Errors that concern more than one photo: models, libraries, policies, sources, outputs."""

from __future__ import annotations

from mettici.errors.base import MetticiError


class ModelError(MetticiError):
    """The models cannot be used; no photo can be judged."""

    code = "model_missing"
    exit_code = 4
    uploader_reasons = {"*": "service"}


class ModelMissingError(ModelError):
    """A model's file is missing."""

    code = "model_missing"
    reasons = ("file", "service")


class ModelCorruptError(ModelError):
    """A model's file is not the released one."""

    code = "model_corrupt"
    reasons = ("hash", "load", "service")


class LibraryError(ModelError):
    """A library that the models need cannot be loaded."""

    code = "library_broken"
    reasons = ("load", "extra", "service")


class ClosedError(MetticiError, RuntimeError):
    """A checker was used after it was closed, or while Python was exiting: a bug in the calling program."""

    code = "closed"
    reasons = ("closed", "exit")


class PolicyError(MetticiError):
    """A policy is missing or invalid: wrong usage."""

    code = "bad_policy"
    exit_code = 2
    reasons = ("unknown_policy", "not_toml", "unknown_key", "bad_value")


class ServingError(MetticiError):
    """`mettici serve` cannot start: wrong usage."""

    code = "cannot_serve"
    exit_code = 2
    reasons = ("busy", "denied", "address", "other", "start")


class SourceError(MetticiError):
    """A source of `scan` or `rank` is missing or contains no photo: wrong usage."""

    code = "bad_source"
    exit_code = 2
    reasons = ("not_found", "waited", "no_photos", "no_reports", "stdin_twice", "ray_one", "people_file", "people")


class OutputError(MetticiError):
    """An output cannot be written to the requested path: wrong usage."""

    code = "bad_output"
    exit_code = 2
    reasons = (
        "ending",
        "folder",
        "twice",
        "photo",
        "crops_among_photos",
        "io",
        "stdout",
        "busy",
        "no_reports",
        "resume",
        "ray",
        "rows",
        "extra",
    )
