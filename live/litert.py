"""One LiteRT network: one array in, its outputs in order."""

import os
import queue
import threading
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from live.errors import ModelError
from live.quiet import quiet_stderr

if TYPE_CHECKING:
    from ai_edge_litert.interpreter import Interpreter

AT_ONCE = os.cpu_count() or 1  # an interpreter serves one thread at a time, and holds tens of MB


class Network:
    """Safe to share between threads, of which so many compute at once as there are processors, and the others wait.

    Shapes and values are without the batch axis, which is always 1.
    """

    def __init__(self, content: bytes, threads: int = 1) -> None:
        """content: a LiteRT file. Raises ValueError or RuntimeError where LiteRT cannot load it."""
        self._content, self._threads = content, threads
        self._free: queue.LifoQueue[Interpreter] = queue.LifoQueue()
        self._made, self._lock = 1, threading.Lock()
        first = self._interpreter()
        self._free.put(first)
        (taken,), given = first.get_input_details(), first.get_output_details()
        self._input, self._outputs = taken["index"], [each["index"] for each in given]
        self.input_dtype = np.dtype(taken["dtype"])
        self.input_shape = tuple(int(n) for n in taken["shape"][1:])
        self.output_shapes = [tuple(int(n) for n in each["shape"][1:]) for each in given]

    def __call__(self, value: NDArray[np.float32]) -> list[NDArray[np.float32]]:
        """Run it once."""
        interpreter = self._take()
        try:
            interpreter.set_tensor(self._input, value[None])
            interpreter.invoke()
            return [interpreter.get_tensor(index)[0] for index in self._outputs]
        finally:
            self._free.put(interpreter)

    def _take(self) -> "Interpreter":
        try:
            return self._free.get_nowait()
        except queue.Empty:
            pass
        with self._lock:
            one_more = self._made < AT_ONCE
            self._made += one_more
        return self._interpreter() if one_more else self._free.get()

    def _interpreter(self) -> "Interpreter":
        from ai_edge_litert.interpreter import Interpreter  # here, since a machine that only trains has none

        with quiet_stderr():
            interpreter = Interpreter(model_content=self._content, num_threads=self._threads)
            interpreter.allocate_tensors()
        return interpreter


def model_network(name: str, content: bytes, input_shape: tuple[int, ...], n_letters: int) -> Network:
    """One reader's network of a model folder.

    Raises ModelError where it is not what the contract says of it.
    """
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
