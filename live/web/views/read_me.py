"""Read me, an exercise of Practice: the drawn hand spells a word, and the visitor types it."""

from collections import Counter

import numpy as np
import streamlit as st

from live.lessons import LENGTHS, MAX_ANSWER, MAX_SPEED, MIN_SPEED, SPEED_STEP, Answer, ReadMe
from live.web.player import player
from live.web.state import Widget, session
from live.web.views import parts

RIGHT, WRONG = "read right", "read wrong"


def show() -> None:
    """Show the exercise below the page's controls."""
    exercise = _exercise()
    picture, beside = st.columns(2, gap="medium")
    with beside:
        _show_answer_field(exercise)
        with st.container(key="result"):
            _show_result(exercise)
        _show_buttons(exercise)
        _choose_words(exercise)
    with picture:  # last, because the settings may have chosen another word
        player(exercise.film, exercise.n_films, mirror=bool(st.session_state[Widget.READ_LEFT]))
    st.header("Your score")
    _show_score(exercise)


def _exercise() -> ReadMe:
    """The session's exercise."""
    exercises = session().exercises
    if exercises.read_me is None:
        exercises.read_me = ReadMe(np.random.default_rng())
    return exercises.read_me


def _show_answer_field(exercise: ReadMe) -> None:
    """Show the field for the answer. Enter checks the answer; once that is done, Enter asks for the next word."""
    with (
        st.form("answer", clear_on_submit=True, border=False),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        st.text_input("What does the hand spell?", key=Widget.READ_TEXT, max_chars=MAX_ANSWER, autocomplete="off")
        st.form_submit_button("Next word" if exercise.answer else "Check", key="submit answer", on_click=_submit)


def _submit() -> None:
    exercise, text = _exercise(), str(st.session_state[Widget.READ_TEXT] or "")
    if exercise.answer:
        exercise.ask(exercise.letters_per_s, exercise.length)
    elif text.strip():
        exercise.judge(text)


def _show_result(exercise: ReadMe) -> None:
    answer = exercise.answer
    if answer is None:
        st.info("Press **Play**, watch the hand, and type the word. You can play it as often as you like.")
    elif answer.right:
        st.success(f"**{answer.word}** is right.", icon=":material/check:")
    else:
        read = f"You read {parts.escape_markdown(answer.read)}. " if answer.read else ""
        st.info(f"{read}The word was **{_marked(answer)}**. {_missed(answer)}", icon=":material/replay:")


def _marked(answer: Answer) -> str:
    """Markdown of the word, with the letters that were missed in orange."""
    return "".join(f":orange[{letter}]" if n in answer.missed else letter for n, letter in enumerate(answer.word))


def _missed(answer: Answer) -> str:
    """Which letters were missed, in a sentence."""
    missed = [answer.word[n] for n in answer.missed]
    if not missed:
        return "You read all its letters, and others besides."
    if len(missed) == len(answer.word):
        return ""
    return f"You missed {', '.join(missed)}."


def _show_buttons(exercise: ReadMe) -> None:
    with st.container(horizontal=True):
        st.button(
            "Play slower", on_click=exercise.slow_down, icon=":material/slow_motion_video:",
            help="Spells the same word again at about half the speed. Your answer then counts for that speed.",
        )  # fmt: skip
        st.button("Show the word", on_click=exercise.give_up, disabled=exercise.answer is not None)
        st.button(
            "Easier word", on_click=_change_level, args=(-1,), help="The next word, half a letter a second slower."
        )
        st.button(
            "Harder word", on_click=_change_level, args=(1,), help="The next word, half a letter a second faster."
        )


def _change_level(direction: int) -> None:
    """Ask for another word at a higher (1) or lower (-1) speed, or a longer or shorter one at the end of the scale."""
    exercise = _exercise()
    speed = exercise.letters_per_s + direction * SPEED_STEP
    length = exercise.length
    if not MIN_SPEED <= speed <= MAX_SPEED:
        speed, length = exercise.letters_per_s, min(max(length + direction, LENGTHS[0]), LENGTHS[-1])
    exercise.ask(speed, length)
    st.session_state[Widget.READ_SPEED], st.session_state[Widget.READ_LENGTH] = speed, length


def _choose_words(exercise: ReadMe) -> None:
    """Show the settings, which are kept in the page's address. A change asks for another word."""
    # not as the sliders' own default: the buttons change the values, too
    parts.keep_setting(Widget.READ_SPEED, exercise.letters_per_s)
    parts.keep_setting(Widget.READ_LENGTH, exercise.length)
    speed = st.slider(
        "Letters a second", MIN_SPEED, MAX_SPEED, step=SPEED_STEP, format="%.1f", key=Widget.READ_SPEED,
        bind="query-params",
        help="Careful spelling has two to four letters a second, fluent spelling six or more.",
    )  # fmt: skip
    length = st.slider("Letters in the word", LENGTHS[0], LENGTHS[-1], key=Widget.READ_LENGTH, bind="query-params")
    st.toggle("A left hand", key=Widget.READ_LEFT, bind="query-params")
    if (speed, length) != (exercise.letters_per_s, exercise.length):
        exercise.ask(speed, length)
        st.rerun()


def _show_score(exercise: ReadMe) -> None:
    if not exercise.answers:
        parts.small_text("Nothing read yet. Words with letters that you miss come up more often.")
        return
    right = sum(answer.right for answer in exercise.answers)
    st.markdown(f"**{right} of {len(exercise.answers)}** words read right")
    st.button("Start again", on_click=_start_again, icon=":material/restart_alt:")
    _show_speeds(exercise)
    missed = Counter(answer.word[n] for answer in exercise.answers for n in answer.missed)
    if missed:
        letters = ", ".join(f"{letter} ({n})" for letter, n in missed.most_common())
        st.markdown(f"**Missed letters**, and how often: {letters}")


def _start_again() -> None:
    before = _exercise()
    session().exercises.read_me = ReadMe(before.rng, before.letters_per_s, before.length, n_films=before.n_films)


def _show_speeds(exercise: ReadMe) -> None:
    import altair as alt
    import pandas as pd

    counts = Counter((answer.letters_per_s, RIGHT if answer.right else WRONG) for answer in exercise.answers)
    rows = [{"speed": f"{speed:g}", "how": how, "words": n} for (speed, how), n in sorted(counts.items())]
    scale = alt.Scale(domain=[RIGHT, WRONG], range=[parts.TEAL, parts.AMBER])
    st.altair_chart(
        alt.Chart(pd.DataFrame(rows), height=220)
        .mark_bar(size=18)
        .encode(
            x=alt.X("speed:N", sort=None, axis=alt.Axis(labelAngle=0, title="letters a second")),
            y=alt.Y("words:Q", axis=alt.Axis(tickMinStep=1, title="words")),
            color=alt.Color("how:N", scale=scale, legend=alt.Legend(orient="top", title=None)),
        )
    )
