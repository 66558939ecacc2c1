"""The routes beside Streamlit's own: the camera's WebSocket, and the JavaScript of the stage."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import cv2
from starlette.routing import BaseRoute, Mount, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState
from streamlit import config

from live.litert import MAX_CONCURRENT
from live.web.camera import protocol
from live.web.camera.app_camera import AppCamera, CameraFrame
from live.web.camera.places import Places
from live.web.camera.protocol import MessageError
from live.web.camera.session import LiveSession, find
from live.web.options import options
from live.web.stage import MODULES, modules_path, socket_path

LOG = logging.getLogger(__name__)
IN_FLIGHT = 2  # frames of one page that may wait in the app; TCP holds back the rest
GREETING_S = 10.0  # until the first message
READERS = ThreadPoolExecutor(MAX_CONCURRENT, "reader")  # read the frames of all cameras, first come, first served


def routes() -> list[BaseRoute]:
    """What `st.App` serves beside Streamlit, under Streamlit's own base path."""
    cv2.setNumThreads(1)  # frames are read side by side; OpenCV's own threads would wait for each other
    return [
        WebSocketRoute(socket_path(), camera_socket),
        Mount(modules_path(), StaticFiles(directory=MODULES)),
    ]


@cache
def places() -> Places:
    """The places of this server."""
    return Places(options().people)


@cache
def app_camera() -> AppCamera | None:
    """The app's own camera, if it was started with one."""
    source = options().camera
    return AppCamera(source) if source is not None else None


def origin_allowed(origin: str | None, host: str | None) -> bool:
    """Streamlit's own rule for its stream: the same host, this machine, or named in server.corsAllowedOrigins.

    Streamlit also lets in the machine's public address, for which it asks a server on the internet; this does not.
    """
    if origin is None or not config.get_option("server.enableCORS"):
        return True
    if urlsplit(origin).netloc == host:
        return True
    named = {urlsplit(each.strip()).hostname for each in config.get_option("server.corsAllowedOrigins")}
    own = {"localhost", "127.0.0.1", config.get_option("server.address")}
    return urlsplit(origin).hostname in (named | own) - {None}


async def camera_socket(websocket: WebSocket) -> None:
    """One page's connection, from its greeting to its end."""
    if not origin_allowed(websocket.headers.get("origin"), websocket.headers.get("host")):
        await websocket.close(protocol.NOT_ALLOWED)  # before it is accepted, this is status 403
        return
    await websocket.accept()
    try:
        session = await _greet(websocket)
        await Connection(websocket, session).serve()
    except MessageError as refusal:
        with contextlib.suppress(WebSocketDisconnect, RuntimeError):  # it has gone already
            await websocket.close(refusal.code, str(refusal))
    except WebSocketDisconnect:
        pass
    except Exception:
        if (
            websocket.client_state is WebSocketState.DISCONNECTED
            or websocket.application_state is WebSocketState.DISCONNECTED
        ):
            return  # it had gone, or made room for a newer connection, when something was sent
        LOG.exception("a camera's connection has failed")
        with contextlib.suppress(WebSocketDisconnect, RuntimeError):
            await websocket.close(protocol.BROKEN, "a frame could not be read; the app's log says why")


async def _greet(websocket: WebSocket) -> LiveSession:
    """The session that the first message names. Raises MessageError."""
    try:
        hello = protocol.parse_command(await asyncio.wait_for(_receive_text(websocket), GREETING_S))
    except TimeoutError as error:
        raise MessageError(protocol.NOT_ALLOWED, "no greeting came") from error
    if hello.get("version") != protocol.VERSION:
        raise MessageError(protocol.NOT_ALLOWED, f"this app speaks version {protocol.VERSION}; reload the page")
    session = find(str(hello.get("token")))
    if session is None:
        raise MessageError(protocol.UNKNOWN_SESSION, "this page's session has ended; reload the page")
    text, number = hello.get("text"), hello.get("n")
    text, number = text if isinstance(text, str) else "", number if isinstance(number, int) else 0
    await asyncio.to_thread(session.greet, text, number)
    await websocket.send_text(protocol.encode(await asyncio.to_thread(session.text_message)))
    return session


