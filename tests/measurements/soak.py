"""Long hours at one server: `python -m tests.measurements.soak`, one JSON object.

First a browser whose camera plays for an hour at 30 frames a second, then four hundred people one after another who
come, are read once and go, every other one without saying so. What the server holds must not grow.
"""

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil

from tests.browser.conftest import running_app
from tests.measurements.crowd import FPS, pictures, server_of
from tests.measurements.delay import make_film, since_last_asked, watched_pages
from tests.support.client import Person, encoded, run

SETTLED_MIN = 5  # until then memory may grow
FORGOTTEN_S = 150.0  # Streamlit keeps the session of a page that went for two minutes, in case it comes back
FILM_MIN = 2.0


def held(server: psutil.Process) -> dict[str, float]:
    """What the server holds."""
    return {
        "mb": round(server.memory_info().rss / 1e6, 1),
        "threads": server.num_threads(),
        "files": server.num_fds(),
    }


def hours(address: str, minutes: int) -> list[dict[str, float]]:
    """A row a minute."""
    server, rows = server_of(address), []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "film.mjpeg"
        begins = make_film(path, FILM_MIN)
        with watched_pages(address, path) as (page,):
            page.get_by_text("What the model sees", exact=True).click()
            for n in range(minutes):
                page.wait_for_timeout(60_000)
                rows.append({"minute": n + 1} | held(server) | since_last_asked(page, begins))
                print(rows[-1], file=sys.stderr, flush=True)
    return rows


async def visit(address: str, jpegs: list[bytes], says_so: bool) -> None:
    """Come, be read, and go."""
    async with Person(address, jpegs, FPS) as person:
        await person.start()
        await person.wait("reading")
        if says_so:
            await person.stop()


def visits(address: str, number: int, forgotten_s: float) -> dict[str, Any]:
    """What the server holds before and after so many of them."""
    server, jpegs = server_of(address), encoded(pictures())

    def come(people: int) -> None:
        for n in range(people):
            run(visit(address, jpegs, n % 2 == 0))

    def at_rest() -> dict[str, float]:
        time.sleep(forgotten_s)
        come(1)  # Streamlit forgets those before when the next one comes
        return held(server)

    come(10)  # so that what is loaded once is there
    before, along = at_rest(), []
    for done in range(0, number, 50):
        come(min(50, number - done))
        along.append({"visits": min(done + 50, number)} | held(server))
        print(along[-1], file=sys.stderr, flush=True)
    return {"before": before, "along": along, "after": at_rest()}


def main() -> None:
    """Print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=int, default=60)
    parser.add_argument("--visits", type=int, default=400)
    parser.add_argument("--forgotten", type=float, default=FORGOTTEN_S, help="seconds to wait after them")
    args = parser.parse_args()
    told: dict[str, Any] = {}
    if args.minutes:
        with running_app() as address:
            rows = hours(address, args.minutes)
        told["minutes"] = rows
        settled = rows[min(SETTLED_MIN, len(rows) - 1) :]
        told["grown_percent"] = round(100 * (settled[-1]["mb"] / settled[0]["mb"] - 1), 1)
    if args.visits:
        with running_app("--people", "100") as address:
            told["visits"] = visits(address, args.visits, args.forgotten)
    print(json.dumps(told, indent=2))


if __name__ == "__main__":
    main()
