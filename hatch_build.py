"""Build hooks: catalogues are compiled, third-party weights verified and put into `models/`; Linux on ARM gets a word.

The weights are files inside one wheel of MediaPipe, which later wheels no longer carry. pip downloads it from whatever
index it is configured for, and nothing opens it before its SHA-256 is known to be `WHEEL_SHA256`. Files already there
with the right hash are kept, so a build without a network works once `models/` is filled.
"""

from __future__ import annotations

import hashlib
import importlib.util
import io
import os
import platform
import subprocess
import sys
import tempfile
import zipfile
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.metadata.plugin.interface import MetadataHookInterface

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

WHEEL = "mediapipe==0.10.21"
WHEEL_SHA256 = "05dc4a9e593655a79558d05d6227d31018c2537a4bd3362b51e230cf22aecfe3"
# Every machine takes the same wheel, whatever its own platform: the weights are the same in all of them, and so is the
# generated flatbuffers code that runs here.
PLATFORM = ("--platform", "manylinux_2_28_x86_64", "--python-version", "3.11", "--implementation", "cp")
MANIFEST = "models/manifest.toml"
SCHEMAS = ("schema_py_generated", "metadata_schema_py_generated")


ARM = (
    "mettici does not run on Linux on ARM yet: the MediaPipe release it needs has no wheel for it, and later ones send "
    "usage metrics. Use Linux on x86-64, macOS or Windows; docs/decisions/0012-linux-on-arm.md says what is missing."
)


class PlatformHook(MetadataHookInterface):
    """Lets pip say in a sentence why it cannot install here, before it fails to find a MediaPipe that fits."""

    PLUGIN_NAME = "custom"

    def update(self, metadata: dict[str, Any]) -> None:  # noqa: ARG002 - hatchling's signature
        """Called by hatchling before anything is resolved. Raises `RuntimeError` on Linux on ARM."""
        if sys.platform == "linux" and platform.machine() in ("aarch64", "arm64", "armv7l"):
            raise RuntimeError(ARM)


class ModelsHook(BuildHookInterface[Any]):
    """Fills `models/` before the wheel (also an editable one) is built; compiles what the wheel says to people."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called by hatchling; an sdist carries no third-party weights."""
        if self.target_name == "wheel":
            fill(Path(self.root) / "models")
        if self.target_name == "wheel" and version == "standard":
            compiled = compile_messages(Path(self.root) / "src" / "mettici" / "messages", Path(self._scratch.name))
            build_data["force_include"].update({str(path): f"mettici/messages/{path.name}" for path in compiled})

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:  # noqa: ARG002 - as above
        """Called by hatchling once the wheel is written."""
        self._scratch.cleanup()

    @cached_property
    def _scratch(self) -> tempfile.TemporaryDirectory[str]:
        return tempfile.TemporaryDirectory()


def compile_messages(messages: Path, folder: Path) -> list[Path]:
    """The catalogues in `messages`, each compiled into `folder`."""
    compiling = _loaded(messages / "compiling.py")
    made = []
    for source in sorted(messages.glob("*.po")):
        made.append(folder / f"{source.stem}.mo")
        made[-1].write_bytes(compiling.compiled(source))
    return made


def fill(models: Path) -> None:
    """Take every missing third-party file into `models`.

    Raises `RuntimeError` where the wheel cannot be downloaded, is not the one of `WHEEL_SHA256`, or holds a file that
    differs from the manifest. The wheel is read once, so what was verified is what is opened.
    """
    entries = [e for e in tomllib.loads((models / Path(MANIFEST).name).read_text("utf-8")).values() if "upstream" in e]
    missing = [e for e in entries if not _is(models / e["file"], e["sha256"])]
    if not missing:
        return
    with tempfile.TemporaryDirectory() as scratch:
        wheel = _download(Path(scratch)).read_bytes()
        _expect(wheel, WHEEL_SHA256, "the wheel", "hatch_build.py")
        with zipfile.ZipFile(io.BytesIO(wheel)) as z:
            schema, metadata_schema = (_module(z, name, Path(scratch)) for name in SCHEMAS)
            for entry in missing:
                original = z.read(entry["upstream"])
                _expect(original, entry["upstream_sha256"], entry["upstream"], MANIFEST)
                ready = with_metadata(original, entry["mean"], entry["std"], schema, metadata_schema)
                _expect(ready, entry["sha256"], entry["file"], MANIFEST)
                _write(models / entry["file"], ready)


