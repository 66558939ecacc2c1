"""How many people one server reads at once, and how fast: `python -m tests.measurements.crowd`.

Each camera plays drawn hands at 640x480 and 15 frames a second. The clients run on the same machine, and share its
cores with the server. server_cores and server_mb are the server's alone. readings_per_s and the delays are those of the
slowest person.
"""

import argparse
import asyncio
import json
import sys
import time
from contextlib import AsyncExitStack
from typing import Any

import numpy as np
import psutil
from numpy.typing import NDArray

from tests.support import drawn
from tests.support.app import running_app
from tests.support.client import Person, encoded

FPS = 15.0
WARM_UP_S = 5.0
SIZES = (1, 2, 4, 8, 12, 16)


def pictures(fps: float = FPS) -> list[NDArray[np.uint8]]:
    """A film of L and Y in different places, with a bare wall after each."""
    film: list[NDArray[np.uint8]] = []
    for letter, shift in (("L", (-130, 30)), ("Y", (120, 40))):
        film += [drawn.signed(letter, 0.8, shift)] * round(2 * fps) + [drawn.signed(None)] * round(fps / 2)
    return film


def server_of(address: str) -> psutil.Process:
    """The process that listens at this address."""
    port = int(address.rpartition(":")[2])
    for process in psutil.Process().children(recursive=True):
        if any(c.laddr.port == port and c.status == psutil.CONN_LISTEN for c in process.net_connections("tcp4")):
            return process
    sys.exit(f"nobody listens on {address}")


def figures(person: Person, from_s: float, until_s: float) -> dict[str, float]:
    """One person's readings a second, and the delays from sending a frame to its answer."""
    delays_ms = [(came_s - sent_s) * 1000 for _, sent_s, came_s in person.readings if from_s <= came_s < until_s]
    if not delays_ms:
        return {"readings_per_s": 0.0, "p50_ms": np.inf, "p95_ms": np.inf}
    return {
        "readings_per_s": round(len(delays_ms) / (until_s - from_s), 1),
        "p50_ms": round(float(np.percentile(delays_ms, 50))),
        "p95_ms": round(float(np.percentile(delays_ms, 95))),
    }


class Meter:
    """Measures what the server uses from now on."""

    def __init__(self, address: str) -> None:
        self._server, self._begun_s = server_of(address), time.monotonic()
        self._before_s = self._cpu_s()

    def figures(self) -> dict[str, float]:
        """Cores used on average, and memory in MB (10^6 bytes)."""
        return {
            "server_cores": round((self._cpu_s() - self._before_s) / (time.monotonic() - self._begun_s), 2),
            "server_mb": round(self._server.memory_info().rss / 1e6),
        }

    def _cpu_s(self) -> float:
        times = self._server.cpu_times()
        return float(times.user + times.system)


async def crowd(
    address: str, people: int, seconds: float, newcomers: int = 0, fps: float = FPS, warm_up_s: float = WARM_UP_S
) -> dict[str, Any]:
    """Measure this many people at once. newcomers: more people, who find all places taken and wait."""
    jpegs = encoded(pictures(fps))
    async with AsyncExitStack() as stack:
        persons = []
        for n in range(people):  # each one begins elsewhere in the film
            begin = n * len(jpegs) // people
            persons.append(await stack.enter_async_context(Person(address, jpegs[begin:] + jpegs[:begin], fps)))
        for person in persons:
            await person.start()
            await asyncio.sleep(1.3 / fps)  # their frames come at different moments
        waiting = [await stack.enter_async_context(Person(address, jpegs, fps)) for _ in range(newcomers)]
        for person in waiting:
            await person.start()
            await person.wait("full")
            await person.stop()
        await asyncio.sleep(warm_up_s)
        meter, begun_s = Meter(address), time.monotonic()
        await asyncio.sleep(seconds)
        rows = [figures(person, begun_s, time.monotonic()) for person in persons]
        slowest = {
            "readings_per_s": min(row["readings_per_s"] for row in rows),
            "p50_ms": max(row["p50_ms"] for row in rows),
            "p95_ms": max(row["p95_ms"] for row in rows),
        }
        return {"people": people, **slowest, **meter.figures()} | ({"waiting": newcomers} if newcomers else {})


def main() -> None:
    """Print a line of JSON for each number of people."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, help=f"people at once (default: {', '.join(map(str, SIZES))} in turn)")
    parser.add_argument("--newcomers", type=int, default=0, help="people who come when all places are taken")
    parser.add_argument("--seconds", type=float, default=20.0, help="time measured for each number of people")
    parser.add_argument("--fps", type=float, default=FPS, help="frames a second of each camera")
    parser.add_argument("--json", action="store_true", help="changes nothing: the output is always JSON")
    args = parser.parse_args()
    for people in [args.people] if args.people else SIZES:
        places = people if args.newcomers else 100
        with running_app("--people", str(places)) as address:
            row = asyncio.run(crowd(address, people, args.seconds, args.newcomers, args.fps))
        print(json.dumps(row), flush=True)


if __name__ == "__main__":
    main()
