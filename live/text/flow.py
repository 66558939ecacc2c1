"""Turns the answers of the network of flowing words into letters.

The network answers several times a second with a probability for each letter and one for "no letter begins". CTC's rule
makes letters of them (Graves et al., "Connectionist temporal classification", 2006): the likeliest answers in a row are
one letter, and a letter counts again only after a "no letter".

People also talk with their hands. So "no letter" is made less likely while letters are expected, and likelier while
they are not. They are expected when a hand has come after an absence of a second, or been still, and, from then on, for
as long as letters follow each other.
"""

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from live.text.spelling import Committed

Floats = NDArray[np.float32]

MIN_CONFIDENCE = 0.5  # of a letter to count; 0..1
N_ALTERNATIVES = 3
# What is added to the logarithm of "no letter" while letters are expected, and while they are not. All these numbers
# were chosen on films of people whose hands the shipped models were trained on (models/README.md).
EXPECTED, UNEXPECTED = -2.0, 4.0
HAND_S = 1.5  # after a hand has come or was still, letters are expected for this long, ever less
LETTER_S, MAX_EXPECTED_S = 0.7, 3.0  # each letter prolongs that, to at most so long, if it was expected
FADES_S = 1.5  # letters are fully expected while at least this long is left; then ever less, linearly
MAX_WORD_STEPS = 1200  # of a word, which is a minute; the oldest are forgotten
LEAD_STEPS = 5  # the steps before a word that belong to it: its first letter may have begun


@dataclass(frozen=True)
class FlowingWord:
    """A word that is being spelled. text: its settled letters.

    log_probabilities: (n, outputs), of all its steps and a few before, as weighed when they came (`_weigh`).
    """

    text: str
    log_probabilities: Floats


class FlowSpeller:
    """Finds the letters in the answers, one step after another. Its clock is that of the steps."""

    def __init__(self, outputs: Sequence[str]) -> None:
        """outputs: what the network's outputs mean; the first is the blank."""
        self._outputs = outputs
        self._current = 0  # the likeliest output of the last step
        self._peak: Floats | None = None  # the step of the current letter in which it was likeliest
        self._ignored = False  # whether the current letter is not to be settled
        self._since_s = 0.0
        self._expected_s = HAND_S  # for how long letters are still expected
        self._step_s: float | None = None  # when the last step was
        self._expecting_s = -math.inf  # when letters were last expected
        self._word: deque[Floats] = deque(maxlen=MAX_WORD_STEPS)
        self._letters = ""  # settled since the word began
        self._finished: FlowingWord | None = None  # the word before

    @property
    def pending(self) -> str:
        """The letter that is being read and is not settled yet, or nothing."""
        return self._outputs[self._current] if self._is_sure() else ""

    @property
    def last_word(self) -> FlowingWord:
        """The word that is being spelled; before its first letter has settled, the one before, if there was one."""
        return self.word if self._letters or self._finished is None else self._finished

    @property
    def word(self) -> FlowingWord:
        """The word since begin_word, with the LEAD_STEPS steps before it."""
        return FlowingWord(self._letters, np.array(self._word, np.float32).reshape(-1, len(self._outputs)))

    def update(
        self, log_probabilities: Floats, time_s: float, hand: bool = True, still: bool = False
    ) -> Committed | None:
        """Accept the step at time_s. Returns the letter that it settles, if any.

        log_probabilities: (outputs,). hand: whether there is a hand, or was a moment ago. still: whether the hand has
        been still for a while.
        """
        answer = self._weigh(log_probabilities, time_s, still or not hand)
        self._word.append(answer)
        settled = None
        likeliest = int(answer.argmax())
        if likeliest != self._current:
            settled = self.settle(time_s)
            self._current, self._since_s = likeliest, time_s
        if likeliest and not self._ignored and (self._peak is None or answer[likeliest] > self._peak[likeliest]):
            self._peak = answer
        return settled

    def _weigh(self, log_probabilities: Floats, time_s: float, ready: bool) -> Floats:
        """The log-probabilities after "no letter" was made likelier or less likely, and normalised.

        ready: whether a word may begin now, for the hand is still or has yet to come.
        """
        passed_s = time_s - self._step_s if self._step_s is not None else 0.0
        self._step_s = time_s
        self._expected_s = max(HAND_S if ready else 0.0, self._expected_s - passed_s)
        expected = min(1.0, self._expected_s / FADES_S)
        answer = log_probabilities.copy()
        if expected:
            self._expecting_s = time_s
        answer[0] += UNEXPECTED + (EXPECTED - UNEXPECTED) * expected
        weighed: Floats = answer - np.logaddexp.reduce(answer)
        return weighed

    def settle(self, time_s: float) -> Committed | None:
        """End the letter that is being read. Returns it, if it is sure."""
        settled = None
        if self._is_sure():
            assert self._peak is not None
            letter = self._outputs[self._current]
            settled = Committed(letter, time_s, self._since_s, _alternatives(self._peak, self._outputs))
            self._letters += letter
            if self._expected_s > 0:
                self.expect_more()
        self._current, self._peak, self._ignored = 0, None, False
        return settled

    def forget_pending(self) -> None:
        """Do not settle the letter that is being read, however long it is still read."""
        self._peak, self._ignored = None, True

    def has_expected(self, since_s: float) -> bool:
        """Whether letters have been expected at some time since then."""
        return self._expecting_s >= since_s

    def expect_more(self) -> None:
        """Expect letters for longer, for one has just been read."""
        self._expected_s = min(self._expected_s + LETTER_S, MAX_EXPECTED_S)

    def begin_word(self) -> None:
        """Begin a new word, unless a letter is being read."""
        if not self.pending:
            if self._letters:
                self._finished = self.word
            self._letters = ""
            self._word = deque(list(self._word)[-LEAD_STEPS:], MAX_WORD_STEPS)

    def _is_sure(self) -> bool:
        return self._peak is not None and float(np.exp(self._peak[self._current])) >= MIN_CONFIDENCE


def _alternatives(log_probabilities: Floats, outputs: Sequence[str]) -> tuple[tuple[str, float], ...]:
    """The likeliest letters with their probabilities, as if the blank were impossible."""
    letters = np.exp(log_probabilities[1:])
    letters /= letters.sum()
    order = letters.argsort(kind="stable")[::-1][:N_ALTERNATIVES]
    return tuple((outputs[1 + n], float(letters[n])) for n in order)
