"""The browser's camera, by streamlit-webrtc: the one place that knows of it."""

import json
import os
import time
from typing import Any

import av
import numpy as np
from streamlit_webrtc import WebRtcMode, webrtc_streamer

from live.errors import FingerspellError
from live.web.reader import LiveReader

ICE_SERVERS_VARIABLE = "FINGERSPELL_ICE_SERVERS"
CAMERA = {"video": {"width": {"ideal": 640}, "height": {"ideal": 480}, "frameRate": {"ideal": 15}}, "audio": False}


def browser_camera(reader: LiveReader, key: str, desired: bool | None = None) -> bool:
    """Show the start button and the camera's picture, and feed reader. True while the browser is sending or trying to.

    key: of the page. desired: whether it should send; None leaves that to the person, who then sees START and STOP.
    Raises FingerspellError where the connection's settings are wrong or the server's side of it fails.
    """

    # aiortc's frames become plain arrays here, and nowhere else; of those that queued up, only the newest is read
    async def newest(frames: list[av.VideoFrame]) -> list[av.VideoFrame]:
        frame = frames[-1]
        frame_bgr = frame.to_ndarray(format="bgr24").astype(np.uint8, copy=False)
        shown = av.VideoFrame.from_ndarray(reader.read(frame_bgr, time.monotonic()), "bgr24")
        shown.pts, shown.time_base = frame.pts, frame.time_base
        return [shown]

    try:
        context = webrtc_streamer(
            key=key,
            desired_playing_state=desired,
            mode=WebRtcMode.SENDRECV,  # it shows only what comes back: with SENDONLY there is no picture to aim by
            rtc_configuration={"iceServers": ice_servers()},
            media_stream_constraints=CAMERA,
            queued_video_frames_callback=newest,
            async_processing=True,
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
