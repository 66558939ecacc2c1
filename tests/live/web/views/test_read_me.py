"""Read me: the film that the page gives to the player, the answer and the score."""

from typing import Any

from streamlit.testing.v1 import AppTest

from live.lessons import ReadMe
from tests.live.web.conftest import SQUARE, RunPage, markdown_of, session_of, stage_of


def open_read_me(run_page: RunPage, **query: str) -> AppTest:
    return run_page("practice", SQUARE, exercise="Read me", **query)


def exercise_of(page: AppTest) -> ReadMe:
    exercise = session_of(page).exercises.read_me
    assert exercise is not None
    return exercise


def press(page: AppTest, label: str) -> None:
    next(button for button in page.button if button.label == label).click().run()
    assert not page.exception


def answer(page: AppTest, text: str) -> None:
    page.text_input(key="read").set_value(text)
    press(page, "Check")


def shown(page: AppTest) -> list[str]:
    """All text that the page shows, except charts."""
    elements: list[Any] = [*page.markdown, *page.header, *page.info, *page.success, *page.button]
    return [str(getattr(element, "label", "") or element.value) for element in elements]


def test_the_word_is_only_in_the_film_until_it_is_answered(run_page: RunPage) -> None:
    page = open_read_me(run_page)
    exercise = exercise_of(page)
    data = stage_of(page)  # the page's one component is the player
    assert len(data["film"]["frames"]) == len(exercise.film.poses)
    assert not any(exercise.word in text for text in shown(page))
    answer(page, "XX")
    assert any(exercise.word in text.replace(":orange[", "").replace("]", "") for text in shown(page))


def test_a_right_answer_is_told_and_counted_and_the_next_word_comes(run_page: RunPage) -> None:
    page = open_read_me(run_page)
    exercise = exercise_of(page)
    word, number = exercise.word, stage_of(page)["number"]
    answer(page, word.lower())
    assert page.success[0].value == f"**{word}** is right."
    assert "**1 of 1** words read right" in markdown_of(page)
    assert len(page.get("vega_lite_chart")) == 1
    assert stage_of(page)["number"] == number
    press(page, "Next word")
    assert exercise.word != word
    assert stage_of(page)["number"] == number + 1
    assert page.text_input(key="read").value == ""


def test_a_wrong_answer_names_the_missed_letters(run_page: RunPage) -> None:
    page = open_read_me(run_page)
    word = exercise_of(page).word
    answer(page, word[:-1])
    assert page.info[0].value == (
        f"You read {word[:-1]}. The word was **{word[:-1]}:orange[{word[-1]}]**. You missed {word[-1]}."
    )
    assert f"how often: {word[-1]} (1)" in markdown_of(page)


def test_an_empty_answer_is_not_judged_and_the_word_can_be_shown(run_page: RunPage) -> None:
    page = open_read_me(run_page)
    answer(page, " ")
    assert exercise_of(page).answer is None
    press(page, "Show the word")
    assert "The word was" in page.info[0].value
    assert "**0 of 1** words read right" in markdown_of(page)


def test_the_word_is_replayed_slower_and_the_next_one_is_easier_or_harder(run_page: RunPage) -> None:
    page = open_read_me(run_page, speed="4", length="5")
    exercise = exercise_of(page)
    word, frames = exercise.word, len(stage_of(page)["film"]["frames"])
    assert (exercise.letters_per_s, len(word)) == (4.0, 5)
    press(page, "Play slower")
    assert exercise.word == word
    assert len(stage_of(page)["film"]["frames"]) > frames
    press(page, "Harder word")
    assert (exercise.letters_per_s, exercise.word != word) == (4.5, True)
    assert page.slider(key="speed").value == 4.5
    press(page, "Easier word")
    assert page.slider(key="speed").value == 4.0


def test_at_the_ends_of_the_scale_words_get_longer_or_shorter(run_page: RunPage) -> None:
    page = open_read_me(run_page, speed="6", length="7")
    for length in (8, 8):
        press(page, "Harder word")
        assert (page.slider(key="speed").value, page.slider(key="length").value) == (6.0, length)
        assert len(exercise_of(page).word) == length


def test_another_speed_or_length_asks_for_another_word(run_page: RunPage) -> None:
    page = open_read_me(run_page)
    exercise = exercise_of(page)
    page.slider(key="length").set_value(8).run()
    assert len(exercise.word) == 8
    word = exercise.word
    page.slider(key="speed").set_value(6.0).run()
    assert (exercise.letters_per_s, exercise.word != word) == (6.0, True)
    assert stage_of(page)["number"] == exercise.n_films


def test_the_score_can_start_again_and_a_left_hand_be_shown(run_page: RunPage) -> None:
    page = open_read_me(run_page, left_signer="true")
    assert stage_of(page)["mirror"] is True
    answer(page, exercise_of(page).word)
    number = stage_of(page)["number"]
    press(page, "Start again")
    assert "Nothing read yet." in markdown_of(page)
    assert stage_of(page)["number"] != number
