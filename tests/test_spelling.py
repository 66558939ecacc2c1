from hypothesis import given
from hypothesis import strategies as st

from live.spelling import Speller


def spell(readings: str, step_s: float = 0.1, hold_s: float = 0.6) -> Speller:
    """One character a frame; a dot is no letter."""
    speller = Speller(hold_s)
    for n, letter in enumerate(readings):
        speller.update(None if letter == "." else letter, n * step_s)
    speller.finish(len(readings) * step_s)
    return speller


def test_a_letter_commits_once_after_its_hold() -> None:
    speller = spell("." * 3 + "A" * 20)
    assert speller.text == "A"
    assert speller.committed[0].time_s == 0.9


def test_a_letter_held_too_short_does_not_commit() -> None:
    assert spell("AAAAA...BBBBB").text == ""


def test_a_letter_held_long_enough_at_the_end_of_the_film_counts() -> None:
    assert spell("......AAAAAA").text == "A"


def test_the_same_letter_commits_again_after_it_was_let_go() -> None:
    assert spell("LLLLLLL.LLLLLLL").text == "LL"


def test_a_reading_that_flickers_never_commits() -> None:
    assert spell("EESSEESSEESSEESSEESSEESS").text == ""


def test_a_gap_without_frames_is_no_hold() -> None:
    speller = Speller()
    speller.update("A", 0.0)
    speller.update("A", 100.0)
    assert speller.text == ""
    speller.update("A", 100.6)
    assert speller.text == "A"


def test_clear_forgets_the_text() -> None:
    speller = spell("AAAAAAA")
    speller.clear()
    assert speller.text == ""


@given(
    st.lists(
        st.tuples(st.sampled_from([None, "A", "B"]), st.floats(0, 0.5)),
        max_size=80,
    )
)
def test_no_letter_commits_without_a_whole_hold_before_it(steps: list[tuple[str | None, float]]) -> None:
    speller, now_s, seen = Speller(), 0.0, []
    for letter, gap_s in steps:
        now_s += gap_s
        before = speller.text
        speller.update(letter, now_s)
        seen.append((letter, now_s))
        assert speller.text.startswith(before)
        if speller.text != before:
            held = [time_s for other, time_s in seen if now_s - time_s <= speller.hold_s - 1e-3]
            assert all(other == letter for other, time_s in seen if time_s in held)
