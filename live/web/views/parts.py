"""Elements that several pages show. Their height never depends on what is read, so the page does not jump."""

import base64
import html
import re

import cv2
import numpy as np
import streamlit as st
from numpy.typing import NDArray

from live.errors import FingerspellError
from live.recognizer import Reading
from live.web.camera import why_no_letter
from live.web.observers import isolated
from live.web.resources import square_reason
from live.web.state import Widget, session

CROP_SIDE_PX = 140  # 28 pixels, enlarged five times
MIN_PROBABILITY = 0.005  # a less likely letter would be shown as 0 %
HOLD, FLOW = "Hold", "Flow"
TEAL = "#0f766e"  # the theme's primary colour on light pages; charts also use it on dark pages
AMBER = "#d97706"  # beside it in charts, for what went wrong


def escape_markdown(text: str) -> str:
    """Escape a text, such as a file's name, so that Markdown shows it as it is."""
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", text)  # Markdown escapes ASCII punctuation only


def accent_colour() -> str:
    """The theme's primary colour, for text in a chart."""
    return "#2dd4bf" if st.context.theme.type == "dark" else TEAL


def small_text(text: str) -> None:
    """Show a text in small letters. The grey of st.caption is too faint for some people."""
    st.markdown(f":small[{text}]")


def square_warning() -> None:
    """Show a warning, with the reason, if the app does not look for the hand."""
    if reason := square_reason():
        st.warning(
            f"**The app does not look for your hand, so letters are often wrong:** {reason}. It reads the square in "
            "the middle of the picture. Fill it with your right hand, in front of a plain wall.",
            icon=":material/back_hand:",
        )


def model_error(error: FingerspellError) -> None:
    """Show what is wrong with the model. A page shows this in place of its content."""
    message = escape_markdown(str(error))
    st.error(f"**The model does not load, so the app cannot read anything.** {message}", icon=":material/error:")
    st.markdown("Fix the model, then reload this page.")


def keep_setting(key: Widget, value: object) -> None:
    """Give the widget with this key its value, before the page shows it. The widget itself has no default.

    value: used if neither the session nor the page's address has one. A value that the session has is set again,
    because Streamlit may lose what a widget on another page has set.
    """
    if st.session_state.get(key) is not None:
        st.session_state[key] = st.session_state[key]
    elif key not in st.query_params:
        st.session_state[key] = value


def choose_flow() -> bool:
    """Show the switch between hold and flow. Returns whether flow is chosen, which needs the hand networks.

    The choice is kept in the page's address. The session keeps it, too, for the pages that do not show the switch.
    """
    keep_setting(Widget.MODE, FLOW if session().flow else HOLD)
    mode = st.segmented_control(
        "How you spell", (HOLD, FLOW), required=True, key=Widget.MODE, bind="query-params",
        disabled=square_reason() is not None,
        help="**Hold**: hold each letter for about half a second. "
        "**Flow**: spell words without stopping; more letters are misread.",
    )  # fmt: skip
    session().flow = mode == FLOW
    return session().flow and square_reason() is None


def reading_details(reading: Reading | None) -> None:
    """Show the letter beside what the model saw, and the confidence below them."""
    left, right = st.columns(2, vertical_alignment="top")
    with left:
        large_letter(reading)
    right.html(crop_html(reading.crop if reading else None))
    confidence(reading)


def large_letter(reading: Reading | None) -> None:
    """Show the letter, or a faint dash if there is none."""
    letter = (reading.letter if reading else None) or ""
    style = "" if letter else "opacity:0.25;"
    size_rem = min(8.0, 12 / max(1, len(letter)))  # a custom sign may have a longer name
    st.html(
        f'<div role="status" data-testid="letter" style="{style}font-size:{size_rem:.1f}rem;'
        f'line-height:{CROP_SIDE_PX}px;height:{CROP_SIDE_PX}px;font-weight:700;text-align:center">'
        f"{html.escape(letter) or '–'}</div>"
    )


def confidence(reading: Reading | None) -> None:
    """Show the confidence as a bar, and the likeliest letters below it."""
    if reading is None or not reading.top:
        st.progress(0.0, text="Confidence –")
        small_text(why_no_letter(reading) if reading else "Nothing read yet")
        return
    st.progress(reading.confidence, text=f"Confidence {reading.confidence:.0%}")
    side = f" · {reading.hand.side} hand" if reading.hand else ""
    unsure = "" if reading.letter else f"{why_no_letter(reading)} · "
    small_text(f"{unsure}Next likeliest: {next_likely(reading)}{side}")


def next_likely(reading: Reading) -> str:
    """The second and third likeliest letter, without those that are very unlikely."""
    likely = [f"{isolated(letter)} {share:.0%}" for letter, share in reading.top[1:] if share >= MIN_PROBABILITY]
    return ", ".join(likely) or "none"


def crop_html(crop: NDArray[np.uint8] | None) -> str:
    """HTML of what the model sees, enlarged. Without a crop: an empty square of the same size."""
    style = f"display:block;width:{CROP_SIDE_PX}px;height:{CROP_SIDE_PX}px;border-radius:0.5rem"
    if crop is None:
        return f'<div style="{style};background:rgba(128,128,128,0.15)"></div>'
    # Not st.image: if a page runs several times a second, Streamlit deletes the file before the browser requests it.
    return (
        f'<img alt="what the model sees, as a right hand" data-testid="crop" src="{_png(crop)}" '
        f'style="{style};image-rendering:pixelated">'
    )


def wide_crop_html(crop: NDArray[np.uint8], alt: str) -> str:
    """HTML of a crop that takes up the whole width, with visible pixels."""
    return f'<img alt="{alt}" src="{_png(crop)}" style="width:100%;border-radius:.25rem;image-rendering:pixelated">'


def picture_html(picture_bgr: NDArray[np.uint8], alt: str) -> str:
    """HTML of a picture with an alternative text, at most as wide as its place."""
    return f'<img alt="{html.escape(alt)}" src="{_png(picture_bgr)}" style="max-width:100%;border-radius:0.5rem">'


def drawing_html(svg: str, alt: str) -> str:
    """HTML of a drawing. It is an <img>, because Streamlit removes <svg> from the HTML it is given."""
    source = base64.b64encode(svg.encode()).decode()
    return f'<img alt="{alt}" src="data:image/svg+xml;base64,{source}" style="display:block;width:100%;aspect-ratio:1">'


def _png(picture: NDArray[np.uint8]) -> str:
    return "data:image/png;base64," + base64.b64encode(cv2.imencode(".png", picture)[1].tobytes()).decode()
