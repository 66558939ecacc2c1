"""Numbers of a film's frames, drawn into their upper edge as a row of black and white squares."""

import numpy as np
from numpy.typing import NDArray

BITS, SQUARE_PX = 14, 16


def numbered(picture: NDArray[np.uint8], number: int) -> NDArray[np.uint8]:
    """A copy with this number in it."""
    stamped = picture.copy()
    for bit in range(BITS):
        level = 255 if number >> (BITS - 1 - bit) & 1 else 0
        stamped[:SQUARE_PX, bit * SQUARE_PX : (bit + 1) * SQUARE_PX] = level
    return stamped


def number_of(picture: NDArray[np.uint8]) -> int:
    """The number in a picture."""
    row = picture[SQUARE_PX // 2, SQUARE_PX // 2 : BITS * SQUARE_PX : SQUARE_PX, 1]
    return int("".join("1" if level > 127 else "0" for level in row), 2)
