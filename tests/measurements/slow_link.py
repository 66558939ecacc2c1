"""How a person behind a slow link is read: `python -m tests.measurements.slow_link` prints one JSON object.

The camera plays drawn hands in a room as uneven as a photograph: plain drawings make files that are far too small. The
age of a reading is the time from when the browser had the frame to when the reading reached the page.
"""

import argparse
import json
import tempfile
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Page, sync_playwright

from tests.support import browser as browsers
from tests.support import drawn
from tests.support.app import running_app
from tests.support.browser import DEEP, FILM_FPS
from tests.support.links import forwarded

SETTLES_S = 8.0  # the stage finds out how quick the link is
# The width of the room's forms, in pixels, and how much they differ, in grey levels.
FORMS = ((64, 30), (24, 14), (8, 8), (3, 4), (1.2, 3))
NOISE = 3.0  # of the camera, in levels
LIGHT = 30  # the level of the room
BARE = drawn.SIGNED["L"][3]  # the level of the bare wall in drawn pictures, which the room replaces
EDGE = 12  # where a picture differs from the wall by this many levels, the hand hides the room completely

# Collects what goes over the camera's socket: window.sent has [time, bytes, encoding], window.readings [time, age].
WATCH = (
    DEEP
    + """
    window.sent = []; window.readings = [];
    const Own = window.WebSocket;
    window.WebSocket = class extends Own {
      constructor(...given) {
        super(...given);
        this.addEventListener("message", ({ data }) => {
          if (typeof data !== "string" || !data.includes('"kind":"reading"')) return;
          const now = performance.now();
          window.readings.push([now, now - JSON.parse(data).captured_ms]);
        });
      }
      send(message) {
        if (message instanceof Blob) {
          window.found ??= deep(document, ".stage");
          window.sent.push([performance.now(), message.size, window.found.stage.sender.pace.encoding]);
        }
        super.send(message);
      }
    };
"""
)


def in_a_room(letter: str | None, shift: tuple[float, float] = (0, 0)) -> NDArray[np.uint8]:
    """drawn.signed in an uneven room, (480, 640, 3) uint8 BGR. As a JPEG of quality 70 it has 18 to 30 kB."""
    picture = drawn.signed(letter, 0.8, shift).astype(float)
    dice = np.random.default_rng(0)
    room = np.full(picture.shape, float(LIGHT))
    for width, levels in FORMS:
        form = dice.normal(size=picture.shape)
        form = cv2.GaussianBlur(form * 0.4 + form.mean(axis=2, keepdims=True), (0, 0), width)
        room += form * (levels / form.std())
    wall = drawn.SIGNED[letter][3] if letter else BARE
    hand = np.clip(np.abs(picture - wall).max(axis=2, keepdims=True) / EDGE, 0, 1)
    noise = dice.normal(0, NOISE, picture.shape)
    return np.asarray(np.clip(picture + room * (1 - hand) + noise, 0, 255), np.uint8)


def write_room(path: Path) -> Path:
    """Write a film for Chromium's camera: each letter is held for 2 s, and half a second of wall follows."""
    files: list[bytes] = []
    for letter, shift, seconds in (("L", (-130, 30), 2), (None, (0, 0), 0.5), ("Y", (120, 40), 2), (None, (0, 0), 0.5)):
        file = cv2.imencode(".jpg", in_a_room(letter, shift))[1].tobytes()
        files += [file] * round(seconds * FILM_FPS)
    path.write_bytes(b"".join(files))
    return path


def measure(page: Page, seconds: float, settles_s: float = SETTLES_S) -> dict[str, Any]:
    """Measure a page that was opened with WATCH and starts its camera itself.

    The page settles for settles_s, then it is measured for some seconds. settled_after_s: from the first frame to the
    last change of the encoding before the measurement begins.
    """
    page.wait_for_function("window.readings.length > 0", timeout=60_000)
    page.wait_for_timeout(settles_s * 1000)
    taken = "[window.readings.splice(0), window.sent.splice(0), performance.now()]"
    _, before, begun_ms = page.evaluate(taken)
    page.wait_for_timeout(seconds * 1000)
    readings, sent, ended_ms = page.evaluate(taken)
    ages_ms = [age_ms for _, age_ms in readings]
    p50_ms, p95_ms, max_ms = (round(float(np.percentile(ages_ms, q))) if ages_ms else np.inf for q in (50, 95, 100))
    return {
        "readings_per_s": round(len(readings) / (ended_ms - begun_ms) * 1000, 1),
        "p50_age_ms": p50_ms,
        "p95_age_ms": p95_ms,
        "max_age_ms": max_ms,
        "frame_bytes": int(np.median([size for _, size, _ in sent])) if sent else None,
        **(sent[-1][2] if sent else {"side": None, "quality": None}),
        "changes": len(changes(sent)),
        "settled_after_s": round((changes(before) or [before[0][0]])[-1] - before[0][0]) / 1000 if before else np.inf,
    }


def changes(sent: list[tuple[float, int, dict[str, float]]]) -> list[float]:
    """When the encoding changed, in milliseconds."""
    return [now[0] for before, now in pairwise(sent) if now[2] != before[2]]


def in_browser(address: str, film: Path, seconds: float) -> dict[str, Any]:
    """Measure a page at this address in a new browser, whose camera plays the film."""
    with sync_playwright() as playwright:
        browser = browsers.launch(playwright, film)
        context = browser.new_context(permissions=["camera"])  # the page starts by itself
        context.add_init_script(WATCH)
        page = context.new_page()
        page.goto(address)
        measured = measure(page, seconds)
        browser.close()
    return measured


def main() -> None:
    """Print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--kbit", type=float, default=1000, help="upward rate in kbit/s; 0 for no limit (default %(default)s)"
    )
    parser.add_argument("--round-trip-ms", type=float, default=150, help="round trip (default %(default)s)")
    parser.add_argument("--seconds", type=float, default=20, help="time measured (default %(default)s)")
    args = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        address = stack.enter_context(running_app())
        link = forwarded(address, args.kbit * 125 or None, args.round_trip_ms / 2000)
        figures = in_browser(stack.enter_context(link), write_room(folder / "room.mjpeg"), args.seconds)
    print(json.dumps({"kbit": args.kbit, "round_trip_ms": args.round_trip_ms, **figures}))


if __name__ == "__main__":
    main()
