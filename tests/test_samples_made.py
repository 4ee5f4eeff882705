"""The sample pictures are complete, reproducible and readable."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from conftest import make_samples
from PIL import Image

SAMPLES = Path(__file__).parent.parent / "sample_images"
EXPECTED: dict[str, dict[str, Any]] = json.loads((SAMPLES / "expected.json").read_text(encoding="utf-8"))
PICTURES = sorted(name for name, wanted in EXPECTED.items() if "verdict" in wanted)


def test_exactly_the_expected_samples_are_made(samples: Path) -> None:
    assert {p.relative_to(samples).as_posix() for p in samples.rglob("*") if p.is_file()} == set(EXPECTED)


def test_a_second_run_is_byte_identical(samples: Path, tmp_path: Path) -> None:
    make_samples(tmp_path)
    assert [name for name in EXPECTED if (tmp_path / name).read_bytes() != (samples / name).read_bytes()] == []


@pytest.mark.parametrize("name", PICTURES)
def test_pictures_open_and_have_sensible_sizes(samples: Path, name: str) -> None:
    with Image.open(samples / name) as picture:
        picture.load()
        low, high = sorted(picture.size)
    assert (low, high) == (64, 64) if name == "spoiled_tiny.jpg" else 300 <= low <= high <= 1000


@pytest.mark.parametrize("name", sorted(set(EXPECTED) - set(PICTURES)))
def test_broken_files_do_not_open(samples: Path, name: str) -> None:
    with pytest.raises(OSError, match=r"truncated|cannot identify"), Image.open(samples / name) as picture:
        picture.load()


def test_the_rotated_copy_is_upright_and_has_gps(samples: Path) -> None:
    with Image.open(samples / "portrait_good_exif_rotated.jpg") as rotated:
        assert rotated.getexif()[0x0112] == 6
    with Image.open(samples / "portrait_good_with_gps.jpg") as tagged:
        assert tagged.getexif().get_ifd(0x8825)[2] == (28.0, 34.0, 23.0)


def test_missing_package_is_named_with_its_remedy(tmp_path: Path) -> None:
    script = SAMPLES / "make_samples.py"
    without = (
        f"import sys, runpy; sys.modules['skimage'] = None; sys.path.insert(0, {str(SAMPLES)!r}); "
        f"sys.argv = ['make_samples.py', '--output', {str(tmp_path)!r}]; "
        f"runpy.run_path({str(script)!r}, run_name='__main__')"
    )
    ran = subprocess.run([sys.executable, "-c", without], capture_output=True, text=True, check=False)
    assert ran.returncode != 0
    assert "pip install scikit-image" in ran.stderr
    assert "Traceback" not in ran.stderr
