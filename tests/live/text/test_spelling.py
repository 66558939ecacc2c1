import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from live.text.spelling import HOLD_S, WAITS, Speller, Top, signs

SURE, USUAL = 0.99, 0.8  # the reader's confidence


def spell(readings: str, step_s: float = 0.1, confidence: float = USUAL, speller: Speller | None = None) -> Speller:
    """One character a frame: a letter, "-" for no hand, "?" for a hand without a letter, ">" for one that moved on."""
    speller = speller or Speller()
    for n, letter in enumerate(readings):
        top: Top | None = None if letter == "-" else () if letter in "?>" else ((letter, confidence),)
        speller.update(top, n * step_s, moved=letter == ">")
    speller.finish(len(readings) * step_s)
    return speller


def test_a_letter_commits_once_after_its_hold() -> None:
    speller = spell("---" + "A" * 15)
    assert speller.text == "A"
    assert speller.committed[0].time_s == pytest.approx(0.9)
    assert speller.committed[0].since_s == pytest.approx(0.3)


def test_a_letter_held_too_short_does_not_commit() -> None:
    assert spell("AAAAA---BBBBB").text == ""


def test_a_letter_held_long_enough_at_the_end_of_the_film_counts() -> None:
    assert spell("------AAAAAA").text == "A"


def test_the_surer_the_reader_the_sooner_a_letter_commits() -> None:
    waits = []
    for confidence in (0.99, 0.9, 0.8, 0.65, 0.5):
        (committed,) = spell("A" * 60, step_s=1 / 30, confidence=confidence).committed
        waits.append(committed.time_s - committed.since_s)
    assert waits == sorted(waits)
    assert waits[0] == pytest.approx(HOLD_S * WAITS[-1], abs=1 / 30)
    assert waits[-1] == pytest.approx(HOLD_S * WAITS[0], abs=1 / 30)


def test_a_letter_that_is_not_likelier_than_all_others_together_never_commits() -> None:
    assert spell("A" * 100, confidence=0.49).text == ""


def test_times_may_begin_below_zero() -> None:
    speller = Speller()
    for n in range(10):
        speller.update((("A", USUAL),), -10 + n / 10)
    assert speller.text == "A"


def test_the_hold_time_is_a_setting() -> None:
    assert spell("A" * 11, speller=Speller(hold_s=1.2)).text == ""
    assert spell("A" * 13, speller=Speller(hold_s=1.2)).text == "A"
    assert spell("AA", speller=Speller(hold_s=0.0)).text == "A"


def test_the_same_letter_commits_again_after_it_was_let_go() -> None:
    assert spell("LLLLLLLL---LLLLLLLL").text == "LL"


def test_a_hand_that_slides_on_lets_go_for_the_second_l_of_hello() -> None:
    assert spell("LLLLLLLL>L>LLLLLLL").text == "LL"


def test_a_hand_that_trembles_lets_nothing_go() -> None:
    assert spell("LLLLLLLL>LLLLLLLL").text == "L"


def test_the_same_letter_commits_again_after_a_longer_hold() -> None:
    assert spell("L" * 25).text == "L"
    assert spell("L" * 28).text == "LL"


def test_a_letter_whose_repeats_have_ended_commits_again_only_after_it_was_let_go() -> None:
    speller = spell("L" * 15)
    speller.end_repeats()
    for n in range(15, 60):
        speller.update((("L", USUAL),), n * 0.1)
    assert speller.text == "L"
    for n, letter in enumerate("---LLLLLLLL", 60):
        speller.update(None if letter == "-" else ((letter, USUAL),), n * 0.1)
    assert speller.text == "LL"


def test_a_hand_that_travels_holds_nothing() -> None:
    assert spell("AAA>" * 20).text == ""


def test_other_readings_in_a_long_hold_do_not_double_its_letter() -> None:
    assert spell("RRRRRRRR????RRRRRRRR").text == "R"
    assert spell("RRRRRRRRUUURRRRRRRR").text == "R"


@pytest.mark.parametrize("step_s", [0.1, 0.033])
@pytest.mark.parametrize("readings", ["EESS" * 50, "ES" * 100, "EEEESSSS" * 30, "EES" * 60])
def test_a_reading_that_flickers_between_two_letters_never_commits(readings: str, step_s: float) -> None:
    assert spell(readings, step_s, confidence=SURE).text == ""


def test_a_stray_frame_in_every_four_is_a_flicker_where_frames_are_many() -> None:
    assert spell("EEES" * 50, step_s=0.033, confidence=SURE).text == ""


@pytest.mark.parametrize("stray", ["B", "?", "-"])
@pytest.mark.parametrize("at", range(1, 7))
def test_one_stray_frame_never_breaks_a_hold(stray: str, at: int) -> None:
    readings = "A" * at + stray + "A" * (8 - at)
    assert spell(readings).text == "A"
    assert spell(readings + "?" * 20).text == "A"


