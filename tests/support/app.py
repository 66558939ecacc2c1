"""The app, or another Streamlit app, in a process of its own."""

import os
import random
import socket
import ssl
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryFile

import psutil

from tests.support.wait import wait_until

GIVEN: set[int] = set()  # ports that free_port has returned
ANY_CERTIFICATE = ssl._create_unverified_context()  # tests sign their own


def free_port() -> int:
    """A port of this machine that nobody listens on.

    It is none that the system gives to connections, so that it is still free when the app listens on it.
    """
    while True:
        port = random.SystemRandom().randrange(20_000, 32_000)  # random itself is seeded by trainings
        if port in GIVEN:
            continue
        GIVEN.add(port)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def answers(address: str) -> bool:
    """Whether a Streamlit app answers at this address."""
    try:
        with urllib.request.urlopen(f"{address}/_stcore/health", timeout=1, context=ANY_CERTIFICATE) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


@contextmanager
def running(
    command: Sequence[str],
    port: int,
    path: str = "",
    scheme: str = "http",
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
) -> Iterator[tuple[str, psutil.Process]]:
    """Run a command that serves a Streamlit app at this port. Gives the app's address, with the path, and its process.

    environment: variables added to those of this process. folder: where the command runs; by default, here.
    """
    address = f"{scheme}://127.0.0.1:{port}{path}"
    variables = {**os.environ, **(environment or {})}
    with TemporaryFile("w+") as output:
        process = subprocess.Popen(command, cwd=folder, env=variables, stdout=output, stderr=output)

        def started() -> bool:
            if process.poll() is not None:
                output.seek(0)
                raise AssertionError(f"the app ended with status {process.returncode}:\n{output.read()}")
            return answers(address)

        try:
            wait_until(started, f"{address} answers", every_s=0.1)
            yield address, psutil.Process(process.pid)
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@contextmanager
def running_app(*arguments: str, python: str = sys.executable, port: int | None = None) -> Iterator[str]:
    """Run `fingerspell` with these arguments. Gives its address."""
    port = port or free_port()
    scheme = "https" if "--certificate" in arguments else "http"
    with running([python, "-m", "live", "--port", str(port), *arguments], port, scheme=scheme) as (address, _):
        yield address
