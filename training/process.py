"""Settings for each training process."""

from __future__ import annotations

import cv2
import torch


def settle() -> None:
    """Use one core per process, since several run in parallel."""
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
