"""A seeded fuzzer: file number N of a container is the same bytes everywhere, for ever."""

import random
from collections.abc import Callable

_NUMBERS = (0, 1, 0x7F, 0xFF, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, 0x0000_FFFF)
_HEAD = 600
"""Where headers lie: half of all damage is done there, and at the end, where mp4 has some too."""


def mutated(whole: bytes, seed: int) -> bytes:
    """A damaged file: up to six pieces of damage, none of which a person would make."""
    chance = random.Random(seed)
    torn = bytearray(whole)
    for _ in range(chance.randint(1, 6)):
        chance.choice(_WAYS)(torn, _place(torn, chance), chance)
    return bytes(torn)


def _place(torn: bytearray, chance: random.Random) -> int:
    near = min(_HEAD, len(torn))
    return chance.choice(
        (
            chance.randrange(near),
            len(torn) - 1 - chance.randrange(near),
            *(chance.randrange(len(torn)) for _ in range(2)),
        )
    )


def _flip(torn: bytearray, at: int, chance: random.Random) -> None:
    for place in range(at, min(len(torn), at + chance.choice((1, 1, 4, 40)))):
        torn[place] ^= 1 << chance.randrange(8)


def _number(torn: bytearray, at: int, chance: random.Random) -> None:
    order = chance.choice(("big", "little"))
    torn[at : at + 4] = chance.choice(_NUMBERS).to_bytes(4, order)[: len(torn) - at]


def _blank(torn: bytearray, at: int, chance: random.Random) -> None:
    count = min(len(torn) - at, chance.choice((4, 64, 1024)))
    torn[at : at + count] = bytes(count)


def _cut(torn: bytearray, at: int, chance: random.Random) -> None:
    if len(torn) > 2 * _HEAD:
        del torn[at : at + chance.choice((1, 7, 188, 4096))]


def _again(torn: bytearray, at: int, chance: random.Random) -> None:
    torn[at:at] = torn[at : at + chance.choice((1, 8, 512))]


_WAYS: tuple[Callable[[bytearray, int, random.Random], None], ...] = (
    _flip,
    _flip,
    _number,
    _number,
    _blank,
    _cut,
    _again,
)
