"""Trains `models/face_looks.onnx`: smile, open eyes, hidden face or eyes, and whether the face is a person's."""
