"""Learn: the alphabet as a chart of drawn hands."""

import streamlit as st

from live.lessons import HOW_TO_SIGN, letter_svg
from live.letters import ALPHABET
from live.web.state import Widget
from live.web.views import parts

CHART = "display:grid;grid-template-columns:repeat(auto-fill,minmax(8.5rem,1fr));gap:0.75rem"
CARD = "border:1px solid rgba(128,128,128,.35);border-radius:.75rem;padding:.5rem .75rem;text-align:center"


def show() -> None:
    """Show the page."""
    st.title("Learn the letters")
    st.markdown(
        "These are right hands, as you see them when someone signs to you. J and Z are drawn in the air: start at the "
        "dot and follow the dashed line. Once you know a few letters, try **Practice**. It shows hands as in a mirror."
    )
    mirror = st.toggle("Show left hands, or my own right hand in a mirror", key=Widget.LEFT_HAND, bind="query-params")
    cards = "".join(_card(letter, mirror) for letter in ALPHABET)
    st.html(f'<div style="{CHART}" data-testid="chart">{cards}</div>')
    parts.small_text(
        "Each drawing is the average of many people's hands, not the hand of one person. People differ: you can sign "
        "most letters in more than one good way."
    )


def _card(letter: str, mirror: bool) -> str:
    """HTML of one letter: its name, a drawing, and how to sign it."""
    return (
        f'<div style="{CARD}"><div style="font-size:1.5rem;font-weight:700">{letter}</div>'
        f"{parts.drawing_html(letter_svg(letter, mirror), f'A hand that signs {letter}')}"
        f'<div style="font-size:.875rem;line-height:1.25rem;min-height:2.5rem">{HOW_TO_SIGN[letter]}</div></div>'
    )
