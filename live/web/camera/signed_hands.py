"""The hands behind the letters of the text: a person who corrects a letter also says what its hand shows."""

from collections import deque
from collections.abc import Iterator, Sequence

from live.readers import LOOK_AHEAD_S, Prediction
from live.recognizer import Reading
from live.text import Committed

MAX_LETTERS = 100  # of the text whose hands are kept; those of older letters are dropped
MAX_RECENT = 120  # readings, four seconds at 30 frames a second: longer than any letter is held
NEW_LETTERS = 3  # one frame adds at most so many letters
N_CHOICES = 3  # how many other letters are offered for the last one
# A letter typed over another corrects its hand only if it is among the likeliest ones for that hand. Otherwise the
# person probably wants another word. Of 209 misread letters of people left out of training, 190 were.
PLAUSIBLE = 8


class SignedHands:
    """Knows, for the newest letters that were signed, in which reading each was read."""

    def __init__(self) -> None:
        self._recent: deque[Reading] = deque(maxlen=MAX_RECENT)
        self._readings: dict[tuple[float, float], Reading] = {}  # by the times of a letter, oldest first
        self._shortened: tuple[Committed, ...] = ()  # the text before a person's last change, if that removed letters

    def update(self, reading: Reading, committed: Sequence[Committed]) -> None:
        """Accept a frame's reading, and the text after it."""
        if reading.top:
            self._recent.append(reading)
        for item in committed[-NEW_LETTERS:]:
            if item.alternatives and _key(item) not in self._readings and (read := self._read_as(item)):
                self._readings[_key(item)] = read
                self._shortened = ()
        while len(self._readings) > MAX_LETTERS:
            del self._readings[next(iter(self._readings))]

    def _read_as(self, item: Committed) -> Reading | None:
        """The newest reading in which the hand was read as this letter. A letter that flows is settled later."""
        for reading in reversed(self._recent):
            if reading.time_s < item.since_s - LOOK_AHEAD_S:
                return None
            if reading.time_s <= item.time_s and reading.top[0][0] == item.letter:
                return reading
        return None

    def last(self, committed: Sequence[Committed]) -> tuple[int, Reading] | None:
        """The position of the last letter, and its reading. None without a letter, or if its hand is not known."""
        position = len(committed) - 1
        while position >= 0 and not committed[position].letter.strip():
            position -= 1
        reading = self._readings.get(_key(committed[position])) if position >= 0 else None
        return (position, reading) if reading else None

    def changed(
        self, before: tuple[Committed, ...], after: tuple[Committed, ...], letters: Sequence[str]
    ) -> Iterator[tuple[Reading, str]]:
        """What a person's change of the text says of its hands: readings, and the letters that they show.

        letters: those of the model. Letters that are removed and then typed anew count as typed over.
        """
        if len(after) < len(before):
            self._shortened = self._shortened or before
            return
        if len(after) == len(self._shortened):
            before = self._shortened
        self._shortened = ()
        if len(after) != len(before):
            return
        for old, new in zip(before, after, strict=True):
            reading = self._readings.get(_key(old))
            letter = new.letter if new.letter in letters else new.letter.upper()
            if reading and new.letter != old.letter and letter in _likeliest(reading, letters, PLAUSIBLE):
                yield reading, letter


def choices(reading: Reading, letter: str, letters: Sequence[str]) -> list[str]:
    """The likeliest other letters for a reading. Signs with a name are left out, as they are not one letter."""
    likeliest = _likeliest(reading, letters, N_CHOICES + 1)
    return [other for other in likeliest if other != letter and len(other) == 1][:N_CHOICES]


def _key(item: Committed) -> tuple[float, float]:
    return item.time_s, item.since_s


def _likeliest(reading: Reading, letters: Sequence[str], n: int) -> list[str]:
    assert reading.probabilities is not None
    return [letter for letter, _ in Prediction(tuple(letters), reading.probabilities).top(n)]
