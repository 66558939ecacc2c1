"""A person at the live page without a browser: the token from Streamlit's messages, then frames over the socket.

It does what the stage does in a browser: at most two frames are under way, the newest goes next. So many more of them
fit on a machine than browsers.
"""

import asyncio
import contextlib
import itertools
import json
import time
from collections import deque
from collections.abc import Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Self, TypeVar

import cv2
import numpy as np
import websockets
from numpy.typing import NDArray
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from live.web.camera.protocol import CAPTURED_MS

T = TypeVar("T")

IN_FLIGHT = 2
QUALITY = 70  # of the JPEG files: the stage's best
WAIT_S = 30.0


def encoded(pictures: Sequence[NDArray[np.uint8]], quality: int = QUALITY) -> list[bytes]:
    """As JPEG files, so that a client costs little while it is measured."""
    return [cv2.imencode(".jpg", each, [cv2.IMWRITE_JPEG_QUALITY, quality])[1].tobytes() for each in pictures]


def run(work: Coroutine[Any, Any, T]) -> T:
    """asyncio.run in a thread of its own, since Playwright may have an event loop in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


async def page_data(stream: Any) -> dict[str, Any]:
    """Run the page; what it gives to its stage. stream: Streamlit's WebSocket."""
    message = BackMsg()
    message.rerun_script.query_string = ""
    await stream.send(message.SerializeToString())
    async with asyncio.timeout(WAIT_S):
        async for raw in stream:
            told = ForwardMsg()
            told.ParseFromString(raw)
            if told.WhichOneof("type") == "delta" and told.delta.WhichOneof("type") == "new_element":
                element = told.delta.new_element
                if element.WhichOneof("type") == "bidi_component":
                    data: dict[str, Any] = json.loads(element.bidi_component.json)
                    return data
    raise AssertionError("the page has no stage")


class Person:
    """Opens the page, and plays a camera's pictures to it.

    readings: each answer with the times, on time.monotonic, at which its frame was sent and the answer came. messages:
    all other answers.
    """

    def __init__(self, address: str, jpegs: Sequence[bytes], fps: float) -> None:
        self.readings: list[tuple[dict[str, Any], float, float]] = []
        self.messages: list[dict[str, Any]] = []
        self.playing = asyncio.Event()
        self._jpegs, self._fps = jpegs, fps
        self._address = address.replace("http", "ws", 1)
        self._under_way: deque[float] = deque()
        self._tasks: list[asyncio.Task[None]] = []
        self._changed = asyncio.Event()

    async def __aenter__(self) -> Self:
        self._stream = await websockets.connect(
            f"{self._address}/_stcore/stream", subprotocols=["streamlit"], max_size=None  # type: ignore[list-item]
        )  # fmt: skip
        self.data = await page_data(self._stream)
        self.socket = await websockets.connect(self.socket_address, compression=None)
        await self.socket.send(json.dumps({"version": self.data["version"], "token": self.data["token"]}))
        self._tasks.append(asyncio.create_task(self._receive()))
        self._tasks.append(asyncio.create_task(self._drain()))
        return self

    @property
    def socket_address(self) -> str:
        """Of the camera's WebSocket."""
        scheme, _, rest = self._address.partition("://")
        return f"{scheme}://{rest.split('/')[0]}{self.data['socket']}"

    async def __aexit__(self, *_: object) -> None:
        """Closes the tab."""
        for task in self._tasks:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError, websockets.ConnectionClosed):
                await task
        await self.socket.close()
        await self._stream.close()

    async def start(self) -> None:
        """Press START."""
        await self.socket.send(json.dumps({"do": "start"}))
        self.playing.set()
        self._tasks.append(asyncio.create_task(self._play()))

    async def stop(self) -> None:
        """Press STOP."""
        self.playing.clear()
        await self.socket.send(json.dumps({"do": "stop"}))

    async def wait(self, what: str, seconds: float = WAIT_S) -> dict[str, Any]:
        """The first message of this kind."""
        async with asyncio.timeout(seconds):
            while True:
                for message in [*self.messages, *(reading for reading, _, _ in self.readings)]:
                    if message["kind"] == what:
                        return message
                self._changed.clear()
                await self._changed.wait()

    async def _play(self) -> None:
        begun_s = time.monotonic()
        for number in itertools.count():
            await self.playing.wait()
            late_s = time.monotonic() - begun_s - number / self._fps
            if late_s < 0:
                await asyncio.sleep(-late_s)
            if len(self._under_way) < IN_FLIGHT:
                self._under_way.append(time.monotonic())
                captured = CAPTURED_MS.pack(time.monotonic() * 1000)
                await self.socket.send(captured + self._jpegs[number % len(self._jpegs)])

    async def _receive(self) -> None:
        async for raw in self.socket:
            message = json.loads(raw)
            if message["kind"] == "reading":
                self.readings.append((message, self._under_way.popleft(), time.monotonic()))
            else:
                if message["kind"] == "full":
                    self._under_way.clear()
                self.messages.append(message)
            self._changed.set()

    async def _drain(self) -> None:
        """What Streamlit sends is not looked at any more."""
        async for _ in self._stream:
            pass
