"""How `models/face_looks.onnx` is trained: smile, eyes open, what hides face or eyes, a person or not."""
