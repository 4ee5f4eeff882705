"""Pixels in, frozen values out: the only package that knows MediaPipe and runs networks."""
