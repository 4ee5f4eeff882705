"""Turns pixels into frozen values. The only package that runs networks."""
