"""The error hierarchy: complete, with the contract's codes, and picklable."""

import pickle
import re
import string

import pytest

from mettici import errors
from mettici.errors import MetticiError, ModelError, PhotoError, PolicyError, SourceError, TooLargeError
from mettici.messages import languages, template


def _leaves(root: type[MetticiError]) -> list[type[MetticiError]]:
    below = [leaf for child in root.__subclasses__() for leaf in _leaves(child)]
    return below or [root]


def _placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


CASES = [(leaf, reason) for leaf in _leaves(MetticiError) for reason in leaf.reasons]


def _facts(leaf: type[MetticiError], reason: str) -> dict[str, str]:
    keys = (f"errors.{leaf.code}.{reason}.{part}" for part in ("message", "remedy"))
    return {name: f"<{name}>" for key in keys for name in _placeholders(template(key))}


def test_photo_errors_have_the_codes_of_the_contract() -> None:
    assert {leaf.code for leaf in _leaves(PhotoError)} == {
        "not_an_image",
        "unsupported_format",
        "truncated",
        "too_large",
        "empty",
        "unreadable",
        "timeout",
        "worker_crashed",
        "not_found",
    }
    assert {leaf.code for leaf in _leaves(ModelError)} == {"model_missing", "model_corrupt", "library_broken"}


def test_exit_codes() -> None:
    assert {leaf.exit_code for leaf in _leaves(PhotoError)} == {3}
    assert {leaf.exit_code for leaf in _leaves(ModelError)} == {4}
    assert (PolicyError.exit_code, SourceError.exit_code) == (2, 2)


@pytest.mark.parametrize(("leaf", "reason"), CASES)
def test_every_error_survives_pickling(leaf: type[MetticiError], reason: str) -> None:
    error = leaf(reason, **_facts(leaf, reason))
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is leaf
    assert (str(again), again.remedy, again.reason, again.facts) == (
        str(error),
        error.remedy,
        error.reason,
        error.facts,
    )
    assert again.message("it") == error.message("it")
    assert again.remedy_in("it") == error.remedy_in("it")


TO_PROGRAMMERS = re.compile(
    r"\b(pip|seek|mod[eo]|NumPy|array|stream|package|pacchetto|paquete)\b|mettici (scan|check|doctor|serve)|--\w|\w\("
)


@pytest.mark.parametrize(("leaf", "reason"), [c for c in CASES if issubclass(c[0], (PhotoError, ModelError))])
def test_errors_for_uploaders_mention_no_commands_and_no_code(leaf: type[MetticiError], reason: str) -> None:
    error = leaf(reason, **_facts(leaf, reason))
    for_sender = error.for_uploader()
    assert for_sender.code == error.code
    for lang in languages():
        said = f"{for_sender.message(lang)} {for_sender.remedy_in(lang)}"
        assert not TO_PROGRAMMERS.search(said), said
    assert for_sender.for_uploader().reason == for_sender.reason


def test_facts_fill_the_message() -> None:
    error = TooLargeError("pixels", width=50000, height=40000, limit=120)
    assert str(error) == error.message() == "The picture has 50000 x 40000 pixels, more than 120 megapixels."
    assert "più di 120" in error.message("it")
    assert "JPEG" in error.remedy


def test_an_only_reason_needs_no_name() -> None:
    assert str(errors.NotFoundError(path="a.jpg")) == "There is no file a.jpg."


def test_wrong_arguments_raise() -> None:
    with pytest.raises(KeyError):
        TooLargeError("no such reason")
    with pytest.raises(KeyError):
        TooLargeError("pixels", width=1)
