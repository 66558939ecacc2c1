"""How well a model folder reads a data folder, by the very code that live reads with. Needs no TensorFlow."""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from live.errors import DataError
from live.hand import LiteRTHandTracker
from live.readers import Fusion, LetterClassifier, Prediction, Probabilities, fuse
from live.recognizer import Recognizer
from live.sources import is_picture, read_picture
from training.data import NOTHING, Crops, LabelledPicture, has_csv, labelled_pictures, read_split
from training.measure.changes import CHANGES, PAINTED, paint_over_hand
from training.measure.figures import SIGN_MNIST, Answer, summarise


def evaluate(
    classifier: LetterClassifier,
    data: Path,
    labels: str = "auto",
    tracker: LiteRTHandTracker | None = None,
    change: str = "none",
    nothing: bool = False,
) -> tuple[dict[str, Any], list[Answer]]:
    """The figures of `fingerspell-train evaluate --json`, and the answers they are made of.

    data: a folder with Sign-MNIST's test file, or of pictures. tracker: None reads a fixed square. change: of CHANGES,
    or PAINTED. nothing: no picture shows a letter, whatever its folder is called.
    """
    if has_csv(data, "test"):
        answers = list(
            of_crops(
                classifier, read_split(data, "test", labels).select_letters(classifier.contract.letters), SIGN_MNIST
            )
        )
    else:
        answers = list(_of_pictures(classifier, data, tracker, change, nothing))
    return summarise(answers), answers


def as_answer(signer: str, truth: str, said: Prediction) -> Answer:
    """The answer to a hand or crop that did not have to be found first."""
    return Answer(signer, truth, tuple(letter for letter, _ in said.top()), said.confidence, said.letter, None)


def of_opinions(
    opinions: Mapping[str, Probabilities],
    fusion: Fusion,
    labels: NDArray[np.int64],
    sources: NDArray[np.str_],
    letters: tuple[str, ...],
) -> Iterator[Answer]:
    """Answers of readers that have spoken: opinions by reader's name, (n, m) each, on hands with these labels, sources.

    letters: what the labels count, the first m of them those that the readers know.
    """
    fused = fuse(opinions, fusion)
    known = letters[: fused.shape[1]]
    for source, label, row in zip(sources, labels, fused, strict=True):
        yield as_answer(str(source), letters[label], Prediction(known, row, fusion.threshold))


def of_crops(classifier: LetterClassifier, crops: Crops, signer: str) -> Iterator[Answer]:
    """Answers for labelled crops, which need no hand to be found."""
    for image, label in zip(_progress(crops.images), crops.labels, strict=True):
        yield as_answer(signer, crops.letters[label], classifier.predict(image))


def _of_pictures(
    classifier: LetterClassifier, data: Path, tracker: LiteRTHandTracker | None, change: str, nothing: bool
) -> Iterator[Answer]:
    if nothing:
        pictures = [LabelledPicture(path, NOTHING, data.name) for path in sorted(data.rglob("*")) if is_picture(path)]
    else:
        pictures = labelled_pictures(data)
    if not pictures:
        raise DataError(
            f"{data}: has neither a Sign-MNIST test CSV nor pictures as LETTER/*.jpg or signer/LETTER/*.jpg; "
            "check --data"
        )
    recognizer = Recognizer(classifier, tracker)
    for each in _progress(pictures):
        picture = read_picture(each.path)
        if change == PAINTED:
            hand = tracker.detect(picture) if tracker else None
            if hand is None:
                continue  # nothing to paint over: the picture would not be without a hand
            picture = paint_over_hand(picture, hand)
        else:
            picture = CHANGES[change](picture)
        reading = recognizer.read_picture(picture)
        top = tuple(name for name, _ in reading.top)
        found = None if reading.mode == "square" else reading.hand is not None
        truth = None if each.letter == NOTHING else each.letter
        yield Answer(each.source, truth, top, reading.confidence, reading.letter, found)


def _progress(items: Any) -> Any:
    return tqdm(items, unit="picture", leave=False, disable=not sys.stderr.isatty())
