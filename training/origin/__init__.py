"""How `models/origin.onnx` is trained: is the picture a photograph, and if not, what is it?"""
