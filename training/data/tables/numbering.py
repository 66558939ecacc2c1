"""Which of the two numberings of the letters a data set uses, told by the numbers that occur."""

from collections.abc import Callable, Collection

from live.errors import DataError
from live.letters import ALPHABET, COURSE_LABELS, KAGGLE_LABELS
from training.errors import SettingError

WHOLE_ALPHABET = dict(enumerate(ALPHABET))  # Kaggle's numbers, where J (9) and Z (25) occur as still pictures
NUMBERINGS: dict[str, dict[int, str]] = {"kaggle": WHOLE_ALPHABET, "course": COURSE_LABELS}
DESCRIPTIONS = {"kaggle": "0-24 without 9", "course": "0-23"}
J = ALPHABET.index("J")  # from here on the numberings differ


def tell_numbering(present: Collection[int], place: Callable[[int], str]) -> str:
    """Whether the labels are "kaggle" or "course" numbers. place: where a label stands, for errors.

    Raises DataError, and SettingError if the labels could be of either numbering.
    """
    labels = set(present)
    if set(WHOLE_ALPHABET) - set(KAGGLE_LABELS) <= labels <= set(WHOLE_ALPHABET):
        return "kaggle"  # J and Z are there as still pictures
    if unknown := labels - KAGGLE_LABELS.keys() - COURSE_LABELS.keys():
        raise DataError(
            f"{place(min(unknown))}: {min(unknown)} is no letter, neither in Kaggle's numbering "
            f"({DESCRIPTIONS['kaggle']}) nor in the course's ({DESCRIPTIONS['course']}); correct it or remove it"
        )
    last = max(KAGGLE_LABELS)
    if last in labels and J in labels:
        raise DataError(
            f"{place(last)}: {last} occurs beside {J}, which no numbering allows: Kaggle's is "
            f"{DESCRIPTIONS['kaggle']}, the course's {DESCRIPTIONS['course']}; use one of them throughout, or say that "
            f"it is kaggle if {J} is J"
        )
    if last in labels or max(labels) < J:
        return "kaggle"  # both numberings agree up to I
    if labels == set(COURSE_LABELS):
        return "course"
    label = min(label for label in labels if label >= J)
    raise SettingError(
        f"{place(label)}: {label} is {WHOLE_ALPHABET[label]} in Kaggle's numbering and {COURSE_LABELS[label]} in the "
        "course's, and the other labels fit both; say which it is, kaggle or course",
        "labels",
    )
