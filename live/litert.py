"""One LiteRT network: one array in, its outputs in order."""

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray

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
