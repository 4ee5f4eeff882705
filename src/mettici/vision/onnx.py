"""Networks trained for this project: ONNX files, each with a TOML description of its inputs and outputs."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from mettici.errors import ModelCorruptError, ModelMissingError
from mettici.vision.runtime import session
from mettici.vision.weights import folder, manifest

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Description:
    """Inputs and outputs of a network.

    `inputs`: the shape of each input. `outputs`: the labels of each group of numbers in the output, in order.
    """

    inputs: Mapping[str, tuple[int, ...]]
    outputs: Mapping[str, tuple[str, ...]]


@cache
def load_description(name: str) -> Description:
    """The description of the network called `name` in the manifest, from the `.toml` file next to its weights.

    Raises `ModelMissingError` if the file is missing, and `ModelCorruptError` if it is not a valid description.
    """
    if name not in manifest():
        raise ModelMissingError(file=name)
    path = (folder() / manifest()[name].file).with_suffix(".toml")
    try:
        parsed = tomllib.loads(path.read_text("utf-8"))
        return Description(
            {key: tuple(map(int, shape)) for key, shape in parsed["inputs"].items()},
            {group: tuple(map(str, labels)) for group, labels in parsed["outputs"].items()},
        )
    except FileNotFoundError as error:
        raise ModelMissingError(file=str(path)) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelCorruptError("load", file=str(path), detail=str(error)) from error


class OnnxNetwork:
    """An ONNX network, checked against its description when loaded. Not thread-safe."""

    def __init__(self, path: Path, description: Description) -> None:
        """Raises `ModelCorruptError` if the file is not a network or does not match the description."""
        self._description, self._session = description, session(path)
        takes = {one.name: tuple(one.shape) for one in self._session.get_inputs()}
        if takes != description.inputs:
            detail = f"inputs are {takes}, expected {dict(description.inputs)}"
            raise ModelCorruptError("load", file=str(path), detail=detail)
        given, expected = self._session.get_outputs()[0].shape[-1], sum(map(len, description.outputs.values()))
        if given != expected:
            raise ModelCorruptError("load", file=str(path), detail=f"{given} outputs, expected {expected}")

    def raw(self, inputs: Mapping[str, Floats]) -> Floats:
        """The output as one flat float32 array, for `inputs` of the described shapes."""
        return np.asarray(self._session.run(None, inputs)[0], np.float32).ravel()

    def grouped(self, output: Floats) -> dict[str, dict[str, float]]:
        """The numbers of a flat `output`, by group and label."""
        grouped, start = {}, 0
        for group, labels in self._description.outputs.items():
            numbers = output[start : start + len(labels)].tolist()
            grouped[group], start = dict(zip(labels, numbers, strict=True)), start + len(labels)
        return grouped
