"""Pieces that several pages show. They keep their height, whatever is read, so that nothing jumps."""

import base64
import html
import re

import cv2
import numpy as np
import streamlit as st
from numpy.typing import NDArray

from live.classifier import LetterClassifier, fuse
from live.recognizer import Reading

SEEN_SIDE_PX = 140  # 28 pixels, five times as large
LIKELIEST = 5
READERS = {"cnn": "picture", "shape": "shape"}
SIDE_BY_SIDE = "display:flex;flex-wrap:wrap;gap:1rem"
FINE = "font-size:0.875rem;margin-top:0.25rem"
BAR = "height:0.75rem;border-radius:0.25rem;background:#0f766e"
SHARE = "text-align:right;padding-left:0.75rem"
TABLE = "flex:1 1 14rem;min-height:11rem;border-collapse:collapse;font-size:0.875rem;line-height:1.5rem;text-align:left"


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
        small(nothing(reading))
        return
    st.progress(reading.confidence, text=f"Confidence {reading.confidence:.0%}")
    whose = f" · {reading.hand.side} hand" if reading.hand else ""
    first = "" if reading.letter else f"Not sure enough. Perhaps {reading.top[0][0]}. "
    small(f"{first}Next: {next_likely(reading)}{whose}")


def next_likely(reading: Reading) -> str:
    """The second and third letter, as far as they are likely at all."""
    likely = [f"{name} {share:.0%}" for name, share in reading.top[1:] if share >= 0.005]
    return ", ".join(likely) or "none"


def nothing(reading: Reading | None) -> str:
    """Why there is no letter at all."""
    if reading is None:
        return "Nothing read yet"
    return "No hand in sight" if reading.mode == "hand" else "Nothing to read here"


def drawing(svg: str, alt: str) -> str:
    """HTML of a drawing. Inside an <img>, as Streamlit takes <svg> out of what it is given."""
    source = base64.b64encode(svg.encode()).decode()
    return f'<img alt="{alt}" src="data:image/svg+xml;base64,{source}" style="display:block;width:100%;aspect-ratio:1">'


def opinions(reading: Reading | None, classifier: LetterClassifier) -> None:
    """The crop, the five likeliest letters as bars, and what each reader alone says of them: by picture, by shape."""
    said = dict(reading.opinions) if reading else {}
    rows, shares = ["<tr><td>&nbsp;</td></tr>"] * LIKELIEST, {}
    if said:
        both = fuse(said, classifier.contract.fusion["+".join(said)])
        shares = {"both": both} | {READERS.get(name, name): own for name, own in said.items()}
        rows = []
        for n in np.argsort(both)[::-1][:LIKELIEST]:
            bar = f'<td style="width:40%"><div style="{BAR};width:{both[n]:.0%}"></div></td>'
            own = "".join(f'<td style="{SHARE}">{each[n]:.0%}</td>' for each in shares.values())
            rows.append(f"<tr><th scope=row>{classifier.contract.letters[n]}</th>{bar}{own}</tr>")
    heads = "".join(f'<th scope=col style="{SHARE}">{name}</th>' for name in shares)
    st.html(
        f'<div style="{SIDE_BY_SIDE}"><figure style="margin:0">{seen(reading.crop if reading else None)}'
        f'<figcaption style="{FINE}">28 × 28 pixels, a right hand</figcaption></figure>'
        f'<table style="{TABLE}" data-testid="opinions"><thead><tr><th scope=col>letter</th><td></td>'
        f"{heads}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )


def whole_reading(reading: Reading | None) -> None:
    """The letter beside what the model saw, the confidence below."""
    large, crop = st.columns(2, vertical_alignment="top")
    with large:
        letter(reading)
    crop.html(seen(reading.crop if reading else None))
    confidence(reading)
