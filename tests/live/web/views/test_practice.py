"""Practice: the letter that is asked for, and the score."""

from collections import Counter

import pytest
from streamlit.testing.v1 import AppTest

from live.lessons import HOW_TO_SIGN, Practice
from tests.live.web.conftest import SQUARE, RunPage, markdown_of, session_of, stage_of


def exercise_of(page: AppTest) -> Practice:
    return session_of(page).exercises.by_kind["Letters"]


def sign(page: AppTest, letter: str) -> None:
    """Sign this letter, as if the camera had seen it."""
    live = session_of(page).live["practice"]
    live.change({"do": "edit", "before": "", "after": letter, "n": live.last_change + 1})
    page.run()
    assert not page.exception


def test_practice_asks_for_a_letter_and_shows_how_it_is_signed(run_page: RunPage) -> None:
    page = run_page("practice", SQUARE)
    wanted = exercise_of(page).wanted
    assert page.header[0].value == f"Sign :primary[**{wanted}**]"
    aside = stage_of(page)["aside"]
    assert aside["text"] == f"**{wanted}**: {HOW_TO_SIGN[wanted]}."
    assert aside["pictures"][0]["alt"] == f"A right hand that signs {wanted}, in a mirror"
    assert "Nothing signed yet." in markdown_of(page)
    page.button[0].click().run()
    assert page.header[0].value != f"Sign :primary[**{wanted}**]"


def test_the_right_letter_counts_and_another_is_asked_for(run_page: RunPage) -> None:
    page = run_page("practice", SQUARE)
    wanted = exercise_of(page).wanted
    sign(page, wanted)
    assert page.success[0].value == f"**{wanted}** is right."
    assert exercise_of(page).wanted != wanted
    assert session_of(page).live["practice"].text_message()["text"] == ""
    assert len(page.get("vega_lite_chart")) == 1


def test_a_wrong_letter_is_named_and_kept_as_mixed_up_until_the_score_starts_again(run_page: RunPage) -> None:
    page = run_page("practice", SQUARE)
    wanted = exercise_of(page).wanted
    other = "A" if wanted != "A" else "B"
    sign(page, other)
    assert page.info[0].value == f"That was read as **{other}**, not {wanted}. Try again, or skip."
    assert exercise_of(page).wanted == wanted
    assert session_of(page).exercises.mixed_up == Counter({(wanted, other): 1})
    assert len(page.get("vega_lite_chart")) == 2
    next(button for button in page.button if button.label == "Start again").click().run()
    assert "Nothing signed yet." in markdown_of(page)
    assert not page.info


@pytest.mark.parametrize(("wanted", "drawn_as"), [("J", "I"), ("Z", "D")])
def test_the_beginning_of_a_stroke_is_not_scored_but_another_letter_is(
    run_page: RunPage, wanted: str, drawn_as: str
) -> None:
    page = run_page("practice", SQUARE)
    exercise_of(page).target = wanted
    sign(page, drawn_as)
    assert session_of(page).exercises.mixed_up == Counter()
    sign(page, "A")
    assert session_of(page).exercises.mixed_up == Counter({(wanted, "A"): 1})


def test_the_hold_that_was_chosen_on_the_live_page_counts_in_practice_too(run_page: RunPage) -> None:
    page = run_page("practice", SQUARE)
    session_of(page).hold_s = 1.2
    page.run()
    assert session_of(page).recognizers["practice"].speller.hold_s == 1.2


@pytest.mark.parametrize("how", ["Skip", "Words"])
def test_what_was_read_is_said_until_something_else_is_asked_for(run_page: RunPage, how: str) -> None:
    page = run_page("practice", SQUARE)
    sign(page, "A" if exercise_of(page).wanted != "A" else "B")
    assert "Try again, or skip." in page.info[0].value
    if how == "Skip":
        page.button[0].click().run()
    else:
        page.button_group[0].set_value(how).run()
    assert not page.info


def test_letters_and_words_are_two_exercises_with_one_score(run_page: RunPage) -> None:
    page = run_page("practice", SQUARE)
    sign(page, exercise_of(page).wanted)
    page.button_group[0].set_value("Words").run()
    exercises = session_of(page).exercises
    assert len(exercises.by_kind["Words"].target) > 1
    assert exercises.by_kind["Words"].scores is exercises.by_kind["Letters"].scores
    assert "Nothing signed yet." not in markdown_of(page)
