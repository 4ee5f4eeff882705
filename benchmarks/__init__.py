"""Benchmarks: speed, memory, throughput and robustness."""
