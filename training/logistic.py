"""Logistic regression on probabilities rather than classes."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt


def logistic(
    inputs: npt.NDArray[np.float64],
    wanted: npt.NDArray[np.float64],
    weight: npt.NDArray[np.float64],
    ridge: float = 1.0,
) -> npt.NDArray[np.float64]:
    """Coefficients, with the constant last, of a logistic regression on the probabilities `wanted` 0..1, by Newton's
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
