"""The alphabet as a chart, drawn by this project itself."""

import streamlit as st

from live.lessons import HOW_TO_SIGN, letter_svg
from live.letters import ALPHABET
from live.web import show

CARDS = "display:grid;grid-template-columns:repeat(auto-fill,minmax(8.5rem,1fr));gap:0.75rem"
CARD = "border:1px solid rgba(128,128,128,.35);border-radius:.75rem;padding:.5rem .75rem;text-align:center"

ALT = "A hand that signs {}"

st.title("Learn the letters")
st.markdown(
    "As you see a right hand that signs to you. J and Z are drawn in the air: from the dot, along the dashed line. "
    "When you know some, go to **Practice**, which shows them as a mirror does."
)
mirrored = st.toggle("Show a left hand, or my own right one in a mirror", key="left", bind="query-params")
cards = (
    f'<div style="{CARD}"><div style="font-size:1.5rem;font-weight:700">{letter}</div>'
    f"{show.drawing(letter_svg(letter, mirrored), ALT.format(letter))}"
    f'<div style="font-size:.875rem;line-height:1.25rem;min-height:2.5rem">{HOW_TO_SIGN[letter]}</div></div>'
    for letter in ALPHABET
)
st.html(f'<div style="{CARDS}" data-testid="chart">{"".join(cards)}</div>')
show.small(
    "Each hand is the mean of many people's landmarks (21 points a hand), so it is nobody's. People differ: there is "
    "more than one good way to hold most letters."
)
