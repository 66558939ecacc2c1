"""Pieces that several pages show. They keep their height, whatever is read, so that nothing jumps."""

import base64
import html
import re

import cv2
import numpy as np
import streamlit as st
from numpy.typing import NDArray

from live.recognizer import Reading
from live.web.camera import no_letter

SEEN_SIDE_PX = 140  # 28 pixels, five times as large


def plain(text: str) -> str:
    """Markdown that shows this text as it is, whatever a file is called."""
    return re.sub(r"([^\w\s])", r"\\\1", text)


def accent() -> str:
    """The theme's first colour, for text in a chart."""
    return "#2dd4bf" if st.context.theme.type == "dark" else "#0f766e"


def letter(reading: Reading | None) -> None:
    """The large letter, a faint dash where there is none."""
    read = reading.letter if reading else None
    style = "" if read else "opacity:0.25;"
    st.html(
        f'<div role="status" data-testid="letter" style="{style}font-size:8rem;line-height:{SEEN_SIDE_PX}px;'
        f'height:{SEEN_SIDE_PX}px;font-weight:700;text-align:center">{read or "–"}</div>'
    )


def seen(crop: NDArray[np.uint8] | None) -> str:
    """HTML of what the model sees, in pixels large enough to look at; without a crop an empty square of that size."""
    frame = f"display:block;width:{SEEN_SIDE_PX}px;height:{SEEN_SIDE_PX}px;border-radius:0.5rem"
    if crop is None:
        return f'<div style="{frame};background:rgba(128,128,128,0.15)"></div>'
    # Inside the page, not by st.image: at several pictures a second Streamlit drops each before the browser asks.
    return (
        f'<img alt="what the model sees, as a right hand" data-testid="seen" src="{_png(crop)}" '
        f'style="{frame};image-rendering:pixelated">'
    )


def enlarged(crop: NDArray[np.uint8], alt: str) -> str:
    """HTML of a crop as wide as there is room, its pixels to be seen."""
    return f'<img alt="{alt}" src="{_png(crop)}" style="width:100%;border-radius:.25rem;image-rendering:pixelated">'


def picture(picture_bgr: NDArray[np.uint8], alt: str) -> str:
    """HTML of a picture; st.image has no words for those who do not see it."""
    return f'<img alt="{html.escape(alt)}" src="{_png(picture_bgr)}" style="max-width:100%;border-radius:0.5rem">'


def _png(picture: NDArray[np.uint8]) -> str:
    return "data:image/png;base64," + base64.b64encode(cv2.imencode(".png", picture)[1].tobytes()).decode()


def small(text: str) -> None:
    """Like st.caption, whose gray is too faint to read for some."""
    st.markdown(f":small[{text}]")


def confidence(reading: Reading | None) -> None:
    """The bar, and the likeliest letters in words."""
    if reading is None or not reading.top:
        st.progress(0.0, text="Confidence –")
        small(no_letter(reading) if reading else "Nothing read yet")
        return
    st.progress(reading.confidence, text=f"Confidence {reading.confidence:.0%}")
    whose = f" · {reading.hand.side} hand" if reading.hand else ""
    first = "" if reading.letter else f"Not sure enough. Perhaps {reading.top[0][0]}. "
    small(f"{first}Next: {next_likely(reading)}{whose}")


def next_likely(reading: Reading) -> str:
    """The second and third letter, as far as they are likely at all."""
    likely = [f"{name} {share:.0%}" for name, share in reading.top[1:] if share >= 0.005]
    return ", ".join(likely) or "none"


def drawing(svg: str, alt: str) -> str:
    """HTML of a drawing. Inside an <img>, as Streamlit takes <svg> out of what it is given."""
    source = base64.b64encode(svg.encode()).decode()
    return f'<img alt="{alt}" src="data:image/svg+xml;base64,{source}" style="display:block;width:100%;aspect-ratio:1">'


def whole_reading(reading: Reading | None) -> None:
    """The letter beside what the model saw, the confidence below."""
    large, crop = st.columns(2, vertical_alignment="top")
    with large:
        letter(reading)
    crop.html(seen(reading.crop if reading else None))
    confidence(reading)
