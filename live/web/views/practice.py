"""Practice: asks for letters or words, says which finger differs, and keeps the score of this session."""

from collections import Counter

import altair as alt
import numpy as np
import pandas as pd
import streamlit as st

from live.alphabet import HOW, letter_svg, usual
from live.drawing import hand_svg
from live.fingers import Difference, largest_difference
from live.letters import MOVING_LETTERS
from live.practice import Practice
from live.spelling import SPACE
from live.web import show
from live.web.session import beside_camera

PAIR = "display:grid;grid-template-columns:1fr 1fr;gap:1rem;text-align:center;font-size:.875rem"
FIGURE = "margin:0"
EMPTY = "aspect-ratio:1;border-radius:.75rem;background:rgba(128,128,128,.15)"
HINT_PX = 48

state = st.session_state
st.title("Practice")
camera, left, right = beside_camera(
    "practice",
    "Press **START** and sign what is asked for, as in a mirror.",
    "Sign what is asked for, as in a mirror; the finger to change is coloured.",
)
with left:
    choices = st.container(horizontal=True, horizontal_alignment="distribute")
    kind = choices.segmented_control(
        "Asks for", ["Letters", "Words"], default="Letters", required=True, label_visibility="collapsed"
    )
words = kind == "Words"
if kind not in state:
    scores, mixed_up = state.setdefault("scores", {}), state.setdefault("mixed up", Counter())
    state[kind] = Practice(np.random.default_rng(), words, scores=scores, mixed_up=mixed_up)
practice: Practice = state[kind]
choices.button("Skip", on_click=practice.ask, icon=":material/skip_next:")


def pair(drawn: str, hand: str | None) -> str:
    """HTML: what is wanted beside what is shown."""
    own = show.drawing(hand, "Your hand") if hand else f'<div style="{EMPTY}"></div>'
    wanted = show.drawing(drawn, f"A hand that signs {practice.wanted}, in a mirror")
    return (
        f'<div style="{PAIR}"><figure style="{FIGURE}">{wanted}<figcaption>Wanted</figcaption></figure>'
        f'<figure style="{FIGURE}">{own}<figcaption>Yours</figcaption></figure></div>'
    )


@st.fragment(run_every=camera.refresh_s)
def now() -> None:
    """The target, the hand beside it, what differs, and the ring."""
    wanted = practice.wanted
    done, rest = practice.target[: practice.done], practice.target[practice.done + 1 :]
    st.header(f"Sign {f':green[{done}]' if done else ''}:primary[**{wanted}**]{f':gray[{rest}]' if rest else ''}")
    picture, words = st.container(), st.container(height=HINT_PX, border=False)
    live = camera.update(spells=False)
    hand = live.reading.hand if live.reading else None
    right_now = live.reading is not None and live.reading.letter == wanted
    differs = largest_difference(hand.right_landmarks, usual(wanted)) if hand and not right_now else None
    mark = differs.finger if differs else None
    own = hand_svg(hand.right_landmarks, mirror=True, mark=mark) if hand else None
    picture.html(pair(letter_svg(wanted, mirror=True, mark=mark), own))
    words.markdown(_hint(wanted, hand is not None, right_now, differs))
    for each in camera.reader.take_signed():
        # on the way of a J, its I may count
        if each != SPACE and (each == wanted or wanted not in MOVING_LETTERS):
            practice.signed(each)
            state["last"] = (wanted, each)
            st.rerun()


def _hint(wanted: str, seen: bool, right_now: bool, differs: Difference | None) -> str:
    if not seen:
        return f"**{wanted}**: {HOW[wanted]}."
    if right_now:
        return f"**That is {wanted}.** Hold it until the ring is full."
    if differs:
        return f"**{differs.text}**"
    if wanted in MOVING_LETTERS:
        return f"Now draw {wanted} along the dashed line, and stop."
    return f"Nearly. It is: {HOW[wanted]}. Hold it still."


with right:
    now()

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
