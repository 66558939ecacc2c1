"""How many people at once one server reads, and how fast each: `python -m tests.web.crowd`, one JSON object.

Everybody's camera plays drawn hands at 640x480 and 15 frames a second from this very machine, whose cores the clients
share with the server: what the server itself takes is told apart.
"""

import argparse
import asyncio
import json
import sys
from contextlib import AsyncExitStack
from typing import Any

import numpy as np
import psutil
from numpy.typing import NDArray

from tests import drawn
from tests.web.client import Camera, Person
from tests.web.conftest import FILM_FPS, running_app

WARM_UP_S = 8.0


def film() -> list[NDArray[np.uint8]]:
    """Two letters, here and there, and bare wall between them."""
    pictures = []
    for letter, shift in (("L", (-130, 30)), ("Y", (120, 40))):
        pictures += [drawn.signed(letter, 0.8, shift)] * (2 * FILM_FPS) + [drawn.signed(None)] * (FILM_FPS // 2)
    return pictures


def server_of(address: str) -> psutil.Process:
    """The process that listens there."""
    port = int(address.rpartition(":")[2])
    for each in psutil.Process().children(recursive=True):
        if any(c.laddr.port == port and c.status == psutil.CONN_LISTEN for c in each.net_connections("tcp4")):
            return each
    sys.exit(f"nobody listens on {address}")


def told(person: Person, from_s: float, until_s: float) -> dict[str, float]:
    """One person's readings a second and the delay from the camera to the picture that comes back, read."""
    came = [(number, at_s) for number, at_s in person.came if from_s <= at_s < until_s]
    delays_ms = [
        (at_s - person.camera.sent_s[number]) * 1000
        for number, at_s in dict(reversed(came)).items()
        if number < len(person.camera.sent_s)
    ]
    if not delays_ms:
        return {"readings_per_s": 0.0}
    return {
        "readings_per_s": round(len(delays_ms) / (until_s - from_s), 1),
        "p50_ms": round(float(np.percentile(delays_ms, 50))),
        "p95_ms": round(float(np.percentile(delays_ms, 95))),
    }


async def crowd(address: str, people: int, seconds: float) -> dict[str, Any]:
    """So many at once."""
    server, clock = server_of(address), asyncio.get_running_loop().time
    async with AsyncExitStack() as stack:
        pictures = film()
        persons = [await stack.enter_async_context(Person(address, Camera(pictures))) for _ in range(people)]
        for each in persons:
            await each.start()
        await asyncio.sleep(WARM_UP_S)
        begun_s, before, mine = clock(), server.cpu_times(), psutil.Process().cpu_times()
        await asyncio.sleep(seconds)
        now_s, after, me = clock(), server.cpu_times(), psutil.Process().cpu_times()
        one_by_one = [told(person, begun_s, now_s) for person in persons]
        cpu_s = after.user + after.system - before.user - before.system
        own_s = me.user + me.system - mine.user - mine.system
        return {
            "people": people,
            "readings_per_s": min(one["readings_per_s"] for one in one_by_one),
            "p95_ms": max(one.get("p95_ms", np.inf) for one in one_by_one),
            "server_cores": round(cpu_s / (now_s - begun_s), 2),
            "clients_cores": round(own_s / (now_s - begun_s), 2),
            "server_mb": round(server.memory_info().rss / 1e6),
            "each": one_by_one,
        }


def main() -> None:
    """Print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, nargs="+", default=list(range(1, 9)))
    parser.add_argument("--seconds", type=float, default=60.0, help="measured for each number of people")
    args = parser.parse_args()
    rows = []
    for people in args.people:
        with running_app("--people", "100") as address:
            rows.append(asyncio.run(crowd(address, people, args.seconds)))
            print({key: value for key, value in rows[-1].items() if key != "each"}, file=sys.stderr)
    print(json.dumps({"camera": "640x480, 15 frames a second", "seconds": args.seconds, "crowds": rows}, indent=2))


if __name__ == "__main__":
    main()
