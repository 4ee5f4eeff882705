"""The networks trained here: ONNX files, each with a description of what it takes and gives beside it."""

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
    """What a network takes and gives: the shape of each input, and the labels of each group of numbers in its output,
    in their order."""

    inputs: Mapping[str, tuple[int, ...]]
    outputs: Mapping[str, tuple[str, ...]]


@cache
def load_description(name: str) -> Description:
    """The description beside the weights of that name in the manifest: the same file name, ending in `.toml`.

    Raises `ModelMissingError`, and `ModelCorruptError` where it is no description.
    """
    if name not in manifest():
        raise ModelMissingError(file=name)
    path = (folder() / manifest()[name].file).with_suffix(".toml")
    try:
        told = tomllib.loads(path.read_text("utf-8"))
        return Description(
            {key: tuple(map(int, shape)) for key, shape in told["inputs"].items()},
            {group: tuple(map(str, labels)) for group, labels in told["outputs"].items()},
        )
    except FileNotFoundError as error:
        raise ModelMissingError(file=str(path)) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelCorruptError("load", file=str(path), detail=str(error)) from error


class OnnxNetwork:
    """One ONNX network, held to its description as it is loaded. Not safe for two threads at once."""

    def __init__(self, path: Path, description: Description) -> None:
        """Raises `ModelCorruptError` where the file is no network, or not one of this description."""
        self._description, self._session = description, session(path)
        takes = {one.name: tuple(one.shape) for one in self._session.get_inputs()}
        if takes != description.inputs:
            detail = f"inputs {takes} in place of {dict(description.inputs)}"
            raise ModelCorruptError("load", file=str(path), detail=detail)
        given, expected = self._session.get_outputs()[0].shape[-1], sum(map(len, description.outputs.values()))
        if given != expected:
            raise ModelCorruptError("load", file=str(path), detail=f"{given} outputs in place of {expected}")

    def raw(self, inputs: Mapping[str, Floats]) -> Floats:
        """The output as it comes, flat, for `inputs` of the shapes described."""
        return np.asarray(self._session.run(None, inputs)[0], np.float32).ravel()

    def grouped(self, output: Floats) -> dict[str, dict[str, float]]:
        """The output's numbers by group and label."""
        told, start = {}, 0
        for group, labels in self._description.outputs.items():
            numbers = output[start : start + len(labels)].tolist()
            told[group], start = dict(zip(labels, numbers, strict=True)), start + len(labels)
        return told
