"""How long a letter takes from the camera to the page: `python -m tests.measurements.delay`.

It measures Fingerspell, then the usual design (tests/measurements/usual_way.py). Each frame of the film carries its
number, as a row of black and white squares. The browser notes when its camera shows a frame, when a reading arrives,
and when the page shows a letter. With --flow, hands jump from letter to letter in Flow, 2.5 letters a second.
"""

import argparse
import json
import re
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Page, sync_playwright

from tests.support import ROOT, drawn
from tests.support import browser as browsers
from tests.support.app import free_port, running, running_app
from tests.support.browser import DEEP, FILM_FPS
from tests.support.stamps import BITS, SQUARE_PX, numbered

START = re.compile("^start$", re.IGNORECASE)
HELD, BARE = 30, 18  # frames of a letter, and of the wall after it
FLOWING, WORD = 12, 4  # in flow: frames of a letter, and letters before the wall
# Milliseconds of one clock. window.seen: [number, time] of each frame that the camera shows; window.readings: when each
# reading came; window.shown: [text, time] of each letter on the page.
WATCH = (
    DEEP
    + """
    const now = () => performance.timeOrigin + performance.now();
    window.seen ??= []; window.shown ??= []; window.readings ??= [];
    const Own = window.WebSocket;
    window.WebSocket = class extends Own {
      constructor(...given) {
        super(...given);
        this.addEventListener("message", ({ data }) => {
          if (typeof data === "string" && data.includes('"kind":"reading"')) window.readings.push(now());
        });
      }
    };
    const own = navigator.mediaDevices?.getUserMedia?.bind(navigator.mediaDevices);
    if (own) navigator.mediaDevices.getUserMedia = async (wanted) => {
      const stream = await own(wanted);
      const video = Object.assign(document.createElement("video"), { srcObject: stream.clone(), muted: true });
      const canvas = Object.assign(document.createElement("canvas"), { width: BITS * PX, height: PX });
      const paper = canvas.getContext("2d", { willReadFrequently: true });
      const look = (_, { captureTime } = {}) => {
        paper.drawImage(video, 0, 0);
        const pixels = paper.getImageData(0, PX / 2, BITS * PX, 1).data;
        let number = 0;
        for (let bit = 0; bit < BITS; bit++) number = number * 2 + (pixels[4 * (bit * PX + PX / 2)] > 127 ? 1 : 0);
        window.top.seen.push([number, captureTime ? performance.timeOrigin + captureTime : now()]);
        video.requestVideoFrameCallback(look);
      };
      video.requestVideoFrameCallback(look);
      await video.play();
      return stream;
    };
    if (window === window.top) {
      const flows = location.search.includes("Flow");
      const find = { letter: null, text: null, pending: null };
      let last = null;
      setInterval(() => {
        for (const id in find) if (!find[id]?.isConnected) find[id] = deep(document, `[data-testid=${id}]`);
        const { letter, text, pending } = find;
        const shown = flows ? (text?.value ?? "") + (pending?.textContent ?? "") : (letter?.textContent ?? null);
        if (shown !== last) window.shown.push([flows ? shown.slice(-1) : shown, now()]);
        last = shown;
      }, 5);
    }
""".replace("BITS", str(BITS)).replace("PX", str(SQUARE_PX))
)


def make_film(path: Path, minutes: float, flow: bool = False) -> dict[int, str]:
    """Write a film of L and Y in turn. Returns the letter that begins, by number of the frame."""
    begins: dict[int, str] = {}
    pictures: list[NDArray[np.uint8]] = []
    while len(pictures) < minutes * 60 * FILM_FPS:
        letter = begins[len(pictures)] = "LY"[len(begins) % 2]
        pictures += [drawn.signed(letter, 0.8)] * (FLOWING if flow else HELD)
        if not flow or len(begins) % WORD == 0:
            pictures += [drawn.signed(None)] * BARE
    drawn.write_film(path, [numbered(picture, n) for n, picture in enumerate(pictures)])
    return begins


@contextmanager
def usual_app() -> Iterator[str]:
    """Serve tests/measurements/usual_way.py. Gives its address."""
    port = free_port()
    script = Path(__file__).with_name("usual_way.py")
    flags = ["--server.headless=true", f"--server.port={port}", "--server.address=127.0.0.1"]
    command = [sys.executable, "-m", "streamlit", "run", str(script), *flags, "--browser.gatherUsageStats=false"]
    with running(command, port, environment={"PYTHONPATH": str(ROOT)}) as (address, _):
        yield address


@contextmanager
def watched_pages(address: str, film: Path, people: int = 1) -> Iterator[list[Page]]:
    """Pages of different people in one browser. The camera plays the film and is allowed. WATCH runs in each page."""
    with sync_playwright() as playwright:
        browser = browsers.launch(playwright, film)
        pages = []
        for _ in range(people):
            context = browser.new_context(viewport={"width": 1280, "height": 900}, permissions=["camera"])
            context.add_init_script(WATCH)
            pages.append(context.new_page())
            pages[-1].goto(address)
        yield pages
        browser.close()


