"""Parts that several pages show. They keep their height whatever is read, so that nothing jumps."""

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
from live.web.resources import square_reason

CROP_SIDE_PX = 140  # 28 pixels, five times as large
LEAST_SHARE = 0.005  # what is less likely would be shown as 0 %
TEAL = "#0f766e"  # the theme's first colour on light pages; charts use it on dark ones, too


def escape_markdown(text: str) -> str:
    """Markdown that shows this text as it is, whatever a file is called."""
    return re.sub(r"([^\w\s])", r"\\\1", text)


def accent_colour() -> str:
    """The theme's first colour, for text in a chart."""
    return "#2dd4bf" if st.context.theme.type == "dark" else TEAL


def small(text: str) -> None:
    """Small text. st.caption's grey is too faint to read for some."""
    st.markdown(f":small[{text}]")


def square_warning() -> None:
    """Where the app does not look for the hand, warn and say why."""
    if reason := square_reason():
        st.warning(
            f"**The app does not look for your hand, so letters are often wrong:** {reason}. It reads the square in "
            "the middle of the picture. Fill it with your right hand, in front of a plain wall.",
            icon=":material/back_hand:",
        )


def model_error(error: FingerspellError) -> None:
    """What a page shows instead of its content where the model does not load."""
    message = escape_markdown(str(error))
    st.error(f"**The model does not load, so nothing can be read.** {message}", icon=":material/error:")
    st.markdown("Once it is fixed, reload this page.")


def reading_details(reading: Reading | None) -> None:
    """The letter beside what the model saw, the confidence below."""
    left, right = st.columns(2, vertical_alignment="top")
    with left:
        large_letter(reading)
    right.html(crop_html(reading.crop if reading else None))
    confidence(reading)


def large_letter(reading: Reading | None) -> None:
    """The letter, a faint dash where there is none."""
    letter = reading.letter if reading else None
    style = "" if letter else "opacity:0.25;"
    st.html(
        f'<div role="status" data-testid="letter" style="{style}font-size:8rem;line-height:{CROP_SIDE_PX}px;'
        f'height:{CROP_SIDE_PX}px;font-weight:700;text-align:center">{letter or "–"}</div>'
    )


def confidence(reading: Reading | None) -> None:
    """The confidence as a bar, and the likeliest letters below."""
    if reading is None or not reading.top:
        st.progress(0.0, text="Confidence –")
        small(why_no_letter(reading) if reading else "Nothing read yet")
        return
    st.progress(reading.confidence, text=f"Confidence {reading.confidence:.0%}")
    side = f" · {reading.hand.side} hand" if reading.hand else ""
    unsure = "" if reading.letter else f"Not sure enough. Perhaps {reading.top[0][0]}. "
    small(f"{unsure}Next: {next_likely(reading)}{side}")


def next_likely(reading: Reading) -> str:
    """The second and third letter, as far as they are likely at all."""
    likely = [f"{letter} {share:.0%}" for letter, share in reading.top[1:] if share >= LEAST_SHARE]
    return ", ".join(likely) or "none"


def crop_html(crop: NDArray[np.uint8] | None) -> str:
    """HTML of what the model sees, in pixels large enough to see; without a crop an empty square of that size."""
    style = f"display:block;width:{CROP_SIDE_PX}px;height:{CROP_SIDE_PX}px;border-radius:0.5rem"
    if crop is None:
        return f'<div style="{style};background:rgba(128,128,128,0.15)"></div>'
    # Not st.image: where the page runs several times a second, Streamlit drops its file before the browser asks for it.
    return (
        f'<img alt="what the model sees, as a right hand" data-testid="seen" src="{_png(crop)}" '
        f'style="{style};image-rendering:pixelated">'
    )


def wide_crop_html(crop: NDArray[np.uint8], alt: str) -> str:
    """HTML of a crop as wide as there is room, with visible pixels."""
    return f'<img alt="{alt}" src="{_png(crop)}" style="width:100%;border-radius:.25rem;image-rendering:pixelated">'


def picture_html(picture_bgr: NDArray[np.uint8], alt: str) -> str:
    """HTML of a picture. st.image has no alternative text."""
    return f'<img alt="{html.escape(alt)}" src="{_png(picture_bgr)}" style="max-width:100%;border-radius:0.5rem">'


def drawing_html(svg: str, alt: str) -> str:
    """HTML of a drawing. It is an <img>, because Streamlit removes <svg> from the HTML it is given."""
    source = base64.b64encode(svg.encode()).decode()
    return f'<img alt="{alt}" src="data:image/svg+xml;base64,{source}" style="display:block;width:100%;aspect-ratio:1">'


def _png(picture: NDArray[np.uint8]) -> str:
    return "data:image/png;base64," + base64.b64encode(cv2.imencode(".png", picture)[1].tobytes()).decode()
