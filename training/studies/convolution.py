"""How a convolution changes a picture's size, with the formula. Standard library only."""

import math
from dataclasses import asdict, dataclass
from typing import Literal

from live.errors import FingerspellError

Padding = Literal["valid", "same"]
LARGEST = 1_000_000  # no layer has a larger number; one is a typing error, or takes for ever


@dataclass(frozen=True)
class Convolution:
    """One side of a square convolution (or pooling) layer, in pixels, and the layer's parameters.

    pad_before, pad_after: pixels of zeros on the two sides, as Keras and TensorFlow add them: none for valid padding;
    for same padding as few as give an output of ceil(input / stride), the odd one after. parameters: weights and
    biases.
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

    def format(self) -> str:
        """The formula with its numbers, then the output's shape and the parameters."""
        both = self.pad_before + self.pad_after
        return (
            f"output = floor((I - F + P) / S) + 1 = floor(({self.input} - {self.kernel} + {both}) / {self.stride}) + 1 "
            f"= {self.output}\n"
            f"padding {self.padding}: P = {both} ({self.pad_before} before, {self.pad_after} after)\n"
            f"output shape {self.output} x {self.output} x {self.filters}\n"
            f"parameters = (F x F x C + 1) x K = ({self.kernel} x {self.kernel} x {self.channels} + 1) "
            f"x {self.filters} = {self.parameters:,}"
        )

    def to_json(self) -> dict[str, object]:
        """The object that `fingerspell-train shape --json` prints."""
        return asdict(self)


def convolution(
    side: int, kernel: int, stride: int = 1, padding: Padding = "valid", filters: int = 1, channels: int = 1
) -> Convolution:
    """A layer on pictures of side x side x channels. Raises FingerspellError if there is no such layer.

    The formula is that of Dumoulin and Visin, "A guide to convolution arithmetic for deep learning", 2016, with P for
    both sides together.
    """
    numbers = {"input": side, "kernel": kernel, "stride": stride, "filters": filters, "channels": channels}
    for name, number in numbers.items():
        if not 1 <= number <= LARGEST:
            raise FingerspellError(f"{name} {number}: must be a whole number from 1 to {LARGEST:,}")
    padded = max(0, (math.ceil(side / stride) - 1) * stride + kernel - side) if padding == "same" else 0
    if side + padded < kernel:
        raise FingerspellError(
            f"a kernel of {kernel} does not fit into {side} pixels without padding; use same padding or a smaller one"
        )
    return Convolution(
        input=side,
        kernel=kernel,
        stride=stride,
        padding=padding,
        pad_before=padded // 2,
        pad_after=padded - padded // 2,
        output=(side - kernel + padded) // stride + 1,
        channels=channels,
        filters=filters,
        parameters=(kernel * kernel * channels + 1) * filters,
    )
