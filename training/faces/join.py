"""How the three ways of looking are joined into calibrated chances, and the network is written as ONNX."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import torch

from mettici.vision.looks import HEADS, Views
from training import onnx_file
from training.faces.network import OPINIONS, Judge, Network
from training.faces.train import tensors

if TYPE_CHECKING:
    from pathlib import Path

Floats = npt.NDArray[np.float32]


def logistic(
    inputs: npt.NDArray[np.float64],
    wanted: npt.NDArray[np.float64],
    weight: npt.NDArray[np.float64],
    ridge: float = 1.0,
) -> npt.NDArray[np.float64]:
    """Coefficients, the constant last, of a logistic regression of chances `wanted` 0..1, by Newton's
    method."""
    x = np.column_stack([inputs, np.ones(len(inputs))])
    penalty = np.diag([ridge] * inputs.shape[1] + [0.0])
    found = np.zeros(x.shape[1])
    for _ in range(50):
        chance = 1 / (1 + np.exp(-np.clip(x @ found, -30, 30)))
        slope = x.T @ (weight * (chance - wanted)) + penalty @ found
        bend = (x * (weight * np.maximum(chance * (1 - chance), 1e-4))[:, None]).T @ x + penalty
        step = np.linalg.solve(bend, slope)
        found -= step
        if np.abs(step).max() < 1e-6:
            break
    return found


def joined(opinions: Floats, value: Floats, weight: Floats) -> tuple[Floats, Floats]:
    """Weight (heads, opinions) and bias of the last layer, from opinions on pictures the network was not
    trained on."""
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
    """(N, heads) calibrated chances."""
    return np.asarray(1 / (1 + np.exp(-(opinions @ matrix.T + bias))), np.float32)


def write(
    network: Network,
    matrix: npt.NDArray[np.float32],
    bias: npt.NDArray[np.float32],
    probe: Views,
    file: Path,
) -> float:
    """Write the judge as ONNX; the largest difference between cv2.dnn and torch on the stacked views `probe`."""
    judge = Judge(network, matrix, bias).to(memory_format=torch.contiguous_format)  # type: ignore[call-overload]
    return onnx_file.write(judge, tensors(probe), Views._fields, "chances", file)
