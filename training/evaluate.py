"""How well a model folder reads a data folder, by the very code that live reads with. Needs no TensorFlow."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from live.classifier import LetterClassifier
from live.contract import CONTRACT_FILE, read_contract, write_file
from live.errors import DataError
from live.letters import HELD_LETTERS, MOVING_LETTERS
from live.pictures import is_picture, read_picture
from live.recognizer import Recognizer
from training.data import Crops, has_csv, read_split

NOTHING = "nothing"  # the folder of pictures in which no letter should be read
SIGN_MNIST = "sign_mnist"  # what the test file is called among the signers
SIGN_MNIST_TEST = (  # its title and what it is
    "Sign-MNIST's test file",
    "7,172 pictures of 28 x 28 pixels that the model was not trained on, from the same collection as those it was. "
    "A high figure here says little about your hand at your camera.",
)
TOP = 3


@dataclass(frozen=True)
class Answer:
    """One frame: what it shows (None: nothing), the likeliest letters, the letter shown, whether a hand was found
    (None where no hand was looked for).
    """

    signer: str
    truth: str | None
    top: tuple[str, ...]
    letter: str | None
    hand: bool | None


def evaluate(classifier: LetterClassifier, data: Path, labels: str = "auto") -> dict[str, Any]:
    """The figures of `fingerspell-train evaluate --json`: Sign-MNIST's test file, or a folder of pictures."""
    if has_csv(data, "test"):
        return summarise(list(of_crops(classifier, read_split(data, "test", labels), SIGN_MNIST)))
    return summarise(list(_of_pictures(classifier, data)))


def summarise(answers: list[Answer]) -> dict[str, Any]:
    """Accuracies over frames: a frame without a reading counts as wrong, each signer counts once in the means."""
    shown = [each for each in answers if each.truth is not None]
    if not shown:
        raise DataError("there is no picture of a letter to evaluate on")
    signers = {}
    for signer in sorted({each.signer for each in shown}):
        own = [each for each in shown if each.signer == signer]
        looked = [each.hand for each in own if each.hand is not None]
        signers[signer] = {
            "accuracy": _share(each.top[:1] == (each.truth,) for each in own),
            "top3": _share(each.truth in each.top for each in own),
            "no_hand": _share(not found for found in looked) if looked else None,
            "frames": len(own),
        }
    answered = [each for each in shown if each.letter is not None]
    no_hand = [each["no_hand"] for each in signers.values() if each["no_hand"] is not None]
    figures: dict[str, Any] = {
        "mean": _mean(each["accuracy"] for each in signers.values()),
        "top3": _mean(each["top3"] for each in signers.values()),
        "no_hand": _mean(no_hand) if no_hand else None,
        "answered": len(answered) / len(shown),
        "right_when_answered": _share(each.letter == each.truth for each in answered) if answered else 0.0,
        "signers": signers,
        "letters": {
            letter: _share(each.top[:1] == (letter,) for each in shown if each.truth == letter)
            for letter in sorted({each.truth for each in shown if each.truth})
        },
    }
    empty = [each for each in answers if each.truth is None]
    if empty:
        figures[NOTHING] = {"right": _share(each.letter is None for each in empty), "frames": len(empty)}
    return figures


def of_crops(classifier: LetterClassifier, crops: Crops, signer: str) -> Iterator[Answer]:
    """Answers for labelled crops, which need no hand to be found."""
    for image, label in zip(_progress(crops.images), crops.labels, strict=True):
        prediction = classifier.predict(image)
        top = tuple(letter for letter, _ in prediction.top(TOP))
        yield Answer(signer, HELD_LETTERS[label], top, classifier.shown(prediction), None)


def _of_pictures(classifier: LetterClassifier, data: Path) -> Iterator[Answer]:
    left_out: dict[str, int] = {}
    wanted = []
    for path in sorted(data.rglob("*")):
        if not is_picture(path):
            continue
        letter = path.parent.name
        if letter not in HELD_LETTERS and letter != NOTHING:
            left_out[letter] = left_out.get(letter, 0) + 1
        else:
            signer = path.parent.parent
            wanted.append((data.name if signer == data else signer.name, letter, path))
    for name, count in left_out.items():
        why = (
            "a letter that is drawn in the air" if name in MOVING_LETTERS else "a folder that is named after no letter"
        )
        print(f"left out: {count} still pictures of {name}, {why}", file=sys.stderr)
    if not wanted:
        raise DataError(
            f"{data}: has neither a Sign-MNIST test CSV nor pictures as LETTER/*.jpg or signer/LETTER/*.jpg; "
            "check --data"
        )
    for signer, letter, path in _progress(wanted):
        reading = Recognizer(classifier).process(read_picture(path), time_s=0.0)
        top = tuple(name for name, _ in reading.top)
        hand = None if reading.mode == "square" else reading.hand is not None
        yield Answer(signer, None if letter == NOTHING else letter, top, reading.letter, hand)


def record(folder: Path, key: str, title: str, about: str, figures: dict[str, Any]) -> None:
    """Put figures into a folder's model.json, in place of those with the same key."""
    contract = read_contract(folder)
    told = {**contract.figures, key: {"title": title, "about": about, **figures}}
    write_file(folder / CONTRACT_FILE, replace(contract, figures=told).to_json().encode())


def _progress(items: Any) -> Any:
    return tqdm(items, unit="picture", leave=False, disable=not sys.stderr.isatty())


def _share(right: Any) -> float:
    return _mean(float(each) for each in right)


def _mean(values: Any) -> float:
    return float(np.mean(list(values)))


def in_words(figures: dict[str, Any]) -> str:
    """The same figures for people."""
    lines = [f"{'signer':<14} {'frames':>7} {'right':>8} {'top 3':>8} {'no hand':>8}"]
    for signer, own in figures["signers"].items():
        no_hand = "-" if own["no_hand"] is None else f"{own['no_hand']:.2%}"
        lines.append(f"{signer:<14} {own['frames']:>7} {own['accuracy']:>8.2%} {own['top3']:>8.2%} {no_hand:>8}")
    no_hand = "-" if figures["no_hand"] is None else f"{figures['no_hand']:.2%}"
    lines.append(f"{'mean':<14} {'':>7} {figures['mean']:>8.2%} {figures['top3']:>8.2%} {no_hand:>8}")
    lines.append(
        f"answered {figures['answered']:.2%} of the frames at the model's threshold, "
        f"{figures['right_when_answered']:.2%} of those right"
    )
    lines.append("per letter: " + "  ".join(f"{letter} {share:.1%}" for letter, share in figures["letters"].items()))
    if NOTHING in figures:
        nothing = figures[NOTHING]
        lines.append(f"{NOTHING}: no letter read in {nothing['right']:.2%} of {nothing['frames']} pictures")
    return "\n".join(lines)
