"""How well a model folder reads a data folder, with the code that reads live. Needs no TensorFlow."""

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from live.hand import LiteRTHandTracker
from live.letters import MOVING_LETTERS
from live.readers import (
    Figures,
    Fusion,
    LetterClassifier,
    NothingFigures,
    PostureCheck,
    Prediction,
    Probabilities,
    fuse,
)
from live.recognizer import Reading, Recognizer
from live.sources import read_picture
from training.data import (
    NOTHING,
    Crops,
    LabelledPicture,
    has_table,
    labelled_pictures,
    read_split,
    say_crops,
    unlabelled_pictures,
)
from training.errors import SettingError
from training.measure.changes import CHANGES, HAND_CHANGES, NEARER, Picture
from training.measure.figures import SIGN_MNIST, Answer, summarise

T = TypeVar("T")
TestData = Crops | Sequence[LabelledPicture]


def find_test_data(data: Path, labels: str = "auto", nothing: bool = False, still_j_z: bool = False) -> TestData:
    """What to measure models on: a test table like Sign-MNIST's, or labelled pictures, which are not read yet.

    labels: the numbering of the letters. nothing: no picture shows a letter, whatever its folder is called. still_j_z:
    count still pictures of J and Z as letters. Says on stderr which pictures are left out, and how many are crops.
    Raises DataError, and SettingError.
    """
    pictures: list[LabelledPicture] = []
    if nothing:
        if not (pictures := unlabelled_pictures(data)):
            raise SettingError(f"{data} is no folder with pictures in it", "nothing", "data")
    elif data.is_dir() and not has_table(data, "test"):
        pictures = labelled_pictures(data, "test", labels, still_j_z)
    say_crops(pictures)
    return pictures or read_split(data, "test", labels, still_j_z)  # raises the error that says what is missing


def evaluate(
    classifier: LetterClassifier,
    data: TestData,
    tracker: LiteRTHandTracker | None = None,
    change: str = "none",
    still_j_z: bool = False,
) -> tuple[Figures | NothingFigures, list[Answer]]:
    """The figures of a model on test data, and the answers that they summarise.

    tracker: finds the hand in photographs; None reads a fixed square. change: one of CHANGES, NEARER or HAND_CHANGES.
    Pictures of letters that the model does not have are left out. Raises DataError, and SettingError if the model or
    the data does not go with the other arguments.
    """
    letters = classifier.contract.letters
    if still_j_z and not set(MOVING_LETTERS) & set(letters):
        raise SettingError("the model has neither J nor Z among its letters; leave this out", "still_j_z")
    if change != "none" and isinstance(data, Crops):
        raise SettingError("a table's crops are measured as they are; leave this out, or name pictures", "change")
    if change in HAND_CHANGES and tracker is None:
        raise SettingError("no hand is looked for, so none can be painted over or cut; leave this out", "change")
    if isinstance(data, Crops):
        answers = list(answers_on_crops(classifier, data.select_letters(letters), SIGN_MNIST))
    else:
        known = [picture for picture in data if picture.letter in (*letters, NOTHING)]
        if len(known) < len(data):
            n = len(data) - len(known)
            print(f"left out: {n:,} pictures of letters that the model does not have", file=sys.stderr)
        answers = list(_answers_on_pictures(classifier, known, tracker, change))
    return summarise(answers), answers


def answers_from_opinions(
    opinions: Mapping[str, Probabilities],
    fusion: Fusion,
    labels: NDArray[np.int64],
    sources: NDArray[np.str_],
    letters: tuple[str, ...],
) -> Iterator[Answer]:
    """Fuse stored opinions. opinions: (n, m) by reader's name; labels, sources: (n,).

    letters: those that the labels number; the first m are those that the readers know.
    """
    fused = fuse(opinions, fusion)
    known = letters[: fused.shape[1]]
    for source, label, probabilities in zip(sources, labels, fused, strict=True):
        yield _answer(str(source), letters[label], Prediction(known, probabilities, fusion.threshold))


def answers_on_crops(classifier: LetterClassifier, crops: Crops, signer: str) -> Iterator[Answer]:
    """Read labelled crops, in which no hand has to be found."""
    for image, label in zip(_progress(crops.images), crops.labels, strict=True):
        yield _answer(signer, crops.letters[label], classifier.predict(image))


def _answer(signer: str, truth: str, prediction: Prediction) -> Answer:
    top = tuple(letter for letter, _ in prediction.top())
    return Answer(signer, truth, top, prediction.confidence, prediction.letter, hand=None)


def _answers_on_pictures(
    classifier: LetterClassifier, pictures: Sequence[LabelledPicture], tracker: LiteRTHandTracker | None, change: str
) -> Iterator[Answer]:
    recognizer = Recognizer(classifier, tracker, posture=PostureCheck.load())
    for labelled in _progress(pictures):
        picture = _changed(read_picture(labelled.path), change, tracker)
        if picture is not None:
            yield _picture_answer(labelled, recognizer.read_picture(picture))


def _changed(picture: Picture, change: str, tracker: LiteRTHandTracker | None) -> Picture | None:
    """The changed picture; None if its hand must be painted over or cut off, and none is found."""
    if change in CHANGES:
        return CHANGES[change](picture)
    hand = tracker.detect(picture) if tracker else None
    if change in NEARER:
        return NEARER[change](picture, hand)
    return HAND_CHANGES[change](picture, hand) if hand else None


def _picture_answer(labelled: LabelledPicture, reading: Reading) -> Answer:
    truth = None if labelled.letter == NOTHING else labelled.letter
    top = tuple(letter for letter, _ in reading.top)
    found = reading.hand is not None if reading.mode == "hand" else None
    return Answer(labelled.source, truth, top, reading.confidence, reading.letter, found)


def _progress(items: Iterable[T]) -> Iterator[T]:
    yield from tqdm(items, unit="picture", leave=False, disable=not sys.stderr.isatty())
