"""A network's layers, their output shapes and parameters."""

import math
from typing import Any

import keras

from training.networks import build


def summary(name: str) -> dict[str, Any]:
    """Totals and layers of a named architecture; output shapes without the batch axis."""
    keras.backend.clear_session()  # so that layer names count from the start
    model = build(name)
    layers = [
        {
            "name": layer.name,
            "kind": type(layer).__name__,
            "output_shape": list(layer.output.shape[1:]),
            "parameters": layer.count_params(),
        }
        for layer in model.layers
        if not isinstance(layer, keras.layers.InputLayer)
    ]
    trainable = sum(math.prod(weights.shape) for weights in model.trainable_weights)
    return {"total": model.count_params(), "trainable": trainable, "layers": layers}


def in_words(told: dict[str, Any]) -> str:
    """The same as a table."""
    lines = [f"{'layer':<26} {'kind':<20} {'output shape':<18} {'parameters':>10}"]
    for layer in told["layers"]:
        shape = " x ".join(str(side) for side in layer["output_shape"])
        lines.append(f"{layer['name']:<26} {layer['kind']:<20} {shape:<18} {layer['parameters']:>10,}")
    lines.append(f"total {told['total']:,} parameters, {told['trainable']:,} of them trainable")
    return "\n".join(lines)
