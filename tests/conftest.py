"""What several tests need: the sample pictures, made once, and one checker."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from mettici import PhotoChecker, photo
from mettici.faces import Pixels
from mettici.vision import Vision

SCRIPT = Path(__file__).parent.parent / "sample_images" / "make_samples.py"


def make_samples(folder: Path) -> None:
    """Make every sample picture in `folder`."""
    subprocess.run([sys.executable, str(SCRIPT), "--output", str(folder)], check=True, timeout=300)


@pytest.fixture(scope="session")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of samples. Read only: every test sees the same files."""
    folder = tmp_path_factory.mktemp("samples")
    make_samples(folder)
    return folder


@pytest.fixture(scope="session")
def checker() -> Iterator[PhotoChecker]:
    """A strict checker: a check that crashes raises."""
    with PhotoChecker(strict=True) as strict:
        yield strict


@pytest.fixture(scope="session")
def vision() -> Iterator[Vision]:
    """The eyes, shared."""
    with Vision() as shared:
        yield shared


@pytest.fixture(scope="session")
def portrait(samples: Path) -> Pixels:
    """The good portrait, decoded."""
    return photo.load(samples / "portrait_good.jpg").pixels
