"""How a person at the end of a slow link is read: `python -m tests.measurements.slow_link`, one JSON object.

The camera plays drawn hands in a room as uneven as a photograph; what is only drawn makes files that are far too small.
A reading's age, when it reaches the page, counts from when the browser had the frame.
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

from tests.browser.conftest import ALLOWED, CHROMIUM_FLAGS, DEEP, FILM_FPS, running_app
from tests.support import browser as browsers
from tests.support import drawn
from tests.support.links import forwarded

SETTLES_S = 8.0  # until the stage has found out how quick the link is
# How wide a room's forms are, in pixels, and how much they differ, in levels.
FORMS = ((64, 30), (24, 14), (8, 8), (3, 4), (1.2, 3))
NOISE = 3.0  # of the camera, in levels
LIGHT = 30  # of the room, above the dark wall that hands are drawn before
BARE = drawn.SIGNED["L"][3]  # that wall
EDGE = 12  # levels above the wall at which the hand hides the room wholly

# What goes over the camera's socket: window.sent holds [time, bytes, encoding], window.readings [time, age].
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
    """(480, 640, 3) uint8 BGR: what drawn.signed makes, before an uneven wall. With quality 70, 18 to 30 kB."""
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
    """A film for Chromium's camera: each letter is held 2 s, with half a second of wall after it."""
    files: list[bytes] = []
    for letter, shift, seconds in (("L", (-130, 30), 2), (None, (0, 0), 0.5), ("Y", (120, 40), 2), (None, (0, 0), 0.5)):
        file = cv2.imencode(".jpg", in_a_room(letter, shift))[1].tobytes()
        files += [file] * round(seconds * FILM_FPS)
    path.write_bytes(b"".join(files))
    return path


def measure(page: Page, seconds: float) -> dict[str, Any]:
    """The page is open, and its camera runs from now on; so many seconds, once the stage has settled.

    settled_after_s: from the first frame to the last change of how frames are encoded, before it is measured.
    """
    page.wait_for_function("window.readings.length > 0", timeout=60_000)
    page.wait_for_timeout(SETTLES_S * 1000)
    asked = "[window.readings.splice(0), window.sent.splice(0), performance.now()]"
    _, before, begun_ms = page.evaluate(asked)
    page.wait_for_timeout(seconds * 1000)
    readings, sent, ended_ms = page.evaluate(asked)
    ages_ms = [age_ms for _, age_ms in readings] or [np.inf]
    return {
        "readings_per_s": round(len(readings) / (ended_ms - begun_ms) * 1000, 1),
        "p50_age_ms": round(float(np.percentile(ages_ms, 50))),
        "p95_age_ms": round(float(np.percentile(ages_ms, 95))),
        "max_age_ms": round(max(ages_ms)),
        "frame_bytes": int(np.median([size for _, size, _ in sent])) if sent else None,
        **sent[-1][2],
        "changes": len(changes(sent)),
        "settled_after_s": round((changes(before) or [before[0][0]])[-1] - before[0][0]) / 1000,
    }


def changes(sent: list[tuple[float, int, dict[str, float]]]) -> list[float]:
    """When frames came to be encoded in another way."""
    return [now[0] for before, now in pairwise(sent) if now[2] != before[2]]


def in_browser(address: str, film: Path, seconds: float) -> dict[str, Any]:
    """What a page at this address measures; its camera plays the film."""
    camera = ["--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={film}"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browsers.find(), args=[*CHROMIUM_FLAGS, ALLOWED, *camera])
        context = browser.new_context(permissions=["camera"])  # so it starts by itself
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
        "--kbit", type=float, default=1000, help="a second, upward; 0 for no limit (default %(default)s)"
    )
    parser.add_argument("--round-trip-ms", type=float, default=150, help="there and back (default %(default)s)")
    parser.add_argument("--seconds", type=float, default=20, help="measured (default %(default)s)")
    args = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        address = stack.enter_context(running_app())
        link = forwarded(address, args.kbit * 125 or None, args.round_trip_ms / 2000)
        told = in_browser(stack.enter_context(link), write_room(folder / "room.mjpeg"), args.seconds)
    print(json.dumps({"kbit": args.kbit, "round_trip_ms": args.round_trip_ms, **told}))


if __name__ == "__main__":
    main()
