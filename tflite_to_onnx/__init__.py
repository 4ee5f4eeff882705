"""MediaPipe's networks as ONNX files: what they compute is unchanged, the runtime is another (docs/decisions/0013)."""
