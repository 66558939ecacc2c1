"""One LiteRT network: one array in, its outputs in order."""

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray

from live.errors import ModelError
from live.quiet import quiet_stderr


class Network:
    """Not safe to share between threads. Shapes and values are without the batch axis, which is always 1."""

    def __init__(self, content: bytes, threads: int = 1) -> None:
        """content: a LiteRT file. Raises ValueError or RuntimeError where LiteRT cannot load it."""
        with quiet_stderr():
            self._interpreter = Interpreter(model_content=content, num_threads=threads)
            self._interpreter.allocate_tensors()
        (taken,), given = self._interpreter.get_input_details(), self._interpreter.get_output_details()
        self._input, self._outputs = taken["index"], [each["index"] for each in given]
        self.input_dtype = np.dtype(taken["dtype"])
        self.input_shape = tuple(int(n) for n in taken["shape"][1:])
        self.output_shapes = [tuple(int(n) for n in each["shape"][1:]) for each in given]

    def __call__(self, value: NDArray[np.float32]) -> list[NDArray[np.float32]]:
        """Run it once."""
        self._interpreter.set_tensor(self._input, value[None])
        self._interpreter.invoke()
        return [self._interpreter.get_tensor(index)[0] for index in self._outputs]


def model_network(name: str, content: bytes, input_shape: tuple[int, ...], n_letters: int) -> Network:
    """One reader's network of a model folder. Raises ModelError where it is not what the contract says of it."""
    try:
        network = Network(content)
    except (ValueError, RuntimeError) as error:
        raise ModelError(f"LiteRT cannot load the {name}'s weights ({error})") from error
    if network.input_shape != input_shape or network.input_dtype != np.float32:
        raise ModelError(
            f"the {name}'s weights take {network.input_dtype} {network.input_shape}, "
            f"this program gives float32 {input_shape}"
        )
    if network.output_shapes != [(n_letters,)]:
        raise ModelError(
            f"the {name}'s weights give {network.output_shapes[0][-1]} letters, model.json names {n_letters}"
        )
    return network
