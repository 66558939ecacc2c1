"""What a convolution makes of a picture's size, and the formula. Standard library only."""

import math
from dataclasses import asdict, dataclass
from typing import Any, Literal

from live.errors import FingerspellError

Padding = Literal["valid", "same"]
LARGEST = 1_000_000  # of every number: no layer's is larger, and what is may not be meant


@dataclass(frozen=True)
class Convolution:
    """One side of a square convolution (or pooling) layer, numbers in pixels, and its parameters.

    input, kernel, stride: of the layer. pad_before, pad_after: pixels of zeros on the two sides, as Keras and
    TensorFlow add them: none where padding is valid, as few as give ceil(input / stride) where it is same, the odd one
    after.
    parameters: weights and biases.
    """

    input: int
    kernel: int
    stride: int
    padding: Padding
    pad_before: int
    pad_after: int
    output: int
    channels: int
    filters: int
    parameters: int

    def in_words(self) -> str:
        """The formula with the numbers in it, then what comes out."""
        both = self.pad_before + self.pad_after
        return (
            f"output = floor((I - F + P) / S) + 1 = floor(({self.input} - {self.kernel} + {both}) / {self.stride}) + 1 "
            f"= {self.output}\n"
            f"padding {self.padding}: P = {both} ({self.pad_before} before, {self.pad_after} after)\n"
            f"output shape {self.output} x {self.output} x {self.filters}\n"
            f"parameters = (F x F x C + 1) x K = ({self.kernel} x {self.kernel} x {self.channels} + 1) "
            f"x {self.filters} = {self.parameters:,}"
        )

    def to_json(self) -> dict[str, Any]:
        """All of it."""
        return asdict(self)


def convolution(
    side: int, kernel: int, stride: int = 1, padding: Padding = "valid", filters: int = 1, channels: int = 1
) -> Convolution:
    """What a layer makes of pictures side x side x channels. Raises FingerspellError where there is no such layer.

    Source of the formula: Dumoulin and Visin, "A guide to convolution arithmetic for deep learning", 2016, with P both
    sides together.
    """
    for name, number in (
        ("--input", side), ("--kernel", kernel), ("--stride", stride), ("--filters", filters), ("--channels", channels),
    ):  # fmt: skip
        if not 1 <= number <= LARGEST:
            raise FingerspellError(f"{name} {number}: give a whole number from 1 to {LARGEST:,}")
    padded = max(0, (math.ceil(side / stride) - 1) * stride + kernel - side) if padding == "same" else 0
    if side + padded < kernel:
        raise FingerspellError(
            f"a kernel of {kernel} does not fit into {side} pixels without padding; use --padding same or a smaller one"
        )
    output = (side - kernel + padded) // stride + 1
    parameters = (kernel * kernel * channels + 1) * filters
    before = padded // 2
    return Convolution(
        side, kernel, stride, padding, before, padded - before, output, channels, filters, parameters
    )  # fmt: skip