def watch(address: str, film: Path, seconds: float, usual: bool) -> dict[str, Any]:
    """Watch a page for some seconds, from the first letter on. Returns what WATCH collected."""
    with watched_pages(address, film) as (page,):
        if usual:
            page.frame_locator('iframe[title*="webrtc"]').get_by_role("button", name=START).click()
        opened = "window.shown.find(([text]) => text && text !== '–')?.[1] - performance.timeOrigin"
        first_ms = page.wait_for_function(opened).json_value()
        before = page.evaluate("[window.seen.splice(0), window.readings.splice(0), window.shown.length]")
        page.wait_for_timeout(seconds * 1000)
        seen, readings, shown = page.evaluate("[window.seen, window.readings, window.shown]")
    return {"first_ms": first_ms, "seen": seen, "readings": readings, "shown": shown[before[2] :]}


def percentiles(delays_ms: list[float]) -> dict[str, float]:
    """The p50 and p95 of delays, and the p50 of the first and last fifth, which differ where delays grow."""
    if not delays_ms:
        return {"counted": 0}
    fifth = max(1, len(delays_ms) // 5)
    return {
        "p50_ms": round(float(np.percentile(delays_ms, 50))),
        "p95_ms": round(float(np.percentile(delays_ms, 95))),
        "p50_first_fifth_ms": round(float(np.median(delays_ms[:fifth]))),
        "p50_last_fifth_ms": round(float(np.median(delays_ms[-fifth:]))),
        "counted": len(delays_ms),
    }


def letter_delays(
    begins: dict[int, str], seen: list[tuple[int, float]], shown: list[tuple[str, float]], n_frames: int = HELD
) -> list[float | None]:
    """Milliseconds from a letter's first frame in the camera to the letter on the page. The film may repeat.

    n_frames: of a letter. None: the page did not show the letter before the camera showed it again.
    """
    letters = [next((begins[n] for n in begins if n <= number < n + n_frames), None) for number, _ in seen]
    began = [(now, ms) for (_, ms), before, now in zip(seen[1:], letters, letters[1:], strict=False) if now != before]
    delays: list[float | None] = []
    for n, (letter, ms) in enumerate(began):
        if letter is not None:
            until = next((at for other, at in began[n + 1 :] if other == letter), np.inf)
            delays.append(next((at - ms for text, at in shown if text == letter and ms <= at < until), None))
    return delays


def since_last_asked(page: Page, begins: dict[int, str]) -> dict[str, float]:
    """Readings and delays of the letters since the last call. The last letter may still come, so it is left out."""
    taken = "[window.seen.splice(0), window.readings.splice(0), window.shown.splice(0)]"
    seen, readings, shown = page.evaluate(taken)
    delays = letter_delays(begins, seen, shown)[:-1]
    took = [delay for delay in delays if delay is not None]
    rate = len(readings) / ((seen[-1][1] - seen[0][1]) / 1000) if len(seen) > 1 else 0.0
    return {"readings_per_s": round(rate, 1), "letters": len(delays), "missed": len(delays) - len(took)} | (
        {f"p{q}_ms": round(float(np.percentile(took, q))) for q in (50, 95)} if took else {}
    )


def number_delays(seen: list[tuple[int, float]], shown: list[tuple[str, float]]) -> list[float]:
    """Milliseconds from a frame in the camera to its number on the page."""
    first: dict[int, float] = {}
    for number, ms in seen:
        first.setdefault(number, ms)
    numbers = [(int(text), ms) for text, ms in shown if text and text.isdigit()]
    return [ms - first[number] for number, ms in numbers if number in first]


def measure(film: Path, begins: dict[int, str], seconds: float, usual: bool, flow: bool = False) -> dict[str, Any]:
    """The figures of Fingerspell or of the usual design."""
    with usual_app() if usual else running_app() as address:
        noted = watch(f"{address}/?mode=Flow" if flow else address, film, seconds, usual)
    if usual:
        delays: Sequence[float | None] = number_delays(noted["seen"], noted["shown"])
    else:
        delays = letter_delays(begins, noted["seen"], noted["shown"], FLOWING if flow else HELD)
    figures = percentiles([delay for delay in delays if delay is not None]) | {
        "missed": sum(delay is None for delay in delays),
        "camera_frames_per_s": round(len(noted["seen"]) / seconds, 1),
        "first_letter_s": round(noted["first_ms"] / 1000, 2),  # after the page was opened
    }
    return figures if usual else figures | {"readings_per_s": round(len(noted["readings"]) / seconds, 1)}


def main() -> None:
    """Print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--ours", action="store_true", help="measure Fingerspell alone")
    parser.add_argument("--flow", action="store_true", help="measure Flow, and Fingerspell alone")
    args = parser.parse_args()
    row: dict[str, Any] = {"minutes": args.minutes, "camera": f"640x480, {FILM_FPS} frames a second"}
    with tempfile.TemporaryDirectory() as folder:
        film = Path(folder) / "film.mjpeg"
        begins = make_film(film, args.minutes + 0.5, args.flow)
        row["fingerspell"] = measure(film, begins, args.minutes * 60, usual=False, flow=args.flow)
        if not (args.ours or args.flow):
            row["every frame in order, Keras predict"] = measure(film, begins, args.minutes * 60, usual=True)
    print(json.dumps(row, indent=2))


if __name__ == "__main__":
    cv2.setNumThreads(1)
    main()
