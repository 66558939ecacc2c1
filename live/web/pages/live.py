"""The live page: the browser's camera on the left, what is read on the right."""

import time

import streamlit as st

from live.errors import FingerspellError
from live.pictures import decode_picture
from live.web import show
from live.web.camera import browser_camera
from live.web.model import say_square, session_recognizer, square_reason
from live.web.reader import CONNECT_TIMEOUT_S, ConnectionWatch, LiveReader

REFRESH_S = 0.2

if "reader" not in st.session_state:
    st.session_state.reader = LiveReader(session_recognizer("live"))
reader: LiveReader = st.session_state.reader
square = square_reason() is not None
watch: ConnectionWatch = st.session_state.setdefault("watch", ConnectionWatch())


def snapshots() -> None:
    """Single pictures, where live video cannot be had."""
    picture = st.camera_input("Take a picture of your hand")
    if picture is None:
        return
    try:
        reading = session_recognizer("pictures").read_picture(decode_picture(picture.getvalue(), "snapshot"))
    except FingerspellError as error:
        st.error(str(error))
        return
    show.whole_reading(reading)


st.title("Sign a letter")
st.markdown(
    "Press **START**, allow the camera, and hold up a hand, left or right, anywhere in the picture. "
    "Hold a letter still until it counts; draw J and Z and stop. This reads fingerspelling, not the whole of ASL. "
    "The pictures stay on the machine that runs this app."
)
say_square()
left, right = st.columns([5, 4], gap="large")

with left:
    sending, fault = False, ""
    try:
        sending = browser_camera(reader)
    except FingerspellError as error:
        fault = str(error)
        st.error(fault, icon=":material/error:")
    if square:
        share = st.slider("Size of the square", 40, 100, 100, 5, format="%d %%", help="Share of the picture's height")
        reader.set_square(share / 100)


@st.fragment(run_every=REFRESH_S if sending else None)
def reading_now() -> None:
    """Asks for the newest reading a few times a second, without running the page again."""
    now_s = time.monotonic()
    live = reader.latest(now_s)
    before = watch.state
    state = watch.update(sending, live.frames, now_s)
    if (state == "failed") != (before == "failed"):
        st.rerun()  # the whole page: snapshots are offered below the picture
    reading = live.reading if state == "connected" else None
    show.whole_reading(reading)
    rate, text = st.columns([1, 2])
    rate.metric("Frames a second", f"{live.frames_per_s:.0f}" if state == "connected" else "–")
    text.metric("Text so far", live.text or "–")
    if state == "connecting":
        st.info("Connecting to your camera…", icon=":material/hourglass_top:")
    if state == "stalled":
        st.warning("No picture comes from your camera any more. If it does not come back, press STOP, then START.")


with right:
    reading_now()
    st.button("Clear the text", on_click=reader.clear)

with left:
    with st.expander("No picture?"):
        st.markdown(
            "- *NotAllowedError*: the browser refuses. Allow the camera by the icon beside the address, then reload.\n"
            "- *NotFoundError*: there is no camera. Plug one in, then press START.\n"
            "- *NotReadableError*: another program has the camera. Close it, then press START.\n"
            "- No START, or *mediaDevices* is missing: open the page as http://localhost or by https.\n"
            "- None of these helps: take snapshots, or upload pictures on the page *Pictures*."
        )
    if watch.state == "failed":
        st.warning(
            "**No live video.** The browser and this app agreed on a video connection (WebRTC), but in up to "
            f"{CONNECT_TIMEOUT_S:.0f} seconds no picture came through. Usual causes: a firewall, VPN or browser policy "
            "that blocks WebRTC (UDP), or the app runs on another machine and needs a TURN server (see the README). "
            "Until then, take snapshots:",
            icon=":material/videocam_off:",
        )
    if watch.state == "failed" or fault or st.toggle("Take snapshots", help="For when live video does not start"):
        snapshots()
