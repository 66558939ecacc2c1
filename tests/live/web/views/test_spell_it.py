"""Spell it: the word that is asked for, the clock, and the score."""

from streamlit.testing.v1 import AppTest

from live.hand import HandNetworks
from live.lessons import SpellIt
from live.web.camera import LiveSession
from live.web.observers import Clock
from tests.live.web.conftest import SQUARE, RunPage, markdown_of, session_of, stage_of
from tests.support import drawn


def open_spell_it(run_page: RunPage) -> AppTest:
    return run_page("practice", SQUARE, exercise="Spell it")


def exercise_of(page: AppTest) -> SpellIt:
    exercise = session_of(page).exercises.spell_it
    assert exercise is not None
    return exercise


def live_of(page: AppTest) -> LiveSession:
    return session_of(page).live["practice"]


def spell(page: AppTest, text: str, times_s: tuple[float, ...]) -> None:
    """Spell these letters at these times, as if the camera had seen them, then lower the hand."""
    live = live_of(page)
    speller = session_of(page).recognizers["practice"].speller
    live.read(drawn.frame(None), times_s[0] - 0.1)
    for letter, time_s in zip(text, times_s, strict=True):
        speller.stroke(letter, time_s, time_s + 0.1)
        live.read(drawn.frame(None), time_s + 0.1)
    for after_s in (1.5, 3.2):
        live.read(drawn.frame(None), times_s[-1] + after_s)
    page.run()
    assert not page.exception


def press(page: AppTest, label: str) -> None:
    next(button for button in page.button if button.label == label).click().run()
    assert not page.exception


def test_a_word_is_asked_for_and_the_clock_waits_for_its_first_letter(run_page: RunPage) -> None:
    page = open_spell_it(run_page)
    word = exercise_of(page).word
    assert page.header[0].value == f"Spell :primary[**{word}**]"
    data = stage_of(page)
    assert data["aside"]["text"].startswith("The clock starts with your first letter.")
    assert (data["spells"], data["reportsLetters"]) == (False, False)
    assert isinstance(live_of(page).observer, Clock)
    assert "Nothing spelled yet." in markdown_of(page)
    press(page, "Another word")
    assert exercise_of(page).word != word


def test_a_word_read_as_one_letter_has_no_speed_and_charts_its_errors_only(run_page: RunPage) -> None:
    page = open_spell_it(run_page)
    spell(page, exercise_of(page).word[:1], (10.0,))
    assert len(page.get("vega_lite_chart")) == 1


def test_a_word_is_timed_scored_and_charted_and_another_is_asked_for(run_page: RunPage) -> None:
    page = open_spell_it(run_page)
    word = exercise_of(page).word
    spell(page, word, tuple(10 + n / 2 for n in range(len(word))))
    assert page.success[0].value == f"**{word}**: 2.0 letters a second, no error."
    assert "**1 of 1** words without an error, **2.0** letters a second on average" in markdown_of(page)
    assert len(page.get("vega_lite_chart")) == 2
    assert exercise_of(page).word != word
    assert live_of(page).text_message()["text"] == ""
    second = exercise_of(page).word
    spell(page, second[:-1], tuple(40 + n / 4 for n in range(len(second) - 1)))
    assert page.info[0].value == f"**{second}** was read as **{second[:-1]}**: 4.0 letters a second, 1 error."
    press(page, "Start again")
    assert "Nothing spelled yet." in markdown_of(page)


def test_a_word_that_is_interrupted_is_not_scored_and_begins_anew(run_page: RunPage) -> None:
    page = open_spell_it(run_page)
    word = exercise_of(page).word
    session_of(page).recognizers["practice"].speller.stroke(word[0], 10, 10.1)
    for time_s in (10.2, 400.0):
        live_of(page).read(drawn.frame(None), time_s)
    page.run()
    exercise = exercise_of(page)
    assert (exercise.word, exercise.attempts) == (word, [])
    assert stage_of(page)["aside"]["text"].startswith("The camera was off, so the word begins anew.")
    spell(page, word, tuple(500 + n / 2 for n in range(len(word))))
    assert page.success[0].value == f"**{word}**: 2.0 letters a second, no error."


def test_a_run_of_the_page_in_the_middle_of_a_word_does_not_stop_the_clock(run_page: RunPage) -> None:
    page = open_spell_it(run_page)
    clock = live_of(page).observer
    page.run()
    assert live_of(page).observer is clock


def test_the_clock_runs_in_flow_too_and_the_other_exercises_are_held(
    hand_networks: HandNetworks, run_page: RunPage
) -> None:
    page = run_page("practice", exercise="Spell it", mode="Flow")
    recognizer = session_of(page).recognizers["practice"]
    assert recognizer.flow
    page.button_group(key="exercise").set_value("Letters").run()
    assert not recognizer.flow


def test_letters_of_this_exercise_do_not_count_in_another(run_page: RunPage) -> None:
    page = open_spell_it(run_page)
    session_of(page).recognizers["practice"].speller.stroke("Z", 0, 1)
    page.button_group(key="exercise").set_value("Letters").run()
    assert session_of(page).exercises.scores == {}
    session_of(page).recognizers["practice"].speller.stroke("Z", 2, 3)
    page.button_group(key="exercise").set_value("Spell it").run()
    assert live_of(page).text_message()["text"] == ""
