"""The browser's camera, by streamlit-webrtc: the one place that knows of it."""

import asyncio
import json
import os
import time
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any, cast

import av
import numpy as np
from aiortc import MediaStreamTrack
from aiortc.contrib.media import MediaPlayer
from aiortc.mediastreams import MediaStreamError
from streamlit_webrtc import WebRtcMode, webrtc_streamer

from live.errors import FingerspellError
from live.litert import AT_ONCE
from live.web.reader import LiveReader

ICE_SERVERS_VARIABLE = "FINGERSPELL_ICE_SERVERS"
CAMERA = {"video": {"width": {"ideal": 640}, "height": {"ideal": 480}, "frameRate": {"ideal": 15}}, "audio": False}

READERS = ThreadPoolExecutor(AT_ONCE, "reader")  # of all cameras, in the order in which their frames come


class ReadTrack(MediaStreamTrack):
    """Takes one connection's frames, as streamlit-webrtc's sink, and gives them back read, as its player's.

    Of those that come while one is being read, the newest is read next, and what was read is sent once: a machine that
    cannot keep up sends fewer pictures, and no late ones. (streamlit-webrtc's own track sends the last picture again
    for each frame that comes, and lets them queue up.)
    """

    kind = "video"

    def __init__(self, reader: LiveReader) -> None:
        super().__init__()
        self._reader = reader
        self._camera: MediaStreamTrack | None = None
        self._newest: av.VideoFrame | None = None
        self._came = asyncio.Event()
        self._server: asyncio.AbstractEventLoop | None = None

    def addTrack(self, track: MediaStreamTrack) -> None:  # noqa: N802, streamlit-webrtc's name
        """The camera's."""
        self._camera = track

    def hasTrack(self) -> bool:  # noqa: N802
        """Whether there is one."""
        return self._camera is not None

    def start(self) -> None:
        """Begin to take frames."""
        self._server = asyncio.get_running_loop()
        self._taking = self._server.create_task(self._take())

    def stop(self) -> None:
        """No more frames; from whichever thread."""
        super().stop()
        if self._server is not None:
            self._server.call_soon_threadsafe(self._came.set)

    async def recv(self) -> av.VideoFrame:
        """The next picture to show; raises MediaStreamError at the end."""
        if self.readyState == "live":
            await self._came.wait()
            self._came.clear()
        if self.readyState != "live" or self._newest is None:
            raise MediaStreamError
        return await asyncio.get_running_loop().run_in_executor(READERS, self._read, self._newest)

    async def _take(self) -> None:
        assert self._camera is not None
        try:
            while self.readyState == "live":
                frame = await self._camera.recv()
                assert isinstance(frame, av.VideoFrame)
                self._newest = frame
                self._came.set()
        except MediaStreamError:
            self.stop()

    def _read(self, frame: av.VideoFrame) -> av.VideoFrame:
        """Here alone are frames of aiortc and plain arrays. Threads of its own for each would cost FFmpeg the most."""
        frame_bgr = frame.to_ndarray(format="bgr24", threads=1).astype(np.uint8, copy=False)
        shown = av.VideoFrame.from_ndarray(self._reader.read(frame_bgr, time.monotonic()), "bgr24")
        shown = shown.reformat(format="yuv420p", threads=1)  # as encoders want it
        shown.pts, shown.time_base = frame.pts, frame.time_base
        return shown


def browser_camera(reader: LiveReader, key: str, desired: bool | None = None) -> bool:
    """Show the start button and the camera's picture, and feed reader. True while the browser is sending or trying to.

    key: of the page. desired: whether it should send; None leaves that to the person, who then sees START and STOP.
    Raises FingerspellError where the connection's settings are wrong or the server's side of it fails.
    """
    track = ReadTrack(reader)  # used where a connection begins in this run
    # Not as source_video_track: that puts two relays before it, of which one would wait for ever when all is over.
    player = cast(MediaPlayer, SimpleNamespace(video=track, audio=None))
    try:
        context = webrtc_streamer(
            key=key,
            desired_playing_state=desired,
            mode=WebRtcMode.SENDRECV,  # it shows only what comes back: with SENDONLY there is no picture to aim by
            rtc_configuration={"iceServers": ice_servers()},
            media_stream_constraints=CAMERA,
            sink_video_track=track,
            player_factory=lambda: player,
            translations={"select_device": "Choose camera"},
            video_html_attrs={
                "autoPlay": True, "controls": False, "muted": True, "playsInline": True,
                "style": {"width": "100%", "borderRadius": "0.5rem"},
            },
        )  # fmt: skip
    except FingerspellError:
        raise
    except Exception as error:  # what aiortc raises on a broken offer is not one class
        raise FingerspellError(
            f"the server could not take the camera's connection ({error}); press STOP, then START"
        ) from error
    return bool(context.state.signalling or context.state.playing)


def ice_servers() -> list[dict[str, Any]]:
    """STUN and TURN servers for use across networks; none by default, so that nothing outside is contacted.

    From the environment, since TURN passwords do not belong on a command line:
    FINGERSPELL_ICE_SERVERS='[{"urls": "turn:turn.example.org:3478", "username": "…", "credential": "…"}]'
    """
    text = os.environ.get(ICE_SERVERS_VARIABLE, "[]")
    try:
        servers = json.loads(text)
    except ValueError as error:
        raise FingerspellError(f"{ICE_SERVERS_VARIABLE} is not JSON ({error}); see the README") from error
    if not isinstance(servers, list) or not all(isinstance(each, dict) and "urls" in each for each in servers):
        raise FingerspellError(
            f'{ICE_SERVERS_VARIABLE} must be a list like [{{"urls": "stun:host:3478"}}]; see the README'
        )
    return servers
