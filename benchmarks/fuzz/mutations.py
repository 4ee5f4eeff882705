"""From a seed to a mutated file: file number n of a run is always the same bytes."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple

from benchmarks.fuzz.grammars import GRAMMARS, Piece, apart
from benchmarks.fuzz.seeds import Seed

MOST_BYTES = 2**20
"""A mutated file is cut here: what makes files large is tested by name, in tests/test_bombs.py."""
STRUCTURAL = 0.6
"""Share of mutations that keep the format's lengths and checksums."""
FOREIGN = 0.15
"""Share of those that also take in a piece of another file of the format."""
TELLING = (0, 1, 2, 3, 4, 7, 8, 16, 255, 256, 4000, 10_950, 30_000, 30_001, 2**15 - 1, 2**15, 2**16 - 1, 2**16,
           2**24, 2**31 - 1, 2**31, 2**32 - 2, 2**32 - 1)  # fmt: skip
"""Numbers at the edges of types and of our own limits (10 950 px squared is just within 120 megapixels)."""


class Mutant(NamedTuple):
    """A mutated file, and the name of the seed it comes from."""

    seed: str
    format: str
    data: bytes


def mutant(seeds: Sequence[Seed], run: int, number: int) -> Mutant:
    """File `number` of the run with that seed of chance."""
    chance = random.Random(f"{run} {number}")
    seed = chance.choice(seeds)
    data = seed.data
    for _ in range(chance.choice((1, 1, 1, 2, 3, 6))):
        structural = seed.format in GRAMMARS and chance.random() < STRUCTURAL
        data = (_rebuilt(data, seed, seeds, chance) if structural else _anyhow(data, seeds, chance))[:MOST_BYTES]
    return Mutant(seed.name, seed.format, data)


def _rebuilt(data: bytes, seed: Seed, seeds: Sequence[Seed], chance: random.Random) -> bytes:
    """Mutate one piece, and put all together again."""
    pieces = apart(seed.format, data)
    chance.choice(_ON_PIECES)(pieces, chance)
    if chance.random() < FOREIGN:
        other = chance.choice([s for s in seeds if s.format == seed.format])
        pieces.insert(chance.randrange(len(pieces) + 1), chance.choice(apart(seed.format, other.data)))
    return GRAMMARS[seed.format].together(pieces)


def _drop(pieces: list[Piece], chance: random.Random) -> None:
    del pieces[chance.randrange(len(pieces))]


def _repeat(pieces: list[Piece], chance: random.Random) -> None:
    at = chance.randrange(len(pieces))
    pieces[at:at] = [pieces[at]] * chance.choice((1, 1, 2, 20, 500))


def _swap(pieces: list[Piece], chance: random.Random) -> None:
    a, b = chance.randrange(len(pieces)), chance.randrange(len(pieces))
    pieces[a], pieces[b] = pieces[b], pieces[a]


def _rename(pieces: list[Piece], chance: random.Random) -> None:
    a, b = chance.randrange(len(pieces)), chance.randrange(len(pieces))
    if pieces[a].kind and pieces[b].kind:
        pieces[a] = pieces[a]._replace(kind=pieces[b].kind)


def _within(pieces: list[Piece], chance: random.Random) -> None:
    at = chance.randrange(len(pieces))
    body = pieces[at].body
    pieces[at] = pieces[at]._replace(body=chance.choice(_ON_BYTES)(body, chance) if body else chance.randbytes(4))


def _field(pieces: list[Piece], chance: random.Random) -> None:
    """Put a telling number where a piece begins, which is where most formats have their fields."""
    at = chance.randrange(len(pieces))
    body = pieces[at].body
    pieces[at] = pieces[at]._replace(body=_number(body[:32], chance) + body[32:])


def _flip(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 8, 64))):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def _number(data: bytes, chance: random.Random) -> bytes:
    size = chance.choice((1, 2, 4))
    order: Literal["big", "little"] = chance.choice(("big", "little"))
    at = chance.randrange(len(data)) // size * size if data else 0
    value = chance.choice(TELLING) & (1 << 8 * size) - 1
    return data[:at] + value.to_bytes(size, order) + data[at + size :]


def _noise(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data))
    return data[:at] + chance.randbytes(chance.choice((1, 4, 16, 256))) + data[at + chance.choice((0, 4, 16)) :]


def _cut_out(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data))
    return data[:at] + data[at + chance.choice((1, 2, 8, 100, 1000)) :]


def _truncate(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data))]


def _again(data: bytes, chance: random.Random) -> bytes:
    """A stretch of the file once or many times more."""
    at = chance.randrange(len(data))
    stretch = data[at : at + chance.choice((1, 4, 16, 64, 512))]
    return data[:at] + stretch * chance.choice((1, 2, 50, 1000)) + data[at:]


def _fill(data: bytes, chance: random.Random) -> bytes:
    at, length = chance.randrange(len(data)), chance.choice((1, 4, 16, 64, 512))
    return data[:at] + chance.choice((b"\0", b"\xff", b"A")) * min(length, len(data) - at) + data[at + length :]


_ON_BYTES: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    _flip, _flip, _number, _number, _noise, _cut_out, _truncate, _again, _fill,
)  # fmt: skip
_ON_PIECES: tuple[Callable[[list[Piece], random.Random], None], ...] = (
    _drop, _repeat, _swap, _rename, _within, _within, _within, _field, _field, _field,
)  # fmt: skip


def _anyhow(data: bytes, seeds: Sequence[Seed], chance: random.Random) -> bytes:
    """Mutate the bytes, whatever they mean; one in eight becomes the head of one file with the tail of another."""
    if not data or chance.random() < 1 / 8:
        other = chance.choice(seeds).data
        return data[: chance.randrange(len(data) + 1)] + other[chance.randrange(len(other)) :]
    return chance.choice(_ON_BYTES)(data, chance)
