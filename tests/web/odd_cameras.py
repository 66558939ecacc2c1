"""Cameras that stop, change or hurry, by real WebRTC: `python -m tests.web.odd_cameras ADDRESS CAMERA`, one object.

In a process of its own: aiortc and TensorFlow, which other tests use, do not live in one.
"""

import asyncio
import json
import sys

import cv2
import numpy as np
from numpy.typing import NDArray

from tests import drawn
from tests.web.client import Camera, Person

BLACK = np.zeros((480, 640, 3), np.uint8)
HAND = drawn.signed("L", 0.8)
PLAYS_S = 8.0
STOPS = "frames that stop"


def sized(*sizes: tuple[int, int]) -> list[NDArray[np.uint8]]:
    """A second of each."""
    shown = [cv2.resize(HAND, size).astype(np.uint8, copy=False) for size in sizes]
    return [picture for picture in shown for _ in range(15)]


# Its pictures and how many come a second.
CAMERAS = {
    "one frame a second": ([HAND], 1.0),
    "sixty frames a second": ([HAND], 60.0),
    "all black": ([BLACK], 15.0),
    "size that changes": (sized((640, 480), (320, 240), (480, 640), (1280, 720)), 15.0),
    STOPS: ([HAND], 15.0),
}


async def stop_and_return(person: Person) -> int:
    """The camera is silent until the page says so. Returns how many frames came before."""
    person.camera.playing.clear()
    while not any("No picture comes" in text for text in person.said):
        await asyncio.sleep(0.1)
    before = len(person.camera.sent_s)
    person.camera.playing.set()
    while not person.came[-1][0] > before:
        await asyncio.sleep(0.1)
    return before


async def play(address: str, name: str) -> dict[str, object]:
    """How many different pictures came back (after the stop, if there is one), how late the last, and what was said."""
    before = 0
    async with Person(address, Camera(*CAMERAS[name])) as person:
        await person.start()
        async with asyncio.timeout(60):
            while len(person.came) < 3:
                await asyncio.sleep(0.1)
            if name == STOPS:
                before = await stop_and_return(person)
        await asyncio.sleep(PLAYS_S)
    number, came_s = person.came[-1]
    return {
        "came": len({number for number, _ in person.came if number >= before}),
        "behind_s": came_s - person.camera.sent_s[number],
        "said": sorted(person.said),
    }


if __name__ == "__main__":
    print(json.dumps(asyncio.run(play(*sys.argv[1:]))))
