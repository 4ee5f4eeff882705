"""The networks trained here: ONNX files, each with a description of what it takes and gives beside it."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from mettici.errors import ModelCorruptError, ModelMissingError
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
def described(name: str) -> Description:
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
        self._description = description
        try:
            self._network = cv2.dnn.readNetFromONNX(np.frombuffer(path.read_bytes(), np.uint8))
            given = self.raw({name: np.zeros(shape, np.float32) for name, shape in description.inputs.items()})
        except cv2.error as error:
            raise ModelCorruptError("load", file=str(path), detail=error.err or "cv2.dnn") from error
        expected = sum(map(len, description.outputs.values()))
        if given.size != expected:
            detail = f"{given.size} outputs in place of {expected}"
            raise ModelCorruptError("load", file=str(path), detail=detail)

    def raw(self, inputs: Mapping[str, Floats]) -> Floats:
        """The output as it comes, flat, for `inputs` of the shapes described."""
        for name, blob in inputs.items():
            self._network.setInput(blob, name)
        return np.asarray(self._network.forward(), np.float32).ravel()

    def grouped(self, output: Floats) -> dict[str, dict[str, float]]:
        """The output's numbers by group and label."""
        told, start = {}, 0
        for group, labels in self._description.outputs.items():
            numbers = output[start : start + len(labels)].tolist()
            told[group], start = dict(zip(labels, numbers, strict=True)), start + len(labels)
        return told
