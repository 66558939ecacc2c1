"""Spell it, an exercise of Practice: the visitor spells words against the clock."""

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from live.lessons import Attempt, SpellIt
from live.web.camera import LiveSession
from live.web.observers import Clock, number_of
from live.web.resources import live_session, square_reason
from live.web.stage import stage
from live.web.state import session
from live.web.views import parts

NO_ERROR, ERRORS = "no error", "with errors"


def show(controls: DeltaGenerator, heading: DeltaGenerator) -> None:
    """Show the exercise below the page's controls. heading: gets the word that is asked for."""
    parts.square_warning()
    exercise = _exercise()
    controls.button("Another word", on_click=exercise.ask, icon=":material/skip_next:")
    live = live_session("practice")
    with controls.container(width="content"):
        live.set_flow(parts.choose_flow())
    clock = _clock(exercise, live)
    heading.header(f"Spell :primary[**{exercise.word}**]")
    stage(
        live,
        "practice",
        idle="Press **START** and spell the word above. The clock starts with your first letter.",
        running="Spell the word above, as fast as you can do it well. Lower your hand when you are done.",
        spells=False,
        aside=clock.introduction(),
    )
    with st.container(key="result"):
        if exercise.attempts:
            _show_result(exercise.attempts[-1])
    st.header("Your score")
    _show_score(exercise)


def _exercise() -> SpellIt:
    """The session's exercise."""
    exercises = session().exercises
    if exercises.spell_it is None:
        exercises.spell_it = SpellIt(np.random.default_rng(), moving=square_reason() is None)
    return exercises.spell_it


def _clock(exercise: SpellIt, live: LiveSession) -> Clock:
    """The clock of the word that is asked for now. If its word is complete, it is scored, and another word begins.

    A word that was interrupted begins anew.
    """
    before = live.observer
    same = before if isinstance(before, Clock) and before.word == exercise.word else None
    if same and not same.done:
        return same
    letters = [item for item in live.take_letters() if item.letter.strip()]
    live.end_repeats()
    if same and not same.interrupted:
        exercise.finish(letters[: len(same.read)])  # without those that came after the word
    clock = Clock(exercise.word, anew=same is not None and same.interrupted)
    live.observe(clock)
    return clock


def _show_result(attempt: Attempt) -> None:
    speed = f"{attempt.letters_per_s:.1f} letters a second" if attempt.letters_per_s else "too short to time"
    if attempt.errors == 0:
        st.success(f"**{attempt.word}**: {speed}, no error.", icon=":material/check:")
    else:
        read, errors = parts.escape_markdown(attempt.read), number_of(attempt.errors, "error")
        st.info(f"**{attempt.word}** was read as **{read}**: {speed}, {errors}.", icon=":material/replay:")


def _show_score(exercise: SpellIt) -> None:
    attempts = exercise.attempts
    if not attempts:
        parts.small_text("Nothing spelled yet. Your speed is measured from the first letter of a word to its last one.")
        return
    speeds = [attempt.letters_per_s for attempt in attempts if attempt.letters_per_s]
    clean = sum(attempt.errors == 0 for attempt in attempts)
    mean = f", **{np.mean(speeds):.1f}** letters a second on average" if speeds else ""
    st.markdown(f"**{clean} of {len(attempts)}** words without an error{mean}")
    st.button("Start again", on_click=_start_again, icon=":material/restart_alt:")
    _show_attempts(attempts)


def _start_again() -> None:
    session().exercises.spell_it = None


def _show_attempts(attempts: list[Attempt]) -> None:
    """Two charts, one above the other: the speed and the errors of each word."""
    import altair as alt
    import pandas as pd

    rows = [
        {
            "n": n, "word": attempt.word, "read": attempt.read, "letters a second": attempt.letters_per_s,
            "errors": attempt.errors, "how": ERRORS if attempt.errors else NO_ERROR,
        }
        for n, attempt in enumerate(attempts, 1)
    ]  # fmt: skip
    words = alt.Chart(pd.DataFrame(rows)).encode(
        x=alt.X("n:O", axis=alt.Axis(labelAngle=0, title="word")),
        tooltip=["word", "read", "letters a second", "errors"],
    )
    scale = alt.Scale(domain=[NO_ERROR, ERRORS], range=[parts.TEAL, parts.AMBER])
    colour = alt.Color("how:N", scale=scale, legend=alt.Legend(orient="top", title=None))
    speed = alt.Y("letters a second:Q", scale=alt.Scale(zero=True))
    line = words.mark_line(color=parts.TEAL).encode(y=speed)
    points = words.mark_point(filled=True, size=90, opacity=1).encode(y=speed, color=colour)
    if any(
        attempt.letters_per_s for attempt in attempts
    ):  # without a point, the chart's empty layer has no description
        st.altair_chart((line + points).properties(height=220))
    st.altair_chart(
        words.mark_bar(size=18, color=parts.AMBER)
        .encode(y=alt.Y("errors:Q", axis=alt.Axis(tickMinStep=1)))
        .properties(height=110)
    )
