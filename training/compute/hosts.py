"""Several processes, on one host or many, train one CNN: Keras on JAX, each process on its share of the data.

When JAX loses process 0 it ends the process at once, past Python. Therefore the training runs in a child, and its
parent reports what happened. The run's checkpoint holds everything up to the last complete epoch.
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

from live.errors import FingerspellError
from training.compute.child import end_with_parent, run_child
from training.compute.devices import Device, DeviceName
from training.errors import SettingError, UnfinishedRunError
from training.layout import CHECKPOINTS, LOGS

WAIT_S = 300.0  # for the other processes to start
HEARTBEAT_S = 30  # a process that is silent this long counts as dead; a broken connection is noticed at once

# Words by which JAX's collectives name a lost process. They raise ValueError or RuntimeError.
LOST_PROCESS = ("Gloo", "NCCL", "oordination", "UNAVAILABLE", "DEADLINE")


@dataclass(frozen=True)
class ProcessGroup:
    """processes: how many train together. process: the number of this one, from 0. host, port: where process 0
    listens.
    """

    processes: int
    process: int
    host: str
    port: int

    @classmethod
    def parse(cls, processes: int, process_id: int, coordinator: str) -> "ProcessGroup":
        """coordinator: HOST:PORT. Raises SettingError."""
        if processes < 2:
            raise SettingError(f"{processes} process is no group; give two or more, or leave it out", "processes")
        if not 0 <= process_id < processes:
            raise SettingError(f"{process_id} is not one of 0 to {processes - 1}", "process_id")
        host, _, port = coordinator.rpartition(":")
        if not host or not port.isdecimal() or not 0 < int(port) < 2**16:
            raise SettingError(
                f"{coordinator} is not HOST:PORT; give every process the address of process 0, like 192.168.0.2:9911",
                "coordinator",
            )
        return cls(processes, process_id, host, int(port))

    def __str__(self) -> str:
        return f"process {self.process} of {self.processes}"

    @property
    def address(self) -> str:
        """HOST:PORT of process 0."""
        return f"{self.host}:{self.port}"


def train_in_child(group: ProcessGroup, command: Sequence[str], device: DeviceName, out: Path) -> int:
    """Run a command line that joins the group and trains. Returns its exit status.

    Raises FingerspellError if the processes do not find each other, or JAX ended the child.
    """
    _find_process_0(group)
    status = run_child(command, "jax", device)
    if status < 0:
        raise _lost(group, "JAX ended it", out)
    return status


def _find_process_0(group: ProcessGroup) -> None:
    """Check that process 0 can listen or, in the others, wait until it does. Raises FingerspellError."""
    address = (group.host.strip("[]"), group.port)
    if group.process == 0:
        try:
            with socket.create_server(address, family=socket.AF_INET6 if ":" in address[0] else socket.AF_INET):
                return
        except (OSError, UnicodeError) as error:
            raise FingerspellError(
                f"process 0 cannot listen at {group.address} ({error}); give an address of this host and a free port"
            ) from error
    deadline_s = time.monotonic() + WAIT_S
    print(f"{group}: looking for process 0 at {group.address}")
    while True:
        try:
            with socket.create_connection(address, timeout=5):
                return
        except UnicodeError as error:
            raise SettingError(f"{group.host} is not a host name", "coordinator") from error
        except OSError as error:
            if time.monotonic() > deadline_s:
                raise FingerspellError(
                    f"{group}: no answer at {group.address} for {WAIT_S:.0f} s ({error}); start process 0, and check "
                    "the address and the firewall"
                ) from error
            time.sleep(0.5)


@contextmanager
def join_group(group: ProcessGroup, device: DeviceName, out: Path) -> Iterator[Device]:
    """Train with the other processes inside the context. Use it before the process has used Keras.

    The libraries' output goes to a log file in the run's folder. Raises FingerspellError if another process does not
    start or is lost.
    """
    end_with_parent()
    _redirect_libraries_to(_log(out, group))
    try:
        with _connect(group, device, out) as group_device:
            yield group_device
    except BaseException:
        atexit.register(_leave)  # registered last, so called first: JAX would wait for the other processes
        raise


@contextmanager
def _connect(group: ProcessGroup, device: DeviceName, out: Path) -> Iterator[Device]:
    import jax

    try:
        jax.distributed.initialize(
            group.address,
            group.processes,
            group.process,
            coordinator_bind_address=group.address,  # the default is every address of the host
            initialization_timeout=int(WAIT_S),
            heartbeat_timeout_seconds=HEARTBEAT_S,
        )
    except RuntimeError as error:
        raise SettingError(
            f"{group}: not all processes started within {WAIT_S:.0f} s; start each of them with the same values",
            "processes",
            "coordinator",
        ) from error
    on_gpu = _check_gpus(device)
    import keras

    keras.distribution.set_distribution(keras.distribution.DataParallel(auto_shard_dataset=False))
    kinds = ", ".join(sorted({gpu.device_kind for gpu in jax.devices()}))
    name = f"{group.processes} processes, Keras on JAX ({kinds})"
    try:
        yield Device(name, on_gpu, "jax", processes=group.processes, process=group.process)
    except (ValueError, RuntimeError) as error:
        if not any(word in str(error) for word in LOST_PROCESS):
            raise
        os.write(2, f"{error}\n".encode())
        raise _lost(group, "lost another process", out) from error


def _check_gpus(device: DeviceName) -> bool:
    """Whether JAX computes on a GPU. Raises FingerspellError if it does not though it should, or on several."""
    import jax

    on_gpu = bool(jax.default_backend() == "gpu")
    if device == "gpu" and not on_gpu:
        raise SettingError("JAX sees no GPU; install jax[cuda12] and the driver, or choose the CPU", "device")
    if jax.local_device_count() > 1:
        raise FingerspellError(
            f"this process sees {jax.local_device_count()} GPUs, but each process trains on one: start a process for "
            "each GPU, with CUDA_VISIBLE_DEVICES=0, 1 and so on"
        )
    return on_gpu


def check_agreement(what: str, value: str) -> None:
    """Wait for the other processes. Raises FingerspellError if their values of `what` differ."""
    import numpy as np
    from jax.experimental import multihost_utils

    digest = np.frombuffer(hashlib.sha256(value.encode()).digest(), np.uint8)
    digests: Any = multihost_utils.process_allgather(digest)
    if (digests != digests[0]).any():
        raise FingerspellError(f"the processes differ in {what}; give all of them the same, and start again")


def _lost(group: ProcessGroup, what: str, out: Path) -> FingerspellError:
    message = f"{group}: {what} (see {_log(out, group)}); "
    if not (out / CHECKPOINTS).is_dir():
        return FingerspellError(f"{message}the run had not begun: start all processes again")
    return UnfinishedRunError(f"{message}the last complete epoch is saved: start all processes again", out)


def _log(out: Path, group: ProcessGroup) -> Path:
    return out / LOGS / f"process-{group.process}.log"


def _leave() -> None:
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(1)


def _redirect_libraries_to(path: Path) -> None:
    """Send what libraries write to file descriptors 1 and 2 to a file. Python's own stdout and stderr stay."""
    path.parent.mkdir(parents=True, exist_ok=True)
    sys.stdout, sys.stderr = (os.fdopen(os.dup(number), "w", buffering=1) for number in (1, 2))
    with path.open("wb") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
