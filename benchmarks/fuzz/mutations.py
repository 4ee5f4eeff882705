"""Turns seeds into mutated files; file number n of a run always has the same bytes."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple

from benchmarks.fuzz.grammars import GRAMMARS, Piece, split
from benchmarks.fuzz.seeds import Seed

MOST_BYTES = 2**20
"""Mutated files are cut to this size; tests/test_bombs.py covers what makes files huge."""
STRUCTURAL = 0.6
"""Share of mutations that keep lengths and checksums valid."""
FOREIGN = 0.15
"""Share of the structural mutations that also insert a piece of another file of the same format."""
BOUNDARY_NUMBERS = (0, 1, 2, 3, 4, 7, 8, 16, 255, 256, 4000, 10_950, 30_000, 30_001, 2**15 - 1, 2**15, 2**16 - 1, 2**16,
           2**24, 2**31 - 1, 2**31, 2**32 - 2, 2**32 - 1)  # fmt: skip
"""Numbers at the limits of integer types and of our own bounds (10,950 px squared is just under 120 megapixels)."""


class Mutant(NamedTuple):
    """A mutated file and the name of its seed."""

    seed: str
    format: str
    data: bytes


def mutant(seeds: Sequence[Seed], run: int, number: int) -> Mutant:
    """File `number` of the run with the random seed `run`."""
    rng = random.Random(f"{run} {number}")
    seed = rng.choice(seeds)
    data = seed.data
    for _ in range(rng.choice((1, 1, 1, 2, 3, 6))):
        structural = seed.format in GRAMMARS and rng.random() < STRUCTURAL
        data = (_mutate_pieces(data, seed, seeds, rng) if structural else _mutate_bytes(data, seeds, rng))[:MOST_BYTES]
    return Mutant(seed.name, seed.format, data)


def _mutate_pieces(data: bytes, seed: Seed, seeds: Sequence[Seed], rng: random.Random) -> bytes:
    """Mutate one piece and join the file again."""
    pieces = split(seed.format, data)
    rng.choice(_ON_PIECES)(pieces, rng)
    if rng.random() < FOREIGN:
        other = rng.choice([s for s in seeds if s.format == seed.format])
        pieces.insert(rng.randrange(len(pieces) + 1), rng.choice(split(seed.format, other.data)))
    return GRAMMARS[seed.format].join(pieces)


def _drop(pieces: list[Piece], rng: random.Random) -> None:
    del pieces[rng.randrange(len(pieces))]


def _repeat(pieces: list[Piece], rng: random.Random) -> None:
    at = rng.randrange(len(pieces))
    pieces[at:at] = [pieces[at]] * rng.choice((1, 1, 2, 20, 500))


def _swap(pieces: list[Piece], rng: random.Random) -> None:
    a, b = rng.randrange(len(pieces)), rng.randrange(len(pieces))
    pieces[a], pieces[b] = pieces[b], pieces[a]


def _rename(pieces: list[Piece], rng: random.Random) -> None:
    a, b = rng.randrange(len(pieces)), rng.randrange(len(pieces))
    if pieces[a].kind and pieces[b].kind:
        pieces[a] = pieces[a]._replace(kind=pieces[b].kind)


def _within(pieces: list[Piece], rng: random.Random) -> None:
    at = rng.randrange(len(pieces))
    body = pieces[at].body
    pieces[at] = pieces[at]._replace(body=rng.choice(_ON_BYTES)(body, rng) if body else rng.randbytes(4))


def _field(pieces: list[Piece], rng: random.Random) -> None:
    """Write a boundary number at the start of a piece, where most formats have their fields."""
    at = rng.randrange(len(pieces))
    body = pieces[at].body
    pieces[at] = pieces[at]._replace(body=_number(body[:32], rng) + body[32:])


def _flip(data: bytes, rng: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 8, 64))):
        changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def _number(data: bytes, rng: random.Random) -> bytes:
    size = rng.choice((1, 2, 4))
    order: Literal["big", "little"] = rng.choice(("big", "little"))
    at = rng.randrange(len(data)) // size * size if data else 0
    value = rng.choice(BOUNDARY_NUMBERS) & (1 << 8 * size) - 1
    return data[:at] + value.to_bytes(size, order) + data[at + size :]


def _noise(data: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(data))
    return data[:at] + rng.randbytes(rng.choice((1, 4, 16, 256))) + data[at + rng.choice((0, 4, 16)) :]


def _cut_out(data: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(data))
    return data[:at] + data[at + rng.choice((1, 2, 8, 100, 1000)) :]


def _truncate(data: bytes, rng: random.Random) -> bytes:
    return data[: rng.randrange(len(data))]


def _duplicate(data: bytes, rng: random.Random) -> bytes:
    """Repeat a stretch of the file, once or many times."""
    at = rng.randrange(len(data))
    stretch = data[at : at + rng.choice((1, 4, 16, 64, 512))]
    return data[:at] + stretch * rng.choice((1, 2, 50, 1000)) + data[at:]


def _fill(data: bytes, rng: random.Random) -> bytes:
    at, length = rng.randrange(len(data)), rng.choice((1, 4, 16, 64, 512))
    return data[:at] + rng.choice((b"\0", b"\xff", b"A")) * min(length, len(data) - at) + data[at + length :]


_ON_BYTES: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    _flip, _flip, _number, _number, _noise, _cut_out, _truncate, _duplicate, _fill,
)  # fmt: skip
_ON_PIECES: tuple[Callable[[list[Piece], random.Random], None], ...] = (
    _drop, _repeat, _swap, _rename, _within, _within, _within, _field, _field, _field,
)  # fmt: skip


def _mutate_bytes(data: bytes, seeds: Sequence[Seed], rng: random.Random) -> bytes:
    """Mutate the bytes regardless of the format; one in eight becomes the head of one file with the tail of another."""
    if not data or rng.random() < 1 / 8:
        other = rng.choice(seeds).data
        return data[: rng.randrange(len(data) + 1)] + other[rng.randrange(len(other)) :]
    return rng.choice(_ON_BYTES)(data, rng)
