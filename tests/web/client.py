"""A person at the live page without a browser: Streamlit's messages over a websocket, and aiortc for the video.

It does what the page does in a browser: presses START, answers the camera's connection, and asks for the newest reading
as often as the page says. So many more of them fit on a machine than browsers.
"""

import asyncio
import contextlib
import json
import time
from collections.abc import Sequence
from fractions import Fraction
from typing import Any, Self

import av
import numpy as np
import websockets
from aiortc import MediaStreamTrack, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError
from numpy.typing import NDArray
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.web.conftest import FILM_FPS
from tests.web.stamps import number_of, numbered

CLOCK_HZ = 90_000  # of video in RTP


class Camera(MediaStreamTrack):
    """Plays these pictures over and over, numbered; sent_s tells when each number went off.

    Clear playing, and no more frames come until it is set again.
    """

    kind = "video"

    def __init__(self, pictures: Sequence[NDArray[np.uint8]], fps: float = FILM_FPS) -> None:
        super().__init__()
        self._pictures, self._fps = pictures, fps
        self.sent_s: list[float] = []
        self.playing = asyncio.Event()
        self.playing.set()

    async def recv(self) -> av.VideoFrame:
        """The next, when its time has come."""
        await self.playing.wait()
        number = len(self.sent_s)
        if number:
            await asyncio.sleep(self.sent_s[-1] + 1 / self._fps - time.monotonic())
        picture = numbered(self._pictures[number % len(self._pictures)], number)
        frame = av.VideoFrame.from_ndarray(picture, "bgr24")
        frame.pts, frame.time_base = round(number * CLOCK_HZ / self._fps), Fraction(1, CLOCK_HZ)
        self.sent_s.append(time.monotonic())
        return frame


class Person:
    """Opens the page and, once started, notes for each picture that comes back its number and when it came."""

    def __init__(self, address: str, camera: Camera) -> None:
        self.camera = camera
        self.came: list[tuple[int, float]] = []
        self.said: set[str] = set()  # texts of the page's alerts
        self._address = address.replace("http://", "ws://") + "/_stcore/stream"
        self._peer = RTCPeerConnection()
        self._peer.addTrack(camera)
        self._tasks: list[asyncio.Task[None]] = []
        self._page = self._component = ""
        self._value: dict[str, Any] = {"playing": False}
        self._answer: asyncio.Future[dict[str, str]] = asyncio.get_running_loop().create_future()
        self._shown = asyncio.Event()
        self._asking: dict[str, asyncio.Task[None]] = {}

    async def __aenter__(self) -> Self:
        self._socket = await websockets.connect(self._address, subprotocols=["streamlit"], max_size=None)  # type: ignore[list-item]
        await self._run()
        self._tasks.append(asyncio.create_task(self._listen()))
        return self

    async def __aexit__(self, *_: object) -> None:
        """Closes the tab."""
        for task in (*self._tasks, *self._asking.values()):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        await self._peer.close()
        await self._socket.close()

    async def start(self) -> None:
        """Press START; raises TimeoutError where no camera is shown or no answer comes."""
        await asyncio.wait_for(self._shown.wait(), 30)

        @self._peer.on("track")
        def receive(track: MediaStreamTrack) -> None:
            self._tasks.append(asyncio.create_task(self._receive(track)))

        await self._peer.setLocalDescription(await self._peer.createOffer())
        offer = self._peer.localDescription
        self._value = {"playing": False, "sdpOffer": {"sdp": offer.sdp, "type": offer.type}}
        await self._run()
        answer = await asyncio.wait_for(self._answer, 30)
        await self._peer.setRemoteDescription(RTCSessionDescription(**answer))
        self._value = {"playing": True}
        await self._run()

    async def stop(self) -> None:
        """Press STOP."""
        self._value = {"playing": False}
        await self._run()
        await self._peer.close()

    async def _run(self, fragment: str = "") -> None:
        message = BackMsg()
        message.rerun_script.page_script_hash = self._page
        message.rerun_script.fragment_id = fragment
        message.rerun_script.is_auto_rerun = bool(fragment)
        if self._component:
            state = message.rerun_script.widget_states.widgets.add()
            state.id, state.json_value = self._component, json.dumps(self._value)
        await self._socket.send(message.SerializeToString())

    async def _listen(self) -> None:
        async for raw in self._socket:
            message = ForwardMsg()
            message.ParseFromString(raw)
            kind = message.WhichOneof("type")
            if kind == "auto_rerun":
                self._ask_every(message.auto_rerun.interval, message.auto_rerun.fragment_id)
            elif kind == "navigation":
                self._page = message.navigation.page_script_hash
            elif kind == "stop_auto_rerun":
                for fragment in message.stop_auto_rerun.fragment_ids:
                    self._ask_every(0.0, fragment)
            elif kind == "delta" and message.delta.WhichOneof("type") == "new_element":
                self._see(message.delta.new_element)

    def _see(self, element: Any) -> None:
        kind = element.WhichOneof("type")
        if kind == "alert":
            self.said.add(element.alert.body)
        elif kind == "component_instance" and "webrtc" in element.component_instance.component_name:
            self._component = element.component_instance.id
            told = json.loads(element.component_instance.json_args).get("sdp_answer_json")
            if told and not self._answer.done():
                self._answer.set_result(json.loads(told))
            self._shown.set()

    def _ask_every(self, interval_s: float, fragment: str) -> None:
        """0: no longer."""

        async def ask() -> None:
            while True:
                await asyncio.sleep(interval_s)
                await self._run(fragment)

        asking = self._asking.pop(fragment, None)
        if asking is not None:
            asking.cancel()
        if interval_s:
            self._asking[fragment] = asyncio.create_task(ask())

    async def _receive(self, track: MediaStreamTrack) -> None:
        with contextlib.suppress(MediaStreamError):  # its end
            await self._note(track)

    async def _note(self, track: MediaStreamTrack) -> None:
        while True:
            frame = await track.recv()
            assert isinstance(frame, av.VideoFrame)
            picture = frame.to_ndarray(format="bgr24")[:, ::-1]  # the page shows it as in a mirror
            self.came.append((number_of(picture.astype(np.uint8, copy=False)), time.monotonic()))
