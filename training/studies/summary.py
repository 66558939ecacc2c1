"""A network's layers, their output shapes and parameters."""

import math
from dataclasses import asdict, dataclass

import keras

from training.networks import build


@dataclass(frozen=True)
class Layer:
    """One layer. output_shape: without the batch axis."""

    name: str
    kind: str
    output_shape: list[int]
    parameters: int


@dataclass(frozen=True)
class Summary:
    """total, trainable: numbers of parameters. layers: in order, without the input."""

    total: int
    trainable: int
    layers: list[Layer]

    def format(self) -> str:
        """The layers as a table, then the totals."""
        lines = [f"{'layer':<26} {'kind':<20} {'output shape':<18} {'parameters':>10}"]
        for layer in self.layers:
            shape = " x ".join(str(side) for side in layer.output_shape)
            lines.append(f"{layer.name:<26} {layer.kind:<20} {shape:<18} {layer.parameters:>10,}")
        lines.append(f"total {self.total:,} parameters, {self.trainable:,} of them trainable")
        return "\n".join(lines)

    def to_json(self) -> dict[str, object]:
        """The object that `fingerspell-train summary --json` prints."""
        return asdict(self)


def summary(name: str) -> Summary:
    """Build a named architecture and describe it. Raises FingerspellError if there is no such architecture."""
    keras.backend.clear_session()  # so that layer names count from the start
    model = build(name)
    layers = [
        Layer(layer.name, type(layer).__name__, list(layer.output.shape[1:]), layer.count_params())
        for layer in model.layers
        if not isinstance(layer, keras.layers.InputLayer)
    ]
    trainable = sum(math.prod(weights.shape) for weights in model.trainable_weights)
    return Summary(model.count_params(), trainable, layers)
