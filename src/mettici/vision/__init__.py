"""Pixels in, frozen values out: the only package that runs networks."""
