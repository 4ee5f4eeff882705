"""Mutated files of every format, thrown at every entry of bytes. See `benchmarks.fuzz.__main__`."""
