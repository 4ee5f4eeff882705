"""What each process of a training sets for itself."""

from __future__ import annotations

import cv2
import torch


def settle() -> None:
    """One core a process: several are at work."""
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