def _is(path: Path, sha256: str) -> bool:
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == sha256


def _expect(content: bytes, sha256: str, name: str, pinned_in: str) -> None:
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        raise RuntimeError(f"{name} from {WHEEL} has sha256 {found}, {pinned_in} pins {sha256}: refused")


def _write(path: Path, content: bytes) -> None:
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    beside.write_bytes(content)
    beside.replace(path)


def _download(folder: Path) -> Path:
    command = [
        sys.executable,
        "-m",
        "pip",
        "download",
        "--quiet",
        "--no-deps",
        "--only-binary=:all:",
        *PLATFORM,
        "--disable-pip-version-check",
        "--dest",
        str(folder),
        WHEEL,
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(
            f"{WHEEL}, whose wheel carries the face models, could not be downloaded. Allow pip to reach "
            f"a package index, or copy the files that models/manifest.toml names into models/.\n{done.stderr}"
        )
    return next(folder.glob("*.whl"))


def _module(wheel: zipfile.ZipFile, name: str, folder: Path) -> ModuleType:
    """A module of generated flatbuffers code out of the wheel, imported without its package."""
    path = folder / f"{name}.py"
    path.write_bytes(wheel.read(f"mediapipe/tasks/metadata/{name}.py"))
    return _loaded(path)


def _loaded(path: Path) -> ModuleType:
    """The module in a file, without its package."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise ImportError(path.stem)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def with_metadata(tflite: bytes, mean: float, std: float, schema: Any, metadata_schema: Any) -> bytes:
    """The TFLite file with metadata: one image input, normalised by `mean` and `std`, and one feature per output.

    MediaPipe's image tasks refuse files without it.
    """
    import flatbuffers
    import numpy as np

    model = schema.ModelT.InitFromObj(schema.Model.GetRootAs(tflite, 0))
    graph = model.subgraphs[0]
    described = metadata_schema.SubGraphMetadataT()
    described.inputTensorMetadata = [_image_input(mean, std, metadata_schema)]
    described.outputTensorMetadata = [_feature(f"out{i}", metadata_schema) for i in range(len(graph.outputs))]
    metadata = metadata_schema.ModelMetadataT()
    metadata.subgraphMetadata = [described]
    builder = flatbuffers.Builder(0)
    builder.Finish(metadata.Pack(builder), b"M001")
    buffer, entry = schema.BufferT(), schema.MetadataT()
    buffer.data = np.frombuffer(bytes(builder.Output()), np.uint8)
    model.buffers.append(buffer)
    entry.name, entry.buffer = "TFLITE_METADATA", len(model.buffers) - 1
    model.metadata = [*(model.metadata or []), entry]
    builder = flatbuffers.Builder(0)
    builder.Finish(model.Pack(builder), b"TFL3")
    return bytes(builder.Output())


def _tensor(name: str, kind: int, properties: Any, schema: Any) -> Any:
    tensor, content = schema.TensorMetadataT(), schema.ContentT()
    content.contentPropertiesType, content.contentProperties = kind, properties
    tensor.name, tensor.content = name, content
    return tensor


def _feature(name: str, schema: Any) -> Any:
    return _tensor(name, schema.ContentProperties.FeatureProperties, schema.FeaturePropertiesT(), schema)


def _image_input(mean: float, std: float, schema: Any) -> Any:
    image, options, unit = schema.ImagePropertiesT(), schema.NormalizationOptionsT(), schema.ProcessUnitT()
    image.colorSpace = schema.ColorSpaceType.RGB
    options.mean, options.std = [mean], [std]
    unit.optionsType, unit.options = schema.ProcessUnitOptions.NormalizationOptions, options
    tensor = _tensor("image", schema.ContentProperties.ImageProperties, image, schema)
    tensor.processUnits = [unit]
    return tensor
