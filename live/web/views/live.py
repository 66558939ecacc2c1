"""The live page: the browser's camera on the left, the letter and the text on the right."""

import streamlit as st

from live.errors import FingerspellError
from live.pictures import decode_picture
from live.spelling import HOLD_S
from live.web import show
from live.web.model import choose_model, how_well, likely_word, say_square, session_recognizer, square_reason
from live.web.session import CameraSession

st.title("Sign a letter")
line = st.container()
say_square()
left, right = st.columns([5, 4], gap="large")
below = st.container()

with below, st.expander("Settings", icon=":material/tune:"):
    # kept in the address, so that a reload, a bookmark or another page of the app changes nothing
    hold_s = st.slider(
        "How long to hold a letter, in seconds", 0.3, 1.5, HOLD_S, 0.1, key="hold", bind="query-params",
        help="Less where the reader is sure, more where it is not",
    )  # fmt: skip
    mirror = st.toggle("Show me as in a mirror", True, key="mirror", bind="query-params")
    helps = st.toggle("Suggest the word that was likely meant", False, key="words", bind="query-params")
    choose_model()
    square = square_reason() is not None
    share = st.slider("Size of the square", 40, 100, 100, 5, format="%d %%") if square else 100
    show.small("The camera is chosen beside START, and remembered by this browser.")

camera = CameraSession.of("camera", session_recognizer("live"))
camera.status(
    line,
    "Press **START** and hold up a hand: a letter counts when the ring around it is full.",
    "Hold a letter until the ring around it is full. Draw J and Z in the air, and stop briefly.",
)
camera.reader.mirror = mirror
camera.reader.set_hold(hold_s)
camera.reader.set_square(share / 100)
with left:
    camera.show()


@st.fragment(run_every=camera.refresh_s)
def reading_now() -> None:
    """Asks for the newest reading several times a second, without running the page again."""
    perhaps = likely_word(camera.reader.committed) if helps else None
    live = camera.update(perhaps)
    inside = st.expander("What the model sees", icon=":material/visibility:", key="inside", on_change="rerun")
    if inside.open and not live.reading:
        inside.markdown("Press START to see it.")
    elif inside.open:  # nothing is drawn for those who do not look
        with inside:
            show.opinions(live.reading, camera.reader.recognizer.classifier)
            show.small(f"{live.frames_per_s:.0f} frames a second")


with right:
    reading_now()


def snapshots() -> None:
    """Single pictures, where live video cannot be had."""
    picture = st.camera_input("Take a picture of your hand")
    if picture is None:
        return
    try:
        reading = session_recognizer("pictures").read_picture(decode_picture(picture.getvalue(), "snapshot"))
    except FingerspellError as error:
        st.error(show.plain(str(error)))
        return
    show.whole_reading(reading)


with below:
    if camera.needs_snapshots or st.toggle("No live picture? Take single photos"):
        snapshots()
    show.small(
        f"This reads fingerspelling, the alphabet signed with one hand, not the whole of ASL. {how_well()}"
        "The pictures stay on the machine that runs this app."
    )
