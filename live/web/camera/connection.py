"""One page's connection: frames and commands in, readings out, in order."""

import asyncio
import contextlib
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from live.litert import MAX_CONCURRENT
from live.web.camera import protocol
from live.web.camera.app_camera import AppCamera, CameraFrame
from live.web.camera.places import Places
from live.web.camera.protocol import MessageError
from live.web.camera.session import LiveSession
from live.web.options import options

IN_FLIGHT = 2  # how many frames of one page may wait in the app; TCP holds back the rest
POOL = ThreadPoolExecutor(MAX_CONCURRENT, "frames")  # reads the frames of all cameras, first come, first served


@cache
def places() -> Places:
    """The places of this server."""
    return Places(options().people)


@cache
def app_camera() -> AppCamera | None:
    """The app's own camera; None if the app was started without one."""
    source = options().camera
    return AppCamera(source) if source is not None else None


class Connection:
    """Handles the frames and commands of one page in order, and answers each frame before it reads the next."""

    _newest: dict[str, "Connection"] = {}  # noqa: RUF012  # connection of each session, by its token

    def __init__(self, websocket: WebSocket, session: LiveSession) -> None:
        self._websocket, self._session = websocket, session
        self._received: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(IN_FLIGHT)
        self._clock = CaptureClock()
        self._look = False  # whether readings contain what the model sees
        self._requested = 0  # how many frames of the app's camera the page has asked for
        self._wake = asyncio.Event()  # set when that camera has a new frame, and when the page asks for one
        self._watching: asyncio.Task[None] | None = None  # sends frames of the app's camera
        self._tasks = asyncio.TaskGroup()

    async def serve(self) -> None:
        """Serve the page until it disconnects. Raises MessageError for a message that ends the connection."""
        token = self._session.token
        previous, self._newest[token] = self._newest.get(token), self
        try:
            async with self._tasks as tasks:
                background = [tasks.create_task(self._read_frames())]
                if previous:
                    background.append(tasks.create_task(previous._close_as_replaced()))
                try:
                    await self._receive()
                finally:
                    for task in background:
                        task.cancel()
                    self._stop()
        except* MessageError as refused:
            raise refused.exceptions[0] from None
        except* WebSocketDisconnect:
            pass
        finally:
            if self._newest.get(token) is self:
                del self._newest[token]

    async def _close_as_replaced(self) -> None:
        """Close this connection, because the page has a newer one."""
        with contextlib.suppress(WebSocketDisconnect, RuntimeError):
            await self._websocket.close(protocol.REPLACED, "the page has connected again")

    async def _receive(self) -> None:
        while True:
            message = await self._websocket.receive()
            if message["type"] == "websocket.disconnect":
                return
            if (frame := message.get("bytes")) is not None:
                await self._received.put((time.monotonic(), frame))
            else:
                await self._execute(protocol.parse_command(message["text"]))

    async def _read_frames(self) -> None:
        while True:
            arrived_s, message = await self._received.get()
            captured_ms, jpeg = protocol.parse_frame(message)
            if not await self._acquire_place():
                continue
            time_s = self._clock.time_s(captured_ms, arrived_s)
            answer = await self._in_pool(partial(self._read_jpeg, jpeg, time_s))
            answer["captured_ms"] = captured_ms
            await self._answer(answer, arrived_s)

    def _read_jpeg(self, jpeg: bytes, time_s: float) -> dict[str, Any]:
        return self._session.read(protocol.decode_frame(jpeg), time_s, self._look, places().taken <= 1)

    @staticmethod
    async def _in_pool(work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        return await asyncio.get_running_loop().run_in_executor(POOL, work)

    async def _answer(self, answer: dict[str, Any], arrived_s: float, jpeg: bytes | None = None) -> None:
        answer["server_ms"] = round((time.monotonic() - arrived_s) * 1000, 1)
        if jpeg is None:
            await self._websocket.send_text(protocol.encode(answer))
        else:
            await self._websocket.send_bytes(protocol.encode_with_picture(answer, jpeg))

    async def _acquire_place(self) -> bool:
        """Get or keep a place. If all places are taken, tell the page, which then waits."""
        if places().acquire(self._session.token, time.monotonic()):
            return True
        await self._send({"kind": "full", "places": places().number})
        self._stop()  # cancels the task that sends the app camera's frames, which may be the current task
        return False

    async def _send(self, message: dict[str, Any]) -> None:
        await self._websocket.send_text(protocol.encode({"version": protocol.VERSION, **message}))

    async def _execute(self, command: dict[str, Any]) -> None:
        name = command.get("do")
        if name == "start":
            if await self._acquire_place():
                await self._send({"kind": "place"})
                self._watch_app_camera()
        elif name == "stop":
            self._stop()
        elif name == "look":
            self._look = bool(command.get("on"))
        elif name == "next":
            self._requested = min(self._requested + 1, IN_FLIGHT)
            self._wake.set()
        else:
            await asyncio.to_thread(self._session.change, command)  # it may have to wait while a frame is read
            await self._websocket.send_text(protocol.encode(await asyncio.to_thread(self._session.text_message)))

    def _stop(self) -> None:
        while not self._received.empty():  # otherwise these frames would take the place again
            self._received.get_nowait()
        if self._newest.get(self._session.token) is self:  # otherwise the place belongs to a newer connection
            places().release(self._session.token)
        self._requested = 0
        if self._watching is not None:
            self._watching.cancel()
            self._watching = None

    def _watch_app_camera(self) -> None:
        camera = app_camera()
        if camera is not None and self._watching is None:
            self._watching = self._tasks.create_task(self._watch(camera))

    async def _watch(self, camera: AppCamera) -> None:
        loop, last_number = asyncio.get_running_loop(), -1

        def listener() -> None:
            loop.call_soon_threadsafe(self._wake.set)

        camera.join(listener)
        try:
            while True:
                await self._wake.wait()
                self._wake.clear()
                frame, fault = camera.newest, camera.fault
                if fault:
                    await self._send({"kind": "fault", "text": fault})
                elif frame is not None and frame.number != last_number and self._requested > 0:
                    last_number, self._requested = frame.number, self._requested - 1
                    await self._send_frame(frame)
        finally:
            camera.leave(listener)

    async def _send_frame(self, frame: CameraFrame) -> None:
        if not await self._acquire_place():
            return
        arrived_s = time.monotonic()
        alone = places().taken <= 1
        answer = await self._in_pool(partial(self._session.read, frame.image_bgr, frame.time_s, self._look, alone))
        answer["captured_ms"] = round(frame.time_s * 1000, 1)
        await self._answer(answer, arrived_s, frame.jpeg)


class CaptureClock:
    """Maps one page's times of capture to the server's clock, so that the network's jitter does not affect the text."""

    def __init__(self) -> None:
        self._offset_s: float | None = None  # the server's clock minus the page's

    def time_s(self, captured_ms: float, arrived_s: float) -> float:
        """Estimate when the frame was taken, on the server's clock. Never later than arrived_s."""
        offset_s = arrived_s - captured_ms / 1000
        # The frame that arrived with the least delay gives the best estimate of the clocks' difference.
        self._offset_s = offset_s if self._offset_s is None else min(self._offset_s, offset_s)
        return captured_ms / 1000 + self._offset_s
