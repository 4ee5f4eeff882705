"""A bit reader for binary headers."""

from __future__ import annotations


class Bits:
    """`bits(n)` reads the next `n` bits as an unsigned number; bits beyond the end are zero."""

    def __init__(self, data: bytes) -> None:
        self._bits, self._left = int.from_bytes(data, "big"), 8 * len(data)

    def __call__(self, count: int) -> int:
        self._left -= count
        taken = self._bits >> self._left if self._left >= 0 else 0
        return taken & ((1 << count) - 1)

    def golomb(self) -> int:
        """Read an unsigned Exp-Golomb number."""
        zeros = 0
        while zeros < 32 and not self(1):
            zeros += 1
        return (1 << zeros) - 1 + self(zeros)
