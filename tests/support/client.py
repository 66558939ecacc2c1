"""A person at the live page, without a browser: reads the token from Streamlit's messages, then sends frames.

It behaves like the stage: at most two frames are in flight, and the newest goes next. A machine can run many more of
these than browsers.
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
QUALITY = 70  # of the JPEG files: the best that the stage sends
WAIT_S = 90.0


def encoded(pictures: Sequence[NDArray[np.uint8]], quality: int = QUALITY) -> list[bytes]:
    """The pictures as JPEG files, encoded in advance so that a client costs little while it is measured."""
    quality_flag = [cv2.IMWRITE_JPEG_QUALITY, quality]
    return [cv2.imencode(".jpg", picture, quality_flag)[1].tobytes() for picture in pictures]


def run(work: Coroutine[Any, Any, T]) -> T:
    """asyncio.run in another thread, since Playwright may have an event loop in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


async def page_data(stream: Any) -> dict[str, Any]:
    """Have Streamlit run the page. Returns the data of its stage. stream: Streamlit's WebSocket."""
    rerun = BackMsg()
    rerun.rerun_script.query_string = ""
    await stream.send(rerun.SerializeToString())
    async with asyncio.timeout(WAIT_S):
        async for raw in stream:
            message = ForwardMsg()
            message.ParseFromString(raw)
            if message.WhichOneof("type") == "delta" and message.delta.WhichOneof("type") == "new_element":
                element = message.delta.new_element
                if element.WhichOneof("type") == "bidi_component":
                    data: dict[str, Any] = json.loads(element.bidi_component.json)
                    return data
    raise AssertionError("the page has no stage")


class Person:
    """Opens the page, and plays pictures to it as a camera does.

    readings: (reading, when its frame was sent, when it came), in seconds of time.monotonic. messages: other answers.
    """

    def __init__(self, address: str, jpegs: Sequence[bytes], fps: float) -> None:
        self.readings: list[tuple[dict[str, Any], float, float]] = []
        self.messages: list[dict[str, Any]] = []
        self.playing = asyncio.Event()
        self._jpegs, self._fps = jpegs, fps
        self._address = address.replace("http", "ws", 1)
        self._sent_s: deque[float] = deque()  # of the frames in flight
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
        """The address of the camera's WebSocket."""
        scheme, _, rest = self._address.partition("://")
        return f"{scheme}://{rest.split('/')[0]}{self.data['socket']}"

    async def __aexit__(self, *_: object) -> None:
        """Close the tab."""
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
        """Press Stop."""
        self.playing.clear()
        await self.socket.send(json.dumps({"do": "stop"}))

    async def wait(self, kind: str, seconds: float = WAIT_S) -> dict[str, Any]:
        """Wait for the first message of this kind."""
        async with asyncio.timeout(seconds):
            while True:
                for message in [*self.messages, *(reading for reading, _, _ in self.readings)]:
                    if message["kind"] == kind:
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
            if len(self._sent_s) < IN_FLIGHT:
                self._sent_s.append(time.monotonic())
                captured = CAPTURED_MS.pack(time.monotonic() * 1000)
                await self.socket.send(captured + self._jpegs[number % len(self._jpegs)])

    async def _receive(self) -> None:
        async for raw in self.socket:
            message = json.loads(raw)
            if message["kind"] == "reading":
                self.readings.append((message, self._sent_s.popleft(), time.monotonic()))
            else:
                if message["kind"] == "full":
                    self._sent_s.clear()
                self.messages.append(message)
            self._changed.set()

    async def _drain(self) -> None:
        """Drop what Streamlit sends."""
        async for _ in self._stream:
            pass
