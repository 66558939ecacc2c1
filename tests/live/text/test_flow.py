import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from live.text import Committed, Speller
from live.text.ctc import greedy
from live.text.flow import LEAD_STEPS, FlowSpeller

OUTPUTS = ("", *"ABC")
STEPS_PER_S = 20
answers = st.lists(st.integers(0, len(OUTPUTS) - 1), max_size=40)


def answer(output: int, probability: float = 0.9) -> np.ndarray:
    """Log-probabilities with this output likeliest."""
    others = (1 - probability) / (len(OUTPUTS) - 1)
    return np.log(np.where(np.arange(len(OUTPUTS)) == output, probability, others)).astype(np.float32)


def spell(outputs: list[int], probability: float = 0.9) -> tuple[Speller, FlowSpeller]:
    speller, flow = Speller(), FlowSpeller(OUTPUTS)
    for n, output in enumerate(outputs):
        add(speller, flow.update(answer(output, probability), n / 20))
    return speller, flow


def add(speller: Speller, letter: Committed | None) -> None:
    if letter:
        speller.add(letter)


@given(answers)
def test_the_text_follows_the_rule_of_ctc(outputs: list[int]) -> None:
    speller, flow = spell(outputs)
    add(speller, flow.settle(len(outputs) / 20))
    steps = np.array([answer(output) for output in outputs]).reshape(-1, len(OUTPUTS))
    assert speller.text == "".join(OUTPUTS[output] for output, *_ in greedy(steps))


@given(answers)
def test_a_letter_is_pending_until_it_ends(outputs: list[int]) -> None:
    speller, flow = spell(outputs)
    pending = OUTPUTS[outputs[-1]] if outputs else ""
    assert flow.pending == pending
    text = speller.text
    add(speller, flow.settle(len(outputs) / 20))
    assert speller.text == text + pending
    assert flow.pending == ""


def test_a_letter_that_is_never_sure_does_not_count() -> None:
    speller, flow = spell([1, 1, 0, 2, 0], probability=0.4)
    assert speller.text == ""
    assert flow.pending == ""


def test_a_pending_letter_that_is_forgotten_is_not_settled_but_the_next_one_is() -> None:
    speller, flow = spell([0, 1, 1])
    assert flow.pending == "A"
    flow.forget_pending()
    assert flow.pending == ""
    for n, output in enumerate([1, 1, 0, 2, 2, 0, 1, 1, 0], 3):
        add(speller, flow.update(answer(output), n / 20))
    assert speller.text == "BA"


def test_a_letter_has_its_times_and_alternatives() -> None:
    speller, _ = spell([0, 0, 2, 2, 0])
    (letter,) = speller.committed
    assert letter.letter == letter.alternatives[0][0] == "B"
    assert [letter.since_s, letter.time_s] == pytest.approx([0.1, 0.2])
    assert letter.alternatives[0][1] == pytest.approx(0.9 / (1 - 0.1 / 3), abs=1e-3)


def test_letters_that_flow_can_be_undone_and_deleted() -> None:
    speller, _ = spell([1, 0, 2, 0])
    assert speller.text == "AB"
    speller.delete()
    speller.undo()
    speller.undo()
    assert speller.text == "A"


def test_a_word_is_what_was_read_since_it_began() -> None:
    _, flow = spell([0] * 10 + [1, 0, 2])
    assert flow.word.text == "A"
    assert flow.word.log_probabilities.shape == (13, len(OUTPUTS))
    flow.begin_word()
    assert flow.word.text == "A"  # the B is still being read
    flow.update(answer(0), 1.0)
    flow.begin_word()
    assert flow.word.text == ""
    assert flow.word.log_probabilities.shape == (LEAD_STEPS, len(OUTPUTS))


def test_the_last_word_is_kept_until_a_letter_of_the_next_has_settled() -> None:
    _, flow = spell([1, 0, 2, 0])
    spelled = flow.word
    for n in range(3):  # a space follows, and begin_word is called at every frame
        flow.begin_word()
        flow.update(answer(0), 1.0 + n / STEPS_PER_S)
    assert flow.last_word.text == spelled.text == "AB"
    assert (flow.last_word.log_probabilities[: len(spelled.log_probabilities)] == spelled.log_probabilities).all()
    flow.update(answer(1), 2.0)
    assert flow.last_word.text == "AB"
    flow.update(answer(0), 2.1)
    assert flow.last_word.text == flow.word.text == "A"


def test_the_clock_may_begin_at_any_time() -> None:
    flow = FlowSpeller(OUTPUTS)
    for n, output in enumerate((2, 0)):
        letter = flow.update(answer(output, 0.65), 1e6 + n / STEPS_PER_S)
    assert letter
    assert letter.letter == "B"


def read_after(seconds: float, hand: bool, letters_per_s: float = 0.0, still: bool = False) -> str:
    """What an unsure B makes of a text, after this time with or without a hand, and with sure As in it.

    still: whether the hand is still just before.
    """
    flow, text = FlowSpeller(OUTPUTS), ""
    n_steps = round(seconds * STEPS_PER_S)
    every = round(STEPS_PER_S / letters_per_s) if letters_per_s else n_steps + 1
    for n in range(n_steps):
        letter = flow.update(
            answer(1 if n % every == every - 1 else 0, 0.999), n / STEPS_PER_S, hand, still and n == n_steps - 1
        )
        text += letter.letter if letter else ""
    for n, output in enumerate((2, 0), n_steps):
        letter = flow.update(answer(output, 0.65), n / STEPS_PER_S)
        text += letter.letter if letter else ""
    return text


def test_a_hand_that_moves_without_letters_must_show_one_surely() -> None:
    assert read_after(10, hand=True) == ""
    assert read_after(0.5, hand=True) == read_after(10, hand=False) == "B"


def test_a_hand_that_is_still_may_begin_to_spell() -> None:
    assert read_after(10, hand=True, still=True) == "B"


def test_letters_of_a_hand_that_talks_make_no_letter_likelier() -> None:
    assert read_after(10, hand=True, letters_per_s=0.25) == "AA"


def test_a_stroke_belongs_to_a_word_if_letters_were_expected() -> None:
    flow = FlowSpeller(OUTPUTS)
    for n in range(5 * STEPS_PER_S):
        flow.update(answer(0), n / STEPS_PER_S, hand=n > STEPS_PER_S)
    assert flow.has_expected(2.0)
    assert not flow.has_expected(3.0)


def test_while_letters_follow_one_another_they_need_not_be_so_sure() -> None:
    assert read_after(10, hand=True, letters_per_s=2).endswith("AB")


@pytest.mark.parametrize("pause", [0, 12], ids=["none", "0.6 s"])
def test_words_that_follow_one_another_are_read_on(pause: int) -> None:
    """2.5 unsure letters a second, with or without pauses after four, at whose end the hand counts as gone."""
    flow, text, n = FlowSpeller(OUTPUTS), "", 0
    for word in range(20):
        steps = [(output, True) for letter in (1, 2, 1, 2) for output in (letter, letter, 0, 0, 0, 0, 0, 0)]
        for output, hand in (*steps, *[(0, True)] * (pause - pause // 3), *[(0, False)] * (pause // 3)):
            letter = flow.update(answer(output, 0.65 if output else 0.9), n / STEPS_PER_S, hand)
            text += letter.letter if letter else ""
            n += 1
        assert text == "ABAB" * (word + 1)
