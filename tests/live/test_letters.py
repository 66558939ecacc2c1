from live.letters import ALPHABET, COURSE_LABELS, HELD_LETTERS, KAGGLE_LABELS


def test_the_held_letters_are_the_alphabet_without_j_and_z() -> None:
    assert len(ALPHABET) == 26
    assert len(HELD_LETTERS) == 24
    assert set(ALPHABET) - set(HELD_LETTERS) == {"J", "Z"}


def test_kaggle_counts_through_the_alphabet_and_the_course_through_the_held_letters() -> None:
    assert sorted(KAGGLE_LABELS) == [n for n in range(25) if n != 9]
    assert sorted(COURSE_LABELS) == list(range(24))
    assert (KAGGLE_LABELS[8], KAGGLE_LABELS[10], KAGGLE_LABELS[24]) == ("I", "K", "Y")
    assert (COURSE_LABELS[8], COURSE_LABELS[9], COURSE_LABELS[23]) == ("I", "K", "Y")
