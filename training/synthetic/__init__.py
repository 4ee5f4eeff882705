"""Synthetic training pictures for kinds with few labelled ones. Needs no torch."""
