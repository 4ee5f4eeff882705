"""The files with the networks' weights: their location, and the verification of their content."""

from __future__ import annotations

import hashlib
import sys
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from mettici.errors import ModelCorruptError, ModelMissingError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


@dataclass(frozen=True)
class Weights:
    """An entry of `models/manifest.toml`: one file of weights."""

    name: str
    file: str
    sha256: str
    licence: str
    source: str
    trained_here: bool


def folder() -> Path:
    """The directory of the weights: inside the installed package, or at the top of a checkout."""
    inside = Path(__file__).resolve().parents[1] / "models"
    return inside if inside.is_dir() else Path(__file__).resolve().parents[3] / "models"


@lru_cache(maxsize=1)
def manifest() -> dict[str, Weights]:
    """All files of weights, by name. Raises `ModelMissingError` if the manifest is missing."""
    path = folder() / "manifest.toml"
    try:
        entries = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError as e:
        raise ModelMissingError(file=str(path)) from e
    return {
        name: Weights(
            name,
            **{k: row[k] for k in ("file", "sha256", "licence", "source")},
            trained_here="upstream" not in row,
        )
        for name, row in entries.items()
    }


def verified(name: str) -> Path:
    """The path of the weights called `name`, after checking their SHA-256 hash against the manifest.

    Raises `ModelMissingError` if the file or its entry is missing, and `ModelCorruptError` if the hash differs.
    """
    weights = manifest().get(name)
    if weights is None:
        raise ModelMissingError(file=name)
    path = folder() / weights.file
    try:
        found = hashlib.sha256(path.read_bytes()).hexdigest()
    except FileNotFoundError as e:
        raise ModelMissingError(file=str(path)) from e
    if found != weights.sha256:
        raise ModelCorruptError("hash", file=str(path))
    return path