def test_two_seconds_without_a_hand_make_one_space_and_none_at_the_ends() -> None:
    assert spell("-" * 50 + "A" * 8 + "-" * 19 + "B" * 8 + "-" * 60 + "C" * 8 + "-" * 50).text == "AB C"


def test_spaces_are_a_setting() -> None:
    apart = "A" * 8 + "-" * 12 + "B" * 8
    assert spell(apart, speller=Speller(space_s=1.0)).text == "A B"
    assert spell(apart + "-" * 99 + "C" * 8, speller=Speller(space_s=None)).text == "ABC"


def test_a_gap_without_frames_is_no_hold() -> None:
    speller = Speller()
    for time_s in (0.0, 100.0):
        speller.update((("A", USUAL),), time_s)
    assert speller.text == ""
    speller.update((("A", USUAL),), 100.6)
    assert speller.text == "A"


def test_a_hand_that_was_away_when_frames_came_again_may_sign_the_same_letter() -> None:
    speller = spell("LLLLLLLL")
    for n in range(8):
        speller.update((("L", USUAL),), 60 + n * 0.1)
    assert speller.text == "LL"


def test_what_else_was_read_is_kept_beside_the_letter() -> None:
    speller = Speller()
    for n in range(8):
        speller.update((("E", 0.7), ("S", 0.25), ("A", 0.05)), n * 0.1)
    letters = [letter for letter, _ in speller.committed[0].alternatives]
    assert letters == ["E", "S", "A"]
    assert speller.committed[0].alternatives[1][1] == pytest.approx(0.25)


def test_a_hold_has_a_progress() -> None:
    speller = Speller()
    shares = []
    for n in range(6):
        speller.update((("A", USUAL),), n * 0.1)
        shares.append(speller.hold.progress(n * 0.1) if speller.hold else 0.0)
    assert shares == pytest.approx([0, 1 / 6, 2 / 6, 3 / 6, 4 / 6, 5 / 6])
    speller.update((("A", USUAL),), 0.6)
    assert speller.hold is None


def test_delete_clear_and_undo() -> None:
    speller = spell("AAAAAAAA---BBBBBBBB")
    speller.delete()
    assert speller.text == "A"
    speller.undo()
    assert speller.text == "AB"
    speller.clear()
    assert speller.text == ""
    speller.clear()
    speller.undo()
    assert speller.text == "AB"
    for _ in range(5):
        speller.undo()
    assert speller.text == ""
    speller.delete()
    assert speller.text == ""


def test_a_stroke_takes_the_place_of_the_letter_it_set_out_from_and_undo_brings_that_back() -> None:
    speller = spell("AAAAAAAA---IIIIIIII")
    since_s = speller.committed[-1].since_s
    speller.stroke("J", since_s, 2.5)
    assert speller.text == "AJ"
    speller.undo()
    assert speller.text == "AI"


def test_letters_between_which_the_hand_was_away_are_no_stroke() -> None:
    speller = spell("EEEEEEEE----IIIIIIII")
    speller.stroke("J", 0.0, 2.5)
    assert speller.text == "EI"


def test_whatever_a_slow_stroke_has_committed_on_its_way_goes() -> None:
    speller = spell("I" * 10 + ">" + "Q" * 10)
    assert speller.text == "IQ"
    speller.stroke("J", 0.0, 3.5)
    assert speller.text == "J"


def test_a_stroke_after_another_pose_takes_nobodys_place() -> None:
    speller = spell("IIIIIIII")
    speller.stroke("J", 1.0, 2.0)
    speller.stroke("Z", 2.5, 3.5)
    assert speller.text == "IJZ"


def test_a_stroke_keeps_what_was_typed() -> None:
    speller = spell("IIIIIIII")
    speller.edit("I", "HELLO I ")
    speller.stroke("J", 0.0, 2.0)
    assert speller.text == "HELLO I J"
    begun = Speller()
    begun.begin_with("HELLO ")
    begun.stroke("J", 0.0, 2.0)
    assert begun.text == "HELLO J"


def test_a_hand_that_has_gone_before_the_end_is_not_held_until_then() -> None:
    assert spell("--AAAAA--").text == ""
    assert spell("--AAAAAA").text == "A"


READING = st.one_of(
    st.none(),
    st.lists(st.tuples(st.sampled_from("ABCIJ"), st.floats(0, 1)), max_size=3, unique_by=lambda each: each[0]),
)


@given(
    st.lists(st.tuples(READING, st.floats(-1, 3) | st.just(math.nan) | st.just(math.inf), st.booleans()), max_size=60)
)
def test_no_readings_and_no_clock_make_it_raise_or_lose_committed_text(
    steps: list[tuple[list[tuple[str, float]] | None, float, bool]],
) -> None:
    speller, now_s = Speller(), 0.0
    for top, step_s, moved in steps:
        now_s += step_s if math.isfinite(step_s) else 0.0
        before = speller.text
        speller.update(top, now_s if math.isfinite(step_s) else step_s, moved)
        assert speller.text.startswith(before)
        assert len(speller.text) <= len(before) + 1
        assert speller.hold is None or 0 <= speller.hold.progress(now_s) <= 1
    before = speller.text
    speller.finish(now_s)
    assert speller.text.startswith(before.rstrip())


