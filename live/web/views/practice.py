"""Practice: exercises in signing and in reading. This module has those that ask for letters or words to sign.

They say which finger differs, and keep the score of this session.
"""

from collections import Counter

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from live.lessons import Practice
from live.recognizer import DRAWN_AS
from live.text import signs
from live.web.camera import LiveSession
from live.web.observers import Clock, Coach
from live.web.resources import live_session, square_reason
from live.web.stage import stage
from live.web.state import Exercises, Widget, session
from live.web.views import parts, read_me, spell_it

LETTERS, WORDS, READ_ME, SPELL_IT = "Letters", "Words", "Read me", "Spell it"
EXERCISES = (LETTERS, WORDS, READ_ME, SPELL_IT)
RIGHT, WRONG = "right the first time", "wrong at first"
DEEP_TEAL = "#083c38"


def show() -> None:
    """Show the page."""
    st.title("Practice")
    controls = st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center")
    heading = controls.container(key="target", width="content")
    exercise = controls.segmented_control(
        "Exercise", EXERCISES, default=LETTERS, required=True, label_visibility="collapsed", key=Widget.EXERCISE,
        bind="query-params", on_change=_forget_last,
    )  # fmt: skip
    if exercise == READ_ME:
        heading.header("Read the word")
        read_me.show()
    elif exercise == SPELL_IT:
        spell_it.show(controls, heading)
    else:
        _show_signing(exercise, controls, heading)


def _show_signing(kind: str, controls: DeltaGenerator, heading: DeltaGenerator) -> None:
    """Show the exercise that asks for letters or words. heading: filled after the new letters are scored."""
    parts.square_warning()
    practice = _practice(kind)
    controls.button("Skip", on_click=_skip, args=(practice,), icon=":material/skip_next:")
    live = live_session("practice")
    live.set_flow(False)
    if isinstance(live.observer, Clock):  # the letters so far are of another exercise
        live.take_text()
    _score(practice, live)
    heading.header(_target(practice))
    side = live.observer.side if isinstance(live.observer, Coach) else "right"
    coach = Coach(practice.wanted, live.counted, side)
    live.observe(coach)
    stage(
        live,
        "practice",
        idle="Press **START** and sign the letter above. You see yourself as in a mirror.",
        running="Sign the letter above. In the drawings, the coloured finger is the one to change.",
        spells=False,
        aside=coach.introduction(),
        reports_letters=True,
    )
    with st.container(key="result"):
        _show_last(session().exercises)
    st.header("Your score")
    _show_score(session().exercises)


def _skip(practice: Practice) -> None:
    practice.ask()
    _forget_last()


def _forget_last() -> None:
    """Show nothing of the last letter, and score no letter that was signed before, for another one is asked for."""
    session().exercises.last = None
    if live := session().live.get("practice"):
        live.take_letters()


def _practice(kind: str) -> Practice:
    """The session's exercise for letters or for words. Both share one score."""
    exercises = session().exercises
    if kind not in exercises.by_kind:
        exercises.by_kind[kind] = Practice(
            np.random.default_rng(),
            kind == WORDS,
            moving=square_reason() is None,
            scores=exercises.scores,
            mixed_up=exercises.mixed_up,
        )
    return exercises.by_kind[kind]


def _score(practice: Practice, live: LiveSession) -> None:
    """Score the letters that were signed since the last run."""
    for letter in (item.letter for item in signs(live.take_letters())):
        # J begins as an I, which may count before the stroke ends: skip it
        if letter == practice.wanted or letter not in DRAWN_AS.get(practice.wanted, ""):
            session().exercises.last = (practice.wanted, letter)
            if practice.score_letter(letter) and not practice.again:
                live.end_repeats()


def _target(practice: Practice) -> str:
    """Markdown of what to sign: the letters that are done, the current letter, and the rest."""
    done, rest = practice.target[: practice.done], practice.target[practice.done + 1 :]
    before = f":green[{done}]" if done else ""
    after = f":gray[{rest}]" if rest else ""
    return f"Sign {before}:primary[**{practice.wanted}**]{after}"


def _show_last(exercises: Exercises) -> None:
    if exercises.last is None:
        return
    asked, read = exercises.last
    if asked == read:
        st.success(f"**{asked}** is right.", icon=":material/check:")
    else:
        st.info(f"That was read as **{read}**, not {asked}. Try again, or skip.", icon=":material/replay:")


def _show_score(exercises: Exercises) -> None:
    if not exercises.scores:
        parts.small_text("Nothing signed yet. Letters that you get wrong come up more often.")
        return
    st.button("Start again", on_click=_start_again, icon=":material/restart_alt:")
    _show_letters(exercises)
    if exercises.mixed_up:
        st.markdown("**Mixed up**: which letters the app read instead, and how often")
        _show_mixed_up(exercises)


def _start_again() -> None:
    _forget_last()
    exercises = session().exercises
    exercises.by_kind, exercises.scores, exercises.mixed_up = {}, {}, Counter()


def _show_letters(exercises: Exercises) -> None:
    import altair as alt
    import pandas as pd

    rows = [
        {"letter": letter, "how": how, "times": times}
        for letter, score in sorted(exercises.scores.items())
        for how, times in ((RIGHT, score.right), (WRONG, score.wrong))
    ]
    scale = alt.Scale(domain=[RIGHT, WRONG], range=[parts.TEAL, parts.AMBER])
    st.altair_chart(
        alt.Chart(pd.DataFrame(rows), height=220)
        .mark_bar(size=18)
        .encode(
            x=alt.X("letter:N", axis=alt.Axis(labelAngle=0, title=None)),
            y=alt.Y("times:Q", axis=alt.Axis(tickMinStep=1, title="times")),
            color=alt.Color("how:N", scale=scale, legend=alt.Legend(orient="top", title=None)),
        )
    )


def _show_mixed_up(exercises: Exercises) -> None:
    import altair as alt
    import pandas as pd

    rows = [{"asked for": asked, "read": read, "times": n} for (asked, read), n in exercises.mixed_up.items()]
    cells = alt.Chart(pd.DataFrame(rows), width=alt.Step(40), height=alt.Step(40)).encode(
        x=alt.X("read:N", axis=alt.Axis(labelAngle=0)), y="asked for:N", tooltip=["asked for", "read", "times"]
    )
    shade = alt.Color("times:Q", scale=alt.Scale(range=[parts.TEAL, DEEP_TEAL]), legend=None)
    times = cells.mark_text(fontSize=14, fontWeight="bold", color="white").encode(text="times:Q")
    st.altair_chart(cells.mark_rect().encode(color=shade) + times, width="content")
