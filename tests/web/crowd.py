"""How many people at once one server reads, and how fast each: `python -m tests.web.crowd`, one JSON object.

Everybody's camera plays drawn hands at 640x480 and 15 frames a second from this very machine, whose cores the clients
share with the server: what the server itself takes is told apart. Browsers take more than clients do, and tell when the
letter was on the page; clients tell when the picture of it came back.
"""

import argparse
import asyncio
import json
import sys
import tempfile
import time
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import numpy as np
import psutil
from numpy.typing import NDArray

from live.web import PEOPLE
from tests import drawn
from tests.web.client import Camera, Person
from tests.web.conftest import running_app
from tests.web.delay import make_film, since_last_asked, watched_pages

FPS = 15  # what the page asks of a camera
WARM_UP_S = 8.0
FULL = "All places are taken."


def camera() -> Camera:
    """Two letters, here and there, and bare wall between them."""
    pictures: list[NDArray[np.uint8]] = []
    for letter, shift in (("L", (-130, 30)), ("Y", (120, 40))):
        pictures += [drawn.signed(letter, 0.8, shift)] * (2 * FPS) + [drawn.signed(None)] * (FPS // 2)
    return Camera(pictures, FPS)


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


class Meter:
    """What the server and its clients take from here on."""

    def __init__(self, address: str) -> None:
        self._server, self._begun_s, me = server_of(address), time.monotonic(), psutil.Process()
        self._before = {each: self._cpu_s(each) for each in (me, *me.children(recursive=True))}

    def told(self) -> dict[str, float]:
        """Cores, and the server's memory."""
        passed_s = time.monotonic() - self._begun_s
        took = {each: (self._cpu_s(each) - before) / passed_s for each, before in self._before.items()}
        return {
            "server_cores": round(took.pop(self._server), 2),
            "clients_cores": round(sum(took.values()), 2),
            "server_mb": round(self._server.memory_info().rss / 1e6),
        }

    @staticmethod
    def _cpu_s(process: psutil.Process) -> float:
        times = process.cpu_times()
        return float(times.user + times.system)


def row(people: int, by: str, one_by_one: list[dict[str, float]], meter: Meter) -> dict[str, Any]:
    """Of so many: the slowest of them, and what it took."""
    return {
        "people": people,
        "by": by,
        "readings_per_s": min(one["readings_per_s"] for one in one_by_one),
        "p95_ms": max(one.get("p95_ms", np.inf) for one in one_by_one),
        **meter.told(),
        "each": one_by_one,
    }


async def crowd(address: str, people: int, seconds: float, newcomers: int = 0) -> dict[str, Any]:
    """So many at once, by clients; newcomers find the house full, and wait."""
    async with AsyncExitStack() as stack:
        persons = [await stack.enter_async_context(Person(address, camera())) for _ in range(people)]
        for each in persons:
            await each.start()
        waiting = [await stack.enter_async_context(Person(address, camera())) for _ in range(newcomers)]
        await asyncio.sleep(WARM_UP_S)
        meter, begun_s = Meter(address), time.monotonic()
        await asyncio.sleep(seconds)
        one_by_one = [told(person, begun_s, time.monotonic()) for person in persons]
        turned_away = sum(any(FULL in text for text in each.said) for each in waiting)
        return row(people, "clients", one_by_one, meter) | ({"turned_away": turned_away} if newcomers else {})


def browsers(address: str, people: int, seconds: float) -> dict[str, Any]:
    """So many at once, by browsers."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "film.mjpeg"
        begins = make_film(path, 1.0)
        with watched_pages(address, path, people) as pages:
            for page in pages:
                page.get_by_text("What the model sees", exact=True).click()
            pages[0].wait_for_timeout(WARM_UP_S * 1000)
            for page in pages:
                since_last_asked(page, begins)
            meter = Meter(address)
            pages[0].wait_for_timeout(seconds * 1000)
            return row(people, "browsers", [since_last_asked(page, begins) for page in pages], meter)


def main() -> None:
    """Print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, nargs="*", default=list(range(1, 9)), help="clients at once")
    parser.add_argument("--browsers", type=int, nargs="*", default=[1, 2, 3, 4], help="browsers at once")
    parser.add_argument("--newcomers", type=int, default=4, help="who come to a full house, as many as --people says")
    parser.add_argument("--seconds", type=float, default=45.0, help="measured for each number of people")
    args = parser.parse_args()
    rows = []

    def add(each: dict[str, Any]) -> None:
        rows.append(each)
        print({key: value for key, value in each.items() if key != "each"}, file=sys.stderr, flush=True)

    for people in args.people:
        with running_app("--people", "100") as address:
            add(asyncio.run(crowd(address, people, args.seconds)))
    for people in args.browsers:
        with running_app("--people", "100") as address:
            add(browsers(address, people, args.seconds))
    if args.newcomers:
        for newcomers in (0, args.newcomers):
            with running_app() as address:
                add(asyncio.run(crowd(address, PEOPLE, args.seconds, newcomers)))
    print(json.dumps({"camera": f"640x480, {FPS} frames a second", "seconds": args.seconds, "crowds": rows}, indent=2))


if __name__ == "__main__":
    main()
