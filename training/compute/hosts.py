"""Several processes, on one host or on many, train one CNN: Keras on JAX, each process on its share of the data.

JAX ends a process that has lost process 0 on the spot, past Python. So the training runs in a child, and its parent
says what happened. What was trained up to the last epoch is in the run's checkpoint.
"""

import atexit
import hashlib
import os
import socket
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from live.errors import FingerspellError
from training.compute.child import end_with_parent, run_child
from training.compute.devices import Device
from training.layout import CHECKPOINTS, LOGS

WAIT_S = 300.0  # for the other processes to come
HEARTBEAT_S = 30  # who says nothing for so long is taken for dead; a connection that breaks is noticed at once


@dataclass(frozen=True)
class Together:
    """processes: that train together. process: which of them this is, from 0. host, port: where process 0 listens."""

    processes: int
    process: int
    host: str
    port: int

    @classmethod
    def of(cls, processes: int, process: int, coordinator: str) -> "Together":
        """coordinator: HOST:PORT. Raises FingerspellError."""
        if processes < 2 or not 0 <= process < processes:
            raise FingerspellError(
                f"--process-id {process}: with --processes {processes} it is one of 0 to {processes - 1}"
                if processes > 1
                else f"--processes {processes}: give two or more, or leave it out"
            )
        host, _, port = coordinator.rpartition(":")
        if not host or not port.isdecimal() or not 0 < int(port) < 2**16:
            raise FingerspellError(
                f"--coordinator {coordinator}: is not HOST:PORT; give process 0's, like 192.168.0.2:9911, to all"
            )
        return cls(processes, process, host, int(port))

    def __str__(self) -> str:
        return f"process {self.process} of {self.processes}"


def train_in_child(together: Together, command: Sequence[str], wanted: str, out: Path) -> int:
    """Run a command line that joins and trains; its exit status. wanted: device, as of fit.

    Raises FingerspellError where the processes do not find each other, or JAX ended the child.
    """
    _find_process_0(together)
    status = run_child(command, "jax", wanted)
    if status < 0:
        raise FingerspellError(f"{together}: JAX ended it (see {_log(out, together)}); {_lost(out)}")
    return status


def _find_process_0(together: Together) -> None:
    """Whether process 0 can listen, or, in the others, does. Raises FingerspellError."""
    where = (together.host.strip("[]"), together.port)
    if together.process == 0:
        try:
            with socket.create_server(where, family=socket.AF_INET6 if ":" in where[0] else socket.AF_INET):
                return
        except (OSError, UnicodeError) as error:
            raise FingerspellError(
                f"process 0 cannot listen at {together.host}:{together.port} ({error}); give an "
                "address of this host and a free port"
            ) from error
    until_s = time.monotonic() + WAIT_S
    print(f"{together}: looking for process 0 at {together.host}:{together.port}")
    while True:
        try:
            with socket.create_connection(where, timeout=5):
                return
        except UnicodeError as error:
            raise FingerspellError(f"--coordinator {together.host}: is no host's name") from error
        except OSError as error:
            if time.monotonic() > until_s:
                raise FingerspellError(
                    f"{together}: nobody answered at {together.host}:{together.port} for {WAIT_S:.0f} s ({error}); "
                    "start process 0, and check the address and the firewall"
                ) from error
            time.sleep(0.5)


@contextmanager
def joined(together: Together, wanted: str, out: Path) -> Iterator[Device]:
    """Train with the others inside. wanted: device, as of fit. For a process that has not used Keras yet.

    What the libraries say goes to a file beside the run. Raises FingerspellError where another process does not come
    or is lost.
    """
    end_with_parent()
    _libraries_write_to(_log(out, together))
    try:
        with _join(together, wanted, out) as device:
            yield device
    except BaseException:
        atexit.register(_leave)  # the last to be registered goes first: JAX would wait for the others
        raise


@contextmanager
def _join(together: Together, wanted: str, out: Path) -> Iterator[Device]:
    import jax

    try:
        jax.distributed.initialize(
            f"{together.host}:{together.port}",
            together.processes,
            together.process,
            coordinator_bind_address=f"{together.host}:{together.port}",  # without it, all of the host's addresses
            initialization_timeout=int(WAIT_S),
            heartbeat_timeout_seconds=HEARTBEAT_S,
        )
    except RuntimeError as error:
        raise FingerspellError(
            f"{together}: not all came within {WAIT_S:.0f} s; start each of them, with the same --processes and "
            "--coordinator"
        ) from error
    import keras

    keras.distribution.set_distribution(keras.distribution.DataParallel(auto_shard_dataset=False))
    on_gpu = jax.default_backend() == "gpu"
    if wanted == "gpu" and not on_gpu:
        raise FingerspellError("--device gpu: JAX sees no GPU; install jax[cuda12] and the driver, or use --device cpu")
    if jax.local_device_count() > 1:
        raise FingerspellError(
            f"this process sees {jax.local_device_count()} GPUs, and each process trains on one: start one for each, "
            "with CUDA_VISIBLE_DEVICES=0, 1 and so on"
        )
    kinds = ", ".join(sorted({each.device_kind for each in jax.devices()}))
    name = f"{together.processes} processes, Keras on JAX ({kinds})"
    try:
        yield Device(name, on_gpu, "jax", processes=together.processes, process=together.process)
    except (ValueError, RuntimeError) as error:  # what a collective raises is one or the other
        if not any(word in str(error) for word in ("Gloo", "NCCL", "oordination", "UNAVAILABLE", "DEADLINE")):
            raise
        os.write(2, f"{error}\n".encode())
        raise FingerspellError(f"{together}: lost another one (see {_log(out, together)}); {_lost(out)}") from error


def agree(what: str, told: str) -> None:
    """Wait for the other processes, and raise FingerspellError where one tells another thing of `what`."""
    from jax.experimental import multihost_utils

    own = np.frombuffer(hashlib.sha256(told.encode()).digest(), np.uint8)
    everyones: Any = multihost_utils.process_allgather(own)
    if (everyones != everyones[0]).any():
        raise FingerspellError(f"{what} is not the same in all processes; give each of them the same, and begin anew")


def _lost(out: Path) -> str:
    if not (out / CHECKPOINTS).is_dir():
        return "nothing was begun: start all of them again"
    return f"what was trained up to the last epoch is kept: start all of them again, with --resume --out {out}"


def _log(out: Path, together: Together) -> Path:
    return out / LOGS / f"process-{together.process}.log"


def _leave() -> None:
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(1)


def _libraries_write_to(path: Path) -> None:
    """What Python itself writes goes on to where it went."""
    path.parent.mkdir(parents=True, exist_ok=True)
    sys.stdout, sys.stderr = (os.fdopen(os.dup(number), "w", buffering=1) for number in (1, 2))
    with path.open("wb") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
