"""The house: what may be loaded when."""

import subprocess
import sys

import pytest

import mettici


@pytest.mark.parametrize("statement", [
    "import mettici",
    "from mettici.cli import program; program(['--help'], standalone_mode=False)",
    "from mettici.cli import program; program(['--version'], standalone_mode=False)",
    "import mettici.verdict",
])  # fmt: skip
def test_the_heavy_packages_are_loaded_only_when_needed(statement: str) -> None:
    code = f"import sys\n{statement}\nassert not {{'cv2', 'mediapipe'}} & set(sys.modules), sorted(sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_everything_public_is_there() -> None:
    for name in mettici.__all__:
        assert getattr(mettici, name) is not None
    with pytest.raises(AttributeError):
        _ = mettici.nothing
