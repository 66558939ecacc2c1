"""Pieces that several pages show. They keep their height, whatever is read, so that nothing jumps."""

import base64

import cv2
import numpy as np
import streamlit as st
from numpy.typing import NDArray

from live.classifier import LetterClassifier, fuse
from live.recognizer import Reading

SEEN_SIDE_PX = 140  # 28 pixels, five times as large
LIKELIEST = 5
READERS = {"cnn": "by the picture", "shape": "by the hand's shape"}
BAR = "height:0.75rem;border-radius:0.25rem;background:#0f766e"
TABLE = "width:100%;border-collapse:collapse;font-size:0.875rem;line-height:1.5rem;text-align:left"


def letter(reading: Reading | None) -> None:
    """The large letter, a faint dash where there is none."""
    read = reading.letter if reading else None
    style = "" if read else "opacity:0.25;"
    st.html(
        f'<div role="status" data-testid="letter" style="{style}font-size:8rem;line-height:{SEEN_SIDE_PX}px;'
        f'height:{SEEN_SIDE_PX}px;font-weight:700;text-align:center">{read or "–"}</div>'
    )


def seen(crop: NDArray[np.uint8] | None) -> None:
    """What the model sees, in pixels large enough to look at; an empty square of the same size without a crop."""
    frame = f"display:block;width:{SEEN_SIDE_PX}px;height:{SEEN_SIDE_PX}px;border-radius:0.5rem"
    picture = f'<div style="{frame};background:rgba(128,128,128,0.15)"></div>'
    if crop is not None:
        # Inside the page, not by st.image: at several pictures a second Streamlit drops each before the browser asks.
        png = base64.b64encode(cv2.imencode(".png", crop)[1].tobytes()).decode()
        picture = (
            f'<img alt="what the model sees" data-testid="seen" src="data:image/png;base64,{png}" '
            f'style="{frame};image-rendering:pixelated">'
        )
    below = "font-size:0.875rem;opacity:0.7;margin-top:0.25rem"
    st.html(f'{picture}<div style="{below}">What the model sees, as a right hand</div>')


def confidence(reading: Reading | None) -> None:
    """The bar, and the likeliest letters in words."""
    if reading is None or not reading.top:
        st.progress(0.0, text="Confidence –")
        st.caption(_nothing(reading))
        return
    st.progress(reading.confidence, text=f"Confidence {reading.confidence:.0%}")
    (first, _), *others = reading.top
    next_two = ", ".join(f"{name} {share:.0%}" for name, share in others)
    whose = f" · {reading.hand.side} hand" if reading.hand else ""
    st.caption(f"Next: {next_two}{whose}" if reading.letter else f"Not sure enough. Perhaps {first}; next: {next_two}")


def _nothing(reading: Reading | None) -> str:
    if reading is None:
        return "Nothing read yet"
    return "No hand in sight" if reading.mode == "hand" else "Nothing to read here"


def drawing(svg: str, alt: str) -> str:
    """HTML of a drawing. Inside an <img>, as Streamlit takes <svg> out of what it is given."""
    source = base64.b64encode(svg.encode()).decode()
    return f'<img alt="{alt}" src="data:image/svg+xml;base64,{source}" style="display:block;width:100%;aspect-ratio:1">'


def opinions(reading: Reading | None, classifier: LetterClassifier) -> None:
    """The crop, the five likeliest letters as bars, and what each reader alone says of them."""
    said = dict(reading.opinions) if reading else {}
    rows = []
    if said:
        both = fuse(said, classifier.contract.fusion["+".join(said)])
        for n in np.argsort(both)[::-1][:LIKELIEST]:
            own = "".join(f"<td>{said[name][n]:.0%}</td>" for name in said)
            bar = f'<td style="width:40%"><div style="{BAR};width:{both[n]:.0%}"></div></td>'
            rows.append(f"<tr><th scope=row>{classifier.contract.letters[n]}</th>{bar}<td>{both[n]:.0%}</td>{own}</tr>")
    else:
        rows = ["<tr><td>&nbsp;</td></tr>"] * LIKELIEST
    heads = "".join(f"<th scope=col>{READERS.get(name, name)}</th>" for name in said)
    crop, table = st.columns([1, 2])
    with crop:
        seen(reading.crop if reading else None)
    table.html(
        f'<table style="{TABLE}" data-testid="opinions"><thead><tr><th scope=col>letter</th><th></th>'
        f"<th scope=col>together</th>{heads}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
    )


def whole_reading(reading: Reading | None) -> None:
    """The letter beside what the model saw, the confidence below."""
    large, crop = st.columns(2, vertical_alignment="top")
    with large:
        letter(reading)
    with crop:
        seen(reading.crop if reading else None)
    confidence(reading)
