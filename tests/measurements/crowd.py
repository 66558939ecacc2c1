"""How many people at once one server reads, and how fast each: `python -m tests.measurements.crowd`.

Everybody's camera plays drawn hands at 640x480 and 15 frames a second from this very machine, whose cores the clients
share with the server. What the server itself takes is reported apart. readings_per_s and the delays are those of the
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

from tests.browser.conftest import running_app
from tests.support import drawn
from tests.support.client import Person, encoded

FPS = 15.0
WARM_UP_S = 5.0
SIZES = (1, 2, 4, 8, 12, 16)


def pictures(fps: float = FPS) -> list[NDArray[np.uint8]]:
    """Two letters, here and there, and bare wall between them."""
    shown: list[NDArray[np.uint8]] = []
    for letter, shift in (("L", (-130, 30)), ("Y", (120, 40))):
        shown += [drawn.signed(letter, 0.8, shift)] * round(2 * fps) + [drawn.signed(None)] * round(fps / 2)
    return shown


def server_of(address: str) -> psutil.Process:
    """The process that listens there."""
    port = int(address.rpartition(":")[2])
    for each in psutil.Process().children(recursive=True):
        if any(c.laddr.port == port and c.status == psutil.CONN_LISTEN for c in each.net_connections("tcp4")):
            return each
    sys.exit(f"nobody listens on {address}")


def figures(person: Person, from_s: float, until_s: float) -> dict[str, float]:
    """One person's readings a second, and the delay from sending a frame to its answer."""
    delays_ms = [(came_s - sent_s) * 1000 for _, sent_s, came_s in person.readings if from_s <= came_s < until_s]
    if not delays_ms:
        return {"readings_per_s": 0.0, "p50_ms": np.inf, "p95_ms": np.inf}
    return {
        "readings_per_s": round(len(delays_ms) / (until_s - from_s), 1),
        "p50_ms": round(float(np.percentile(delays_ms, 50))),
        "p95_ms": round(float(np.percentile(delays_ms, 95))),
    }


class Meter:
    """What the server takes from here on."""

    def __init__(self, address: str) -> None:
        self._server, self._begun_s = server_of(address), time.monotonic()
        self._before_s = self._cpu_s()

    def figures(self) -> dict[str, float]:
        """Cores, and memory in MB (10^6 bytes)."""
        return {
            "server_cores": round((self._cpu_s() - self._before_s) / (time.monotonic() - self._begun_s), 2),
            "server_mb": round(self._server.memory_info().rss / 1e6),
        }

    def _cpu_s(self) -> float:
        times = self._server.cpu_times()
        return float(times.user + times.system)


async def crowd(address: str, people: int, seconds: float, newcomers: int = 0, fps: float = FPS) -> dict[str, Any]:
    """So many at once. newcomers: so many more, who find all places taken and wait."""
    jpegs = encoded(pictures(fps))
    async with AsyncExitStack() as stack:
        persons = []
        for n in range(people):  # who do not all sign the same at the same moment
            begin = n * len(jpegs) // people
            persons.append(await stack.enter_async_context(Person(address, jpegs[begin:] + jpegs[:begin], fps)))
        for each in persons:
            await each.start()
            await asyncio.sleep(1.3 / fps)
        waiting = [await stack.enter_async_context(Person(address, jpegs, fps)) for _ in range(newcomers)]
        for each in waiting:
            await each.start()
            await each.wait("full")
            await each.stop()
        await asyncio.sleep(WARM_UP_S)
        meter, begun_s = Meter(address), time.monotonic()
        await asyncio.sleep(seconds)
        each_figures = [figures(person, begun_s, time.monotonic()) for person in persons]
        slowest = {
            "readings_per_s": min(one["readings_per_s"] for one in each_figures),
            "p50_ms": max(one["p50_ms"] for one in each_figures),
            "p95_ms": max(one["p95_ms"] for one in each_figures),
        }
        return {"people": people, **slowest, **meter.figures()} | ({"waiting": newcomers} if newcomers else {})


def main() -> None:
    """Print one JSON object a line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, help=f"at once (default: {', '.join(map(str, SIZES))} in turn)")
    parser.add_argument("--newcomers", type=int, default=0, help="who come when all places are taken")
    parser.add_argument("--seconds", type=float, default=20.0, help="measured for each number of people")
    parser.add_argument("--fps", type=float, default=FPS, help="frames a second of each camera")
    parser.add_argument("--json", action="store_true", help="there for completeness: this is what is printed")
    args = parser.parse_args()
    for people in [args.people] if args.people else SIZES:
        places = people if args.newcomers else 100
        with running_app("--people", str(places)) as address:
            row = asyncio.run(crowd(address, people, args.seconds, args.newcomers, args.fps))
        print(json.dumps(row), flush=True)


if __name__ == "__main__":
    main()
