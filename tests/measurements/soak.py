"""Whether a server grows over time: `python -m tests.measurements.soak` prints one JSON object.

First, the camera of one browser plays for an hour at 30 frames a second. Then four hundred people come one after
another, are read once and leave, every second one without pressing Stop. The server's memory, threads and open files
must not grow.
"""

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil

from tests.measurements.crowd import FPS, pictures, server_of
from tests.measurements.delay import make_film, since_last_asked, watched_pages
from tests.support.app import running_app
from tests.support.client import Person, encoded, run

SETTLED_MIN = 5  # memory may grow until then
FORGOTTEN_S = 150.0  # Streamlit keeps the session of a closed page for two minutes, in case it comes back
FILM_MIN = 2.0


def held(server: psutil.Process) -> dict[str, float]:
    """Memory (MB, 10^6 bytes), threads and open files of the server."""
    return {
        "mb": round(server.memory_info().rss / 1e6, 1),
        "threads": server.num_threads(),
        "files": server.num_fds(),
    }


def hours(address: str, minutes: int) -> list[dict[str, float]]:
    """Watch one camera. Returns a row for each minute."""
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


async def visit(address: str, jpegs: list[bytes], stops: bool) -> None:
    """One person comes, is read once, and leaves, with Stop or without."""
    async with Person(address, jpegs, FPS) as person:
        await person.start()
        await person.wait("reading")
        if stops:
            await person.stop()


def visits(address: str, number: int, forgotten_s: float) -> dict[str, Any]:
    """What the server holds before and after this number of visits. forgotten_s: wait before each look."""
    server, jpegs = server_of(address), encoded(pictures())

    def come(people: int) -> None:
        for n in range(people):
            run(visit(address, jpegs, n % 2 == 0))

    def at_rest() -> dict[str, float]:
        time.sleep(forgotten_s)
        come(1)  # Streamlit drops old sessions when the next one begins
        return held(server)

    come(10)  # loads what is loaded once
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
    parser.add_argument("--forgotten", type=float, default=FORGOTTEN_S, help="seconds until old sessions are dropped")
    args = parser.parse_args()
    row: dict[str, Any] = {}
    if args.minutes:
        with running_app() as address:
            rows = hours(address, args.minutes)
        row["minutes"] = rows
        settled = rows[min(SETTLED_MIN, len(rows) - 1) :]
        row["grown_percent"] = round(100 * (settled[-1]["mb"] / settled[0]["mb"] - 1), 1)
    if args.visits:
        with running_app("--people", "100") as address:
            row["visits"] = visits(address, args.visits, args.forgotten)
    print(json.dumps(row, indent=2))


if __name__ == "__main__":
    main()
