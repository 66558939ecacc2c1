"""Runs one LiteRT network: one array in, its output arrays out."""

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


def usable_processors() -> int:
    """How many processors this process may use: fewer than the machine has in some containers."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


# One interpreter for each processor, but no more than help: it serves one thread at a time, and holds tens of MB.
MAX_CONCURRENT = min(8, usable_processors())


class Network:
    """A LiteRT network that threads may share. Up to MAX_CONCURRENT threads compute at once; others wait.

    Shapes and arrays leave out the batch axis, which always has length 1.
    """

    def __init__(self, content: bytes, threads: int = 1) -> None:
        """content: a LiteRT file. threads: how many threads one computation uses.

        Raises ValueError or RuntimeError if LiteRT cannot load the file.
        """
        self._content, self._threads = content, threads
        self._idle: queue.LifoQueue[Interpreter] = queue.LifoQueue()
        self._n_interpreters, self._lock = 1, threading.Lock()
        first = self._new_interpreter()
        self._idle.put(first)
        (input_,), outputs = first.get_input_details(), first.get_output_details()
        self._input, self._outputs = input_["index"], [output["index"] for output in outputs]
        self.input_dtype = np.dtype(input_["dtype"])
        self.input_shape = tuple(int(n) for n in input_["shape"][1:])
        self.output_shapes = [tuple(int(n) for n in output["shape"][1:]) for output in outputs]

    def __call__(self, value: NDArray[np.float32]) -> list[NDArray[np.float32]]:
        """Compute the outputs. value: an array of input_shape."""
        interpreter = self._acquire()
        try:
            interpreter.set_tensor(self._input, value[None])
            interpreter.invoke()
            return [interpreter.get_tensor(index)[0] for index in self._outputs]
        finally:
            self._idle.put(interpreter)

    def _acquire(self) -> "Interpreter":
        """Take an idle interpreter, create one if there are fewer than MAX_CONCURRENT, or wait for one."""
        try:
            return self._idle.get_nowait()
        except queue.Empty:
            pass
        with self._lock:
            add_one = self._n_interpreters < MAX_CONCURRENT
            self._n_interpreters += add_one
        return self._new_interpreter() if add_one else self._idle.get()

    def _new_interpreter(self) -> "Interpreter":
        from ai_edge_litert.interpreter import Interpreter  # here, because a machine that only trains does not have it

        with quiet_stderr():
            interpreter = Interpreter(model_content=self._content, num_threads=self._threads)
            interpreter.allocate_tensors()
        return interpreter


def model_network(name: str, content: bytes, input_shape: tuple[int, ...], n_letters: int) -> Network:
    """Load one network of a model folder.

    name: the network's name in errors. Raises ModelError if its input or output does not match the contract.
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
