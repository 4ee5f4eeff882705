"""Fuzzing: mutated files of every format through every interface that takes bytes. See `benchmarks.fuzz.__main__`."""
