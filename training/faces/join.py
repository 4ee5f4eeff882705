"""Joins the network's opinions into calibrated probabilities, and writes the network as ONNX."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import torch

from mettici.vision.face_attributes import HEADS, Views
from training import onnx_file
from training.faces.network import OPINIONS, Judge, Network
from training.faces.train import tensors
from training.logistic import logistic

if TYPE_CHECKING:
    from pathlib import Path

Floats = npt.NDArray[np.float32]


def joined(opinions: Floats, value: Floats, weight: Floats) -> tuple[Floats, Floats]:
    """Weight (heads, opinions) and bias of the last layer, fitted on opinions about pictures held out from training."""
    matrix, bias = np.zeros((len(HEADS), len(OPINIONS)), np.float32), np.zeros(len(HEADS), np.float32)
    for n, head in enumerate(HEADS):
        columns = [i for i, (_, h) in enumerate(OPINIONS) if h == head]
        known = ~np.isnan(value[:, n])
        found = logistic(
            opinions[known][:, columns].astype(np.float64),
            value[known, n].astype(np.float64),
            weight[known, n].astype(np.float64),
        )
        matrix[n, columns], bias[n] = found[:-1], found[-1]
    return matrix, bias


def chances(opinions: Floats, matrix: Floats, bias: Floats) -> Floats:
    """(N, heads) calibrated probabilities."""
    return np.asarray(1 / (1 + np.exp(-(opinions @ matrix.T + bias))), np.float32)


def write(
    network: Network,
    matrix: npt.NDArray[np.float32],
    bias: npt.NDArray[np.float32],
    probe: Views,
    file: Path,
) -> float:
    """Write the judge as ONNX; return the largest difference between ONNX Runtime and torch on the stacked views
    `probe`."""
    judge = Judge(network, matrix, bias).to(memory_format=torch.contiguous_format)  # type: ignore[call-overload]
    return onnx_file.write(judge, tensors(probe), Views._fields, "chances", file)
