"""Converts MediaPipe's networks to ONNX: the same computation on another runtime (docs/decisions/0013)."""
