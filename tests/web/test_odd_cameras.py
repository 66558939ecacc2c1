"""Cameras that stop, change or hurry, by real WebRTC: the page says what happened, reads on, and does not lag."""

import asyncio
from collections.abc import Sequence

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from tests import drawn
from tests.web.client import Camera, Person

pytestmark = pytest.mark.xdist_group("browser")

BLACK = np.zeros((480, 640, 3), np.uint8)
HAND = drawn.signed("L", 0.8)
MOST_BEHIND_S = 3.0  # of what is shown, behind the camera, however long it has played


async def plays(address: str, camera: Camera, seconds: float) -> Person:
    """Somebody whose camera plays for so long, after it has begun to be read."""
    async with Person(address, camera) as person:
        await person.start()
        async with asyncio.timeout(30):
            while not person.came:
                await asyncio.sleep(0.1)
        await asyncio.sleep(seconds)
        return person


def behind_s(person: Person) -> float:
    """How old the newest picture was when it came back."""
    number, came_s = person.came[-1]
    return came_s - person.camera.sent_s[number]


def sized(*sizes: tuple[int, int]) -> list[NDArray[np.uint8]]:
    """A second of each."""
    shown = [cv2.resize(HAND, size).astype(np.uint8, copy=False) for size in sizes]
    return [picture for picture in shown for _ in range(15)]


@pytest.mark.parametrize(
    ("pictures", "fps", "said"),
    [
        ([HAND], 1.0, ""),
        ([HAND], 60.0, ""),
        ([BLACK], 15.0, "The picture is black."),
        (sized((640, 480), (320, 240), (480, 640), (1280, 720)), 15.0, ""),
    ],
    ids=["one frame a second", "sixty frames a second", "all black", "size that changes"],
)
def test_an_odd_camera_is_read_without_falling_behind(
    app: str, pictures: Sequence[NDArray[np.uint8]], fps: float, said: str
) -> None:
    person = asyncio.run(plays(app, Camera(pictures, fps), 8.0))
    assert len(person.came) >= 4
    # aiortc hands a frame on when the next one comes: here, on its way to the server and on its way back
    assert behind_s(person) < MOST_BEHIND_S + 2 / fps
    assert any(said in text for text in person.said | {""})
    assert not any("could not take" in text for text in person.said)


def test_frames_that_stop_are_told_and_read_again_when_they_return(app: str) -> None:
    async def stops() -> tuple[int, Person]:
        camera = Camera([HAND], 15.0)
        async with Person(app, camera) as person:
            await person.start()
            async with asyncio.timeout(30):
                while len(person.came) < 10:
                    await asyncio.sleep(0.1)
                camera.playing.clear()
                while not any("No picture comes" in text for text in person.said):
                    await asyncio.sleep(0.1)
                before = len(camera.sent_s)
                camera.playing.set()
                while not person.came[-1][0] > before:
                    await asyncio.sleep(0.1)
            await asyncio.sleep(3)
            return before, person

    before, person = asyncio.run(stops())
    assert len({number for number, _ in person.came if number > before}) > 5
    assert behind_s(person) < MOST_BEHIND_S
