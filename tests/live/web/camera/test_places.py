"""Which cameras are read at once, and which pages wait."""

import asyncio
import json
import threading
import time
from typing import Any, cast

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.websockets import WebSocket

from live.web.camera import connection, protocol
from live.web.camera.app_camera import CameraFrame, Listener
from live.web.camera.places import LEASE_S, Places
from live.web.camera.protocol import CAPTURED_MS
from live.web.camera.session import LiveSession
from tests.support.client import run

times_s = st.floats(0, 1.5 * LEASE_S)


def test_without_a_free_place_a_page_waits_until_another_leaves() -> None:
    places = Places(2)
    assert places.acquire("ann", 0.0)
    assert places.acquire("bob", 0.0)
    assert not places.acquire("cem", 1.0)
    assert places.acquire("ann", 1.0)  # a place is kept
    places.release("bob")
    assert places.acquire("cem", 1.0)
    assert not places.acquire("bob", 1.0)


def test_releasing_without_a_place_changes_nothing() -> None:
    places = Places(1)
    places.release("nobody")
    assert places.acquire("ann", 0.0)
    places.release("nobody")
    assert not places.acquire("bob", 0.0)


def test_a_place_whose_camera_is_silent_is_free_again() -> None:
    places = Places(1)
    assert places.acquire("ann", 0.0)
    assert not places.acquire("bob", LEASE_S - 0.1)
    assert places.acquire("bob", LEASE_S)
    assert not places.acquire("ann", LEASE_S)


def test_each_frame_keeps_a_place_for_longer() -> None:
    places = Places(1)
    for time_s in (0.0, LEASE_S / 2, LEASE_S):
        assert places.acquire("ann", time_s)
    assert not places.acquire("bob", 2 * LEASE_S - 0.1)
    assert places.acquire("bob", 2 * LEASE_S)


def test_taken_places_are_counted() -> None:
    places = Places(3)
    assert places.taken == 0
    for who in ("ann", "ann", "bob"):
        places.acquire(who, 0.0)
    assert places.taken == 2
    places.release("ann")
    assert places.taken == 1


@pytest.mark.parametrize("number", [1, 4])
@settings(deadline=None)
@given(steps=st.lists(st.tuples(st.sampled_from("abcdef"), st.booleans(), times_s), max_size=40))
def test_no_more_places_are_taken_than_there_are(number: int, steps: list[tuple[str, bool, float]]) -> None:
    places, last_s, now_s = Places(number), dict[str, float](), 0.0
    for who, comes, gap_s in steps:
        now_s += gap_s
        last_s = {other: time_s for other, time_s in last_s.items() if now_s - time_s < LEASE_S}
        if comes:
            expected = who in last_s or len(last_s) < number
            assert places.acquire(who, now_s) == expected
            last_s |= {who: now_s} if expected else {}
            assert places.taken == len(last_s) <= number
        else:
            places.release(who)
            last_s.pop(who, None)


class Page:
    """The page's end of the socket: sends what the test tells it to, and keeps what it receives."""

    def __init__(self) -> None:
        self.messages: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.all_received = asyncio.Event()
        self._outgoing: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    def command(self, name: str) -> None:
        self._outgoing.put_nowait({"type": "websocket.receive", "text": json.dumps({"do": name})})

    def frame(self) -> None:
        self._outgoing.put_nowait({"type": "websocket.receive", "bytes": CAPTURED_MS.pack(0) + b"JPEG"})

    def leave(self) -> None:
        self._outgoing.put_nowait({"type": "websocket.disconnect"})

    async def receive(self) -> dict[str, Any]:
        if self._outgoing.empty():
            self.all_received.set()
        return await self._outgoing.get()

    async def send_text(self, text: str) -> None:
        await asyncio.sleep(0)  # as when the link is busy
        self.messages.put_nowait(json.loads(text))


class SlowSession:
    """Reads a frame only once the test allows it."""

    token = "ann"

    def __init__(self) -> None:
        self.go_on = threading.Semaphore(0)
        self.read_frames = 0

    def read(self, *_: object) -> dict[str, Any]:
        assert self.go_on.acquire(timeout=10)
        self.read_frames += 1
        return {"kind": "reading"}


def test_a_page_that_stops_loses_its_place_although_frames_were_on_their_way(monkeypatch: pytest.MonkeyPatch) -> None:
    places, session = Places(1), SlowSession()
    monkeypatch.setattr(connection, "places", lambda: places)
    monkeypatch.setattr(protocol, "decode_frame", lambda jpeg: jpeg)

    async def play() -> None:
        page = Page()
        serving = asyncio.create_task(
            connection.Connection(cast(WebSocket, page), cast(LiveSession, session)).serve()  # both are stand-ins
        )
        page.command("start")
        assert (await page.messages.get())["kind"] == "place"
        assert places.taken == 1
        for _ in range(1 + connection.IN_FLIGHT):
            page.frame()
        page.all_received.clear()
        page.command("stop")
        await page.all_received.wait()
        assert places.taken == 0
        session.go_on.release(1 + connection.IN_FLIGHT)
        assert (await page.messages.get())["kind"] == "reading"  # the answer to the frame that was being read
        for _ in range(10):  # let all tasks run that are ready
            await asyncio.sleep(0)
        assert places.taken == 0
        page.leave()
        await serving

    run(asyncio.wait_for(play(), 20))
    assert session.read_frames == 1


def test_a_page_that_disconnects_gives_up_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    places = Places(1)
    monkeypatch.setattr(connection, "places", lambda: places)

    async def play() -> None:
        page = Page()
        page.command("start")
        page.leave()
        await connection.Connection(cast(WebSocket, page), cast(LiveSession, SlowSession())).serve()
        assert (await page.messages.get())["kind"] == "place"

    run(asyncio.wait_for(play(), 20))
    assert places.taken == 0


class OneFrameCamera:
    """The app's own camera, with one frame."""

    fault = None
    newest = CameraFrame(0, np.zeros((48, 64, 3), np.uint8), b"JPEG", 0.0)

    def __init__(self) -> None:
        self.listeners: list[Listener] = []

    def join(self, listener: Listener) -> None:
        self.listeners.append(listener)

    def leave(self, listener: Listener) -> None:
        self.listeners.remove(listener)


def test_a_page_that_shows_the_app_camera_is_informed_when_it_loses_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    places, camera = Places(1), OneFrameCamera()
    monkeypatch.setattr(connection, "places", lambda: places)
    monkeypatch.setattr(connection, "app_camera", lambda: camera)

    async def play() -> None:
        page = Page()
        serving = asyncio.create_task(
            connection.Connection(cast(WebSocket, page), cast(LiveSession, SlowSession())).serve()
        )
        page.command("start")
        assert (await page.messages.get())["kind"] == "place"
        places.release("ann")  # as after a long time in the background
        assert places.acquire("bob", time.monotonic())
        page.command("next")
        assert (await asyncio.wait_for(page.messages.get(), 5))["kind"] == "full"
        while camera.listeners:  # until it stops watching
            await asyncio.sleep(0)
        page.leave()
        await serving

    run(asyncio.wait_for(play(), 20))
    assert places.taken == 1
