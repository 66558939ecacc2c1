"""Practice: asks for letters or words, says which finger differs, and keeps the score of this session."""

from collections import Counter

import altair as alt
import numpy as np
import pandas as pd
import streamlit as st

from live.lessons import Practice
from live.letters import MOVING_LETTERS
from live.text import SPACE
from live.web import show
from live.web.stage import stage
from live.web.state import live_session, say_square
from live.web.views.coach import Coach

state = st.session_state
st.title("Practice")
say_square()
choices = st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center")
asked_for = choices.container(key="target", width="content")
kind = choices.segmented_control(
    "Asks for", ["Letters", "Words"], default="Letters", required=True, label_visibility="collapsed"
)
if kind not in state:
    scores, mixed_up = state.setdefault("scores", {}), state.setdefault("mixed up", Counter())
    state[kind] = Practice(np.random.default_rng(), kind == "Words", scores=scores, mixed_up=mixed_up)
practice: Practice = state[kind]
choices.button("Skip", on_click=practice.ask, icon=":material/skip_next:")
session = live_session("practice")


def take_signed() -> None:
    """Score what was signed since the last time."""
    for letter in session.take_text():
        # on the way of a J, its I may count
        if letter != SPACE and (letter == practice.wanted or practice.wanted not in MOVING_LETTERS):
            state["last"] = (practice.wanted, letter)
            practice.signed(letter)


take_signed()
wanted = practice.wanted
done, rest = practice.target[: practice.done], practice.target[practice.done + 1 :]
asked_for.header(f"Sign {f':green[{done}]' if done else ''}:primary[**{wanted}**]{f':gray[{rest}]' if rest else ''}")
coach = Coach(wanted)
session.observe(coach)
stage(
    session,
    "practice",
    "Press **START** and sign what is asked for, as in a mirror.",
    "Sign what is asked for, as in a mirror. The finger to change is coloured.",
    spells=False,
    aside=coach.at_first(),
    tells_signed=True,
)

with st.container(key="result"):
    if last := state.get("last"):
        asked, read = last
        if asked == read:
            st.success(f"**{asked}** counted.", icon=":material/check:")
        else:
            st.info(f"That was read as **{read}**, not {asked}. Try again, or skip.", icon=":material/replay:")


def start_again() -> None:
    """Forget the score."""
    for each in ("Letters", "Words", "scores", "mixed up", "last"):
        state.pop(each, None)


st.header("Your score")
if not practice.scores:
    show.small("Nothing signed yet. Letters that go wrong come up more often.")
else:
    st.button("Start again", on_click=start_again, icon=":material/restart_alt:")
    rows = [
        {"letter": letter, "how": how, "times": times}
        for letter, score in sorted(practice.scores.items())
        for how, times in (("right at once", score.right), ("not at once", score.wrong))
    ]
    bars = alt.Chart(pd.DataFrame(rows), height=220).mark_bar(size=18)
    scale = alt.Scale(domain=["right at once", "not at once"], range=["#0f766e", "#d97706"])
    st.altair_chart(
        bars.encode(
            x=alt.X("letter:N", axis=alt.Axis(labelAngle=0, title=None)),
            y=alt.Y("times:Q", axis=alt.Axis(tickMinStep=1, title="times")),
            color=alt.Color("how:N", scale=scale, legend=alt.Legend(orient="top", title=None)),
        )
    )
    if practice.mixed_up:
        st.markdown("**Mixed up**: how often, when a letter was asked for, another was read")
        mixed = [{"asked for": a, "read": b, "times": n} for (a, b), n in practice.mixed_up.items()]
        places = alt.Chart(pd.DataFrame(mixed), width=alt.Step(40), height=alt.Step(40)).encode(
            x=alt.X("read:N", axis=alt.Axis(labelAngle=0)), y="asked for:N", tooltip=["asked for", "read", "times"]
        )
        shade = alt.Color("times:Q", scale=alt.Scale(range=["#0f766e", "#083c38"]), legend=None)
        times = places.mark_text(fontSize=14, fontWeight="bold", color="white").encode(text="times:Q")
        st.altair_chart(places.mark_rect().encode(color=shade) + times, width="content")
