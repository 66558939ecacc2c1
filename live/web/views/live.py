"""The live page: the stage, and the settings below it."""

import streamlit as st

from live.text import HOLD_S
from live.web import show
from live.web.stage import stage
from live.web.state import choose_model, how_well, likely_word, live_session, say_square, square_reason

st.title("Sign a letter")
say_square()
place = st.container()  # the settings stand below the stage, but it needs what they say
with st.expander("Settings", icon=":material/tune:"):
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

session = live_session("live")
session.set_hold(hold_s)
session.set_square(share / 100)
session.suggest = likely_word if helps else None
with place:
    stage(
        session,
        "live",
        "Press **START** and hold up a hand. A letter counts when the ring around it is full.",
        "Hold a letter until the ring around it is full. Draw J and Z in the air, and stop briefly.",
        mirror=mirror,
    )
show.small(
    f"This reads fingerspelling, the alphabet signed with one hand, not the whole of ASL. {how_well()}"
    "The pictures stay on the machine that runs this app."
)
