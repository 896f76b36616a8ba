"""Pieces one after the other, each fading into the next: the same walk for picture and sound.

A piece is a stream of blocks, one a frame of the reel: its pixels, or the samples heard meanwhile.
At most two streams are read, and one block of each is held.
"""

from collections.abc import Callable, Generator, Iterable
from contextlib import ExitStack, closing

import numpy as np

from funny.moments.reel.values import Piece

Blocks = Generator[np.ndarray, None, None]
Mix = Callable[[np.ndarray, np.ndarray, float, float], np.ndarray]
"""Block of the piece that goes, of the one that comes, and how far the crossfade is when the
block begins and ends, 0..1 → the block that is shown or heard."""


def joined(pieces: Iterable[tuple[Piece, Blocks]], mix: Mix) -> Blocks:
    """The blocks of a reel, one a frame.

    Args:
        pieces: Each with a stream of as many blocks as it has frames; streams are closed.
        mix: Makes one block of two where pieces overlap.
    """
    with ExitStack() as streams:
        going: Blocks | None = None
        for piece, coming in pieces:
            streams.enter_context(closing(coming))
            if going is not None:
                for frame in range(piece.fade_in):
                    far = (frame / piece.fade_in, (frame + 1) / piece.fade_in)
                    yield mix(next(going), next(coming), *far)
                going.close()
            for _ in range(piece.frames - piece.fade_in - piece.fade_out):
                yield next(coming)
            going = coming


def mixed_pictures(going: np.ndarray, coming: np.ndarray, begin: float, end: float) -> np.ndarray:
    """Pixels (n,) of 8 bits that lie between two pictures."""
    share = round(128 * (begin + end))
    mixed = going.astype(np.uint16) * (256 - share) + coming.astype(np.uint16) * share
    return ((mixed + 128) >> 8).astype(np.uint8)


def mixed_sounds(going: np.ndarray, coming: np.ndarray, begin: float, end: float) -> np.ndarray:
    """Samples (n, channels) of two sounds; their power adds up to one all along."""
    angle = np.linspace(begin, end, len(going), endpoint=False)[:, None] * (np.pi / 2)
    return (going * np.cos(angle) + coming * np.sin(angle)).astype(np.float32)