async def _receive_text(websocket: WebSocket) -> str:
    message = await websocket.receive()
    if message["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(message.get("code", 1005))
    text = message.get("text")
    if text is None:
        raise MessageError(protocol.NOT_ALLOWED, "the first message must be a greeting with version and token")
    return str(text)


class Connection:
    """Takes the frames and commands of one page in order, and answers each frame before it reads the next."""

    _of_session: dict[str, "Connection"] = {}  # noqa: RUF012  # the newest of each

    def __init__(self, websocket: WebSocket, session: LiveSession) -> None:
        self._websocket, self._session = websocket, session
        self._received: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(IN_FLIGHT)
        self._clock = CaptureClock()
        self._look = False
        self._asked_for = 0  # frames of the app's camera that the page is ready for
        self._wake = asyncio.Event()  # a new frame of it, or a page that is ready
        self._watching: asyncio.Task[None] | None = None
        self._tasks = asyncio.TaskGroup()

    async def serve(self) -> None:
        """Serve the page until it disconnects. Raises MessageError for a message that ends the connection."""
        token = self._session.token
        older, self._of_session[token] = self._of_session.get(token), self
        try:
            async with self._tasks as tasks:
                others = [tasks.create_task(self._read_frames())]
                if older:
                    others.append(tasks.create_task(older._make_room()))
                try:
                    await self._receive()
                finally:
                    for task in others:
                        task.cancel()
                    self._stop()
        except* MessageError as refused:
            raise refused.exceptions[0] from None
        except* WebSocketDisconnect:
            pass
        finally:
            if self._of_session.get(token) is self:
                del self._of_session[token]

    async def _make_room(self) -> None:
        """The page has a newer connection."""
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
                await self._obey(protocol.parse_command(message["text"]))

    async def _read_frames(self) -> None:
        while True:
            arrived_s, message = await self._received.get()
            captured_ms, jpeg = protocol.parse_frame(message)
            if not await self._has_place():
                continue
            time_s = self._clock.time_s(captured_ms, arrived_s)
            answer = await self._in_pool(lambda jpeg=jpeg, time_s=time_s: self._read_jpeg(jpeg, time_s))  # type: ignore[misc]
            answer["captured_ms"] = captured_ms
            await self._answer(answer, arrived_s)

    def _read_jpeg(self, jpeg: bytes, time_s: float) -> dict[str, Any]:
        return self._session.read(protocol.decode_frame(jpeg), time_s, self._look, places().taken <= 1)

    @staticmethod
    async def _in_pool(work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        return await asyncio.get_running_loop().run_in_executor(READERS, work)

    async def _answer(self, answer: dict[str, Any], arrived_s: float, jpeg: bytes | None = None) -> None:
        answer["server_ms"] = round((time.monotonic() - arrived_s) * 1000, 1)
        if jpeg is None:
            await self._websocket.send_text(protocol.encode(answer))
        else:
            await self._websocket.send_bytes(protocol.encode_with_picture(answer, jpeg))

    async def _has_place(self) -> bool:
        """Take a place, or keep it. Where all are taken, the page is told, and waits."""
        if places().take(self._session.token, time.monotonic()):
            return True
        await self._say({"kind": "full", "places": places().number})
        self._stop()  # this cancels the task that shows the app's camera, which may be the current one
        return False

    async def _say(self, message: dict[str, Any]) -> None:
        await self._websocket.send_text(protocol.encode({"version": protocol.VERSION, **message}))

    async def _obey(self, command: dict[str, Any]) -> None:
        name = command.get("do")
        if name == "start":
            if await self._has_place():
                await self._say({"kind": "place"})
                self._watch_app_camera()
        elif name == "stop":
            self._stop()
        elif name == "look":
            self._look = bool(command.get("on"))
        elif name == "next":
            self._asked_for = min(self._asked_for + 1, IN_FLIGHT)
            self._wake.set()
        else:
            await asyncio.to_thread(self._session.change, command)  # which may wait for a reading
            await self._websocket.send_text(protocol.encode(await asyncio.to_thread(self._session.text_message)))

    def _stop(self) -> None:
        while not self._received.empty():  # else these frames would take the place again
            self._received.get_nowait()
        if self._of_session.get(self._session.token) is self:  # else the place belongs to a newer connection
            places().leave(self._session.token)
        if self._watching is not None:
            self._watching.cancel()
            self._watching = None

    def _watch_app_camera(self) -> None:
        camera = app_camera()
        if camera is not None and self._watching is None:
            self._watching = self._tasks.create_task(self._show(camera))

    async def _show(self, camera: AppCamera) -> None:
        loop, last = asyncio.get_running_loop(), -1

        def listener() -> None:
            loop.call_soon_threadsafe(self._wake.set)

        camera.join(listener)
        try:
            while True:
                await self._wake.wait()
                self._wake.clear()
                frame, fault = camera.newest, camera.fault
                if fault:
                    await self._say({"kind": "fault", "text": fault})
                elif frame is not None and frame.number != last and self._asked_for > 0:
                    last, self._asked_for = frame.number, self._asked_for - 1
                    await self._show_frame(frame)
        finally:
            camera.leave(listener)

    async def _show_frame(self, frame: CameraFrame) -> None:
        if not await self._has_place():
            return
        arrived_s = time.monotonic()
        alone = places().taken <= 1
        answer = await self._in_pool(lambda: self._session.read(frame.image_bgr, frame.time_s, self._look, alone))
        answer["captured_ms"] = round(frame.time_s * 1000, 1)
        await self._answer(answer, arrived_s, frame.jpeg)


class CaptureClock:
    """Maps one page's times of capture to the server's clock, so that the network's jitter does not reach the text."""

    def __init__(self) -> None:
        self._offset_s: float | None = None

    def time_s(self, captured_ms: float, arrived_s: float) -> float:
        """When the frame was taken, as far as its arrival tells. No frame is from the future."""
        offset_s = arrived_s - captured_ms / 1000
        # The frame that came quickest tells the difference of the clocks best.
        self._offset_s = offset_s if self._offset_s is None else min(self._offset_s, offset_s)
        return captured_ms / 1000 + self._offset_s
