"""`python -m training.converted --output models`: MediaPipe's networks out of its wheel, as the program runs them.

`--wheel` takes the wheel from where it lies; left out, pip downloads it. Nothing opens it before its SHA-256 is known.
Each network is checked against `upstream_sha256` in the manifest, and what is written is entered there as `sha256`.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import io
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from types import ModuleType

from training.__main__ import record
from training.converted.operations import convert

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

WHEEL = "mediapipe==0.10.21"
"""The last one that carries the networks."""
WHEEL_SHA256 = "05dc4a9e593655a79558d05d6227d31018c2537a4bd3362b51e230cf22aecfe3"
PLATFORM = ("--platform", "manylinux_2_28_x86_64", "--python-version", "3.11", "--implementation", "cp")
"""Of that wheel; the networks in it are the same on every platform."""
SCHEMA = "mediapipe/tasks/metadata/schema_py_generated.py"


def main() -> None:
    """Convert every network that the manifest names with an `upstream`. Raises `RuntimeError` where a hash is wrong."""
    parser = argparse.ArgumentParser(prog="python -m training.converted", description=__doc__)
    parser.add_argument("--output", type=Path, required=True, help="folder of manifest.toml, for the networks")
    parser.add_argument("--wheel", type=Path, help=f"the wheel of {WHEEL} for Linux on x86-64")
    asked = parser.parse_args()
    manifest = tomllib.loads((asked.output / "manifest.toml").read_text("utf-8"))
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        wheel = (asked.wheel or _downloaded(scratch)).read_bytes()
        _expect(wheel, WHEEL_SHA256, WHEEL)
        with zipfile.ZipFile(io.BytesIO(wheel)) as inside:
            schema = _module(inside.read(SCHEMA), scratch)
            for entry in (e for e in manifest.values() if "upstream" in e):
                original = inside.read(entry["upstream"])
                _expect(original, entry["upstream_sha256"], entry["upstream"])
                beside = asked.output / f".{entry['file']}"
                beside.write_bytes(convert(original, schema, entry["mean"], entry["std"]))
                beside.replace(asked.output / entry["file"])
    record(asked.output)


def _expect(content: bytes, sha256: str, name: str) -> None:
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        raise RuntimeError(f"{name} has sha256 {found} in place of {sha256}: refused")


def _downloaded(folder: Path) -> Path:
    download = ("download", "--quiet", "--no-deps", "--only-binary=:all:", *PLATFORM, "--dest", str(folder), WHEEL)
    subprocess.run([sys.executable, "-m", "pip", *download], check=True)
    return next(folder.glob("*.whl"))


def _module(source: bytes, folder: Path) -> ModuleType:
    """The wheel's generated flatbuffers code, imported without its package."""
    path = folder / "schema.py"
    path.write_bytes(source)
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


if __name__ == "__main__":
    main()
