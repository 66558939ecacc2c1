"""Odd cameras that stop, change or hurry: the page reports them, and keeps reading without falling behind."""

import asyncio
import json
import math
import re
import time

import cv2
import numpy as np
import pytest
import websockets
from numpy.typing import NDArray

from tests.browser.conftest import OpenPage
from tests.browser.page import start
from tests.measurements.crowd import crowd
from tests.support import drawn
from tests.support.client import Person, encoded, run

BLACK = np.zeros((480, 640, 3), np.uint8)
HAND = drawn.signed("L", 0.8)
TRIES = 8  # of a measurement: other processes only make a machine slower, so one good result is enough
PLAYS_S = 3.0  # measured time: an app that falls behind gets later with every frame
MAX_DELAY_S = 0.5  # of a reading after its frame, however long the camera has played
# The camera plays the canvas of this script, which can stop and start. A film cannot.
CANVAS = """
    const canvas = Object.assign(document.createElement("canvas"), { width: 640, height: 480 });
    const paper = canvas.getContext("2d");
    window.draw = () => paper.fillRect(0, 0, canvas.width, canvas.height);
    window.playing = setInterval(() => window.draw(), 66);
    navigator.mediaDevices.getUserMedia = async () => canvas.captureStream(15);
"""


def sized(*sizes: tuple[int, int]) -> list[NDArray[np.uint8]]:
    """Half a second of each size (width, height), at 15 frames a second. The hand is cut to the size, not stretched."""
    height, width = HAND.shape[:2]
    pictures = []
    for to_width, to_height in sizes:
        scale = min(width / to_width, height / to_height)
        top, left = round((height - scale * to_height) / 2), round((width - scale * to_width) / 2)
        part = HAND[top : top + round(scale * to_height), left : left + round(scale * to_width)]
        pictures.append(cv2.resize(part, (to_width, to_height)).astype(np.uint8, copy=False))
    return [picture for picture in pictures for _ in range(8)]


@pytest.mark.parametrize(
    ("pictures", "fps", "advice"),
    [
        ([HAND], 1.0, None),
        ([HAND], 60.0, None),
        ([BLACK], 15.0, "**The picture is black.**"),
        (sized((640, 480), (320, 240), (480, 640), (1280, 720)), 15.0, None),
    ],
    ids=["one frame a second", "sixty frames a second", "all black", "size that changes"],
)
def test_an_odd_camera_is_reported_and_read_without_falling_behind(
    app: str, pictures: list[NDArray[np.uint8]], fps: float, advice: str | None
) -> None:
    async def play() -> Person:
        async with Person(app, encoded(pictures), fps) as person:
            await person.start()
            await person.wait("reading")
            await asyncio.sleep(PLAYS_S)
            return person

    enough = 0.6 * PLAYS_S * min(fps, 15.0)
    for _ in range(TRIES):
        person = run(play())
        latest_s = max((came_s - sent_s for _, sent_s, came_s in person.readings[1:]), default=0.0)
        if len(person.readings) >= enough and latest_s < MAX_DELAY_S:
            break
        time.sleep(2)  # what slows down the machine may end
    assert len(person.readings) >= enough
    assert latest_s < MAX_DELAY_S
    last = person.readings[-1][0]
    assert (last["advice"] or {"text": ""})["text"].startswith(advice or "")
    if advice is None:
        assert last["letter"] == "L"


def test_a_camera_that_pauses_is_reported_and_read_again(app: str, open_page: OpenPage) -> None:
    page = open_page(app, film=None, script=CANVAS)
    start(page)
    page.get_by_text("What the model sees", exact=True).click()
    page.get_by_text(re.compile(r"^\d+ frames a second$")).wait_for()
    page.evaluate("clearInterval(window.playing)")
    page.get_by_text("Your camera has stopped sending pictures.").wait_for()
    page.evaluate("() => { window.playing = setInterval(() => window.draw(), 66); }")
    page.get_by_text("Your camera has stopped sending pictures.").wait_for(state="hidden")
    page.get_by_text("The picture is black.").wait_for()  # it is read again


def test_a_server_with_more_people_than_it_can_keep_up_with_reads_none_late(app: str) -> None:
    for _ in range(TRIES):
        try:
            figures = run(crowd(app, people=24, seconds=8, warm_up_s=3))
        except (TimeoutError, websockets.ConnectionClosed) as late:  # the machine was too busy to connect all of them
            print(repr(late))
            figures = {"readings_per_s": 0.0, "p95_ms": math.inf}
        if figures["readings_per_s"] >= 1 and figures["p95_ms"] < 2000:
            break
    assert figures["readings_per_s"] >= 1  # of the slowest person
    assert figures["p95_ms"] < 2000


@pytest.mark.parametrize(
    ("frame", "code", "reason"),
    [
        (b"\xff\xd8" + bytes(600_000), 1009, "512 kB"),
        (b"GIF89a" + bytes(100), 1003, "JPEG"),
        (cv2.imencode(".jpg", np.zeros((970, 1280, 3), np.uint8))[1].tobytes(), 1009, "1280"),
    ],
    ids=["too large", "no JPEG", "too many pixels"],
)
def test_an_invalid_frame_ends_the_connection_with_the_reason(app: str, frame: bytes, code: int, reason: str) -> None:
    async def send() -> tuple[int | None, str | None]:
        async with Person(app, [frame], 5.0) as person:
            await person.start()
            await asyncio.wait_for(person.socket.wait_closed(), 10)
            return person.socket.close_code, person.socket.close_reason

    closed = run(send())
    assert closed[0] == code
    assert reason in str(closed[1])


@pytest.mark.parametrize(
    ("greeting", "code"),
    [({"version": 1, "token": "guessed"}, 4401), ({"version": 1}, 4401), ({"version": 2}, 1008), ([], 1008)],
)
def test_only_the_token_of_a_page_opens_its_session(app: str, greeting: object, code: int) -> None:
    async def greet() -> int | None:
        async with Person(app, [], 1.0) as person:
            other = await websockets.connect(person.socket_address, compression=None)
            await other.send(json.dumps(greeting))
            await asyncio.wait_for(other.wait_closed(), 10)
            return other.close_code

    assert run(greet()) == code