@given(st.lists(st.tuples(st.sampled_from([None, "", "A", "B"]), st.floats(0.01, 0.3)), max_size=120), st.booleans())
def test_no_letter_commits_without_a_steady_hold_before_it(steps: list[tuple[str | None, float]], moving: bool) -> None:
    speller, now_s = Speller(), 0.0
    seen: list[tuple[float, str | None]] = []
    for letter, gap_s in steps:
        now_s += gap_s
        before = len(speller.committed)
        moved = moving and letter is not None and len(seen) % 7 == 6  # without a hand nothing moves
        speller.update(None if letter is None else ((letter, SURE),) if letter else (), now_s, moved)
        seen = [(now_s, letter)] if moved else [*seen, (now_s, letter)]
        for each in speller.committed[before:]:
            if each.letter == " ":
                continue
            assert now_s - each.since_s >= HOLD_S * WAITS[-1] - 1e-6
            held = [other for time_s, other in seen if time_s >= each.since_s - 1e-9 and other is not None]
            assert held.count(each.letter) >= 0.8 * len(held)


def test_an_edit_changes_the_text_at_once_and_undo_brings_it_back() -> None:
    speller = spell("AAAAAAAA")
    speller.edit("A", "ALSO")
    assert speller.text == "ALSO"
    assert speller.committed[0].since_s == 0
    speller.undo()
    assert speller.text == "A"


def test_letters_that_are_typed_over_keep_their_times() -> None:
    speller = spell("AAAAAAAABBBBBBBB")
    assert speller.text == "AB"
    before = speller.committed
    speller.edit("AB", "ED")
    assert [(item.letter, item.time_s, item.since_s, item.alternatives) for item in speller.committed] == [
        (letter, item.time_s, item.since_s, ()) for letter, item in zip("ED", before, strict=True)
    ]
    speller.edit("ED", "EB")
    assert speller.committed[0].time_s == before[0].time_s


def test_a_held_letter_that_is_typed_over_has_counted_as_the_typed_one_and_undo_reverts_this() -> None:
    speller = spell("AAAAAAAA")
    assert speller.counted == "A"
    speller.edit("A", "S")
    for n in range(8, 14):
        speller.update((("S", 0.9),), n / 10)
    assert (speller.text, speller.counted) == ("S", "S")
    speller.undo()
    for n in range(14, 19):
        speller.update((("A", 0.9),), n / 10)
    assert (speller.text, speller.counted) == ("A", "A")


@pytest.mark.parametrize("typed", ["S", "1", "a"])
def test_a_held_letter_that_is_typed_over_is_not_added_again_if_it_is_still_read(typed: str) -> None:
    speller = spell("DDDDDDDD")
    speller.edit("D", typed)
    for n in range(8, 14):
        speller.update((("D", 0.9),), n / 10)
    assert speller.text == typed


def test_what_was_signed_during_an_edit_still_follows() -> None:
    speller = spell("AAAAAAAA")
    speller.edit("", "O")  # begun before the A counted
    assert speller.text == "OA"


@given(st.text("AB ", max_size=6), st.text("AB ", max_size=6), st.text("AB ", max_size=6))
def test_an_edit_makes_what_was_meant_and_is_one_change(signed: str, before: str, after: str) -> None:
    speller = Speller()
    speller.edit("", signed)
    speller.edit(before, after)
    assert speller.text == after + (signed[len(before) :] if signed.startswith(before) else "")
    if speller.text != signed:
        speller.undo()
        assert speller.text == signed


def test_a_space_can_be_asked_for_and_only_signed_letters_are_counted() -> None:
    speller = spell("AAAAAAAA")
    speller.space()
    speller.edit("A ", "A B")
    assert speller.text == "A B"
    assert speller.signed == 1


def test_a_sign_with_a_name_is_spelled_as_a_word() -> None:
    speller = Speller()
    for n, name in enumerate(["H"] * 10 + [None] * 4 + ["ILY"] * 10 + [None] * 4 + ["B"] * 10):
        speller.update(((name, 0.9),) if name else None, n / 10)
    assert speller.text == "H ILY B"
    assert [item.letter for item in signs(speller.committed)] == ["H", "ILY", "B"]
    assert speller.signed == 3
    speller.undo()
    speller.undo()
    assert speller.text == "H"


def test_the_newest_letters_are_kept_or_none() -> None:
    speller = Speller()
    speller.begin_with("ABC")
    for n_kept, text in ((5, "ABC"), (2, "BC"), (0, "")):
        speller.forget(n_kept)
        assert speller.text == text


def test_a_letter_that_has_counted_stays_counted_until_it_is_let_go() -> None:
    speller, counted = Speller(), []
    for n, name in enumerate(["A"] * 12 + [None] * 4):
        speller.update(((name, 0.9),) if name else None, n / 10)
        counted.append(speller.counted)
    assert counted[2] is None
    assert counted[9] == "A"
    assert counted[-1] is None
