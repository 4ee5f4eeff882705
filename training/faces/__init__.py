"""How `models/face_looks.onnx` is trained: smile, eyes open, what hides face or eyes, a person or not."""

from training.faces.main import main

__all__ = ["main"]
