"""How well a model folder reads a data folder, by the very code that live reads with. Needs no TensorFlow."""

import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from live.classifier import LetterClassifier, Prediction, Probabilities, fuse
from live.contract import CONTRACT_FILE, Fusion, read_contract, write_file
from live.crop import WHITE
from live.errors import DataError
from live.hands import MIDDLE_MCP, WRIST, Hand, LiteRTHandTracker
from live.pictures import is_picture, read_picture
from live.recognizer import Recognizer
from training.data import Crops, has_csv, read_split
from training.fusion import calibration_error
from training.landmarks import NOTHING, LabelledPicture, labelled_pictures

SIGN_MNIST = "sign_mnist"  # what the test file is called among the signers
SIGN_MNIST_TEST = (  # its title and what it is
    "Sign-MNIST's test file",
    "7,172 pictures of 28 x 28 pixels that the model was not trained on, from the same collection as those it was. "
    "A high figure here says little about your hand at your camera.",
)

Picture = NDArray[np.uint8]


def _gain(contrast: float, brightness: float) -> Callable[[Picture], Picture]:
    """Gray levels times contrast about the middle, then times brightness."""
    shift = 127.5 * (1 - contrast) * brightness
    return lambda picture: cv2.convertScaleAbs(picture, alpha=contrast * brightness, beta=shift).astype(np.uint8)


def _jpeg(picture: NDArray[Any], quality: int) -> Picture:
    packed = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR), np.uint8)


def _half(picture: Picture) -> Picture:
    return cv2.resize(picture, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA).astype(np.uint8)


# The longer side in pixels and the quality of the JPEG files that the page sends, by how quick the link is: as in
# live/web/stage/modules/pace.js.
SENT = ((640, 70), (640, 50), (640, 35), (480, 40), (400, 40), (320, 40), (320, 25))


def _sent(side: int, quality: int) -> Callable[[Picture], Picture]:
    """What comes of a picture on its way from the browser's camera to the app."""

    def change(picture: Picture) -> Picture:
        scale = min(1.0, side / max(picture.shape[:2]))
        return _jpeg(cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), quality)

    return change


PAINTED = "painted"  # the change that needs to know where the hand is


def paint_over_hand(picture: Picture, hand: Hand) -> Picture:
    """The picture without its hand and forearm: what is around them grown over them."""
    points = hand.landmarks[:, :2]
    mask = np.zeros(picture.shape[:2], np.uint8)
    cv2.fillConvexPoly(mask, cv2.convexHull(points.round().astype(np.int32)), WHITE)
    wrist, forward = points[WRIST], points[MIDDLE_MCP] - points[WRIST]
    elbow = (wrist - 3 * forward).round().astype(int).tolist()
    cv2.line(mask, wrist.round().astype(int).tolist(), elbow, WHITE, max(1, int(np.linalg.norm(forward) * 1.2)))
    grown = 2 * int(np.ptp(points, axis=0).max() * 0.12) + 1
    hidden = cv2.dilate(mask, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (grown, grown)))
    scale = min(1.0, 256 / max(picture.shape[:2]))  # in small: it takes seconds otherwise
    small, hole = (
        cv2.resize(each, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) for each in (picture, hidden)
    )
    filled = cv2.inpaint(small, (hole > 0).astype(np.uint8), 5, cv2.INPAINT_TELEA)
    filled = cv2.resize(filled, picture.shape[1::-1], interpolation=cv2.INTER_LINEAR)
    return np.where(hidden[:, :, None] > 0, filled, picture).astype(np.uint8)


# What a camera or a room may do to a picture before it is read.
CHANGES: dict[str, Callable[[Picture], Picture]] = {
    "none": lambda picture: picture,
    "flipped": lambda picture: cv2.flip(picture, 1).astype(np.uint8),
    "darker": _gain(1.0, 0.5),
    "brighter": _gain(1.0, 1.6),
    "flatter": _gain(0.6, 1.0),
    "jpeg": lambda picture: _jpeg(picture, 30),
    "half": _half,
} | {f"sent-{side}-{quality}": _sent(side, quality) for side, quality in SENT}


@dataclass(frozen=True)
class Answer:
    """One frame: what it shows (None: nothing), the likeliest letters, the confidence of the first (0..1), the letter
    shown, whether a hand was found (None where no hand was looked for).
    """

    signer: str
    truth: str | None
    top: tuple[str, ...]
    confidence: float
    letter: str | None
    hand: bool | None


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
            of_crops(classifier, read_split(data, "test", labels).of(classifier.contract.letters), SIGN_MNIST)
        )
    else:
        answers = list(_of_pictures(classifier, data, tracker, change, nothing))
    return summarise(answers), answers


def summarise(answers: list[Answer]) -> dict[str, Any]:
    """Accuracies over frames: a frame without a reading counts as wrong, each signer counts once in the means.

    Where there is no picture of a letter at all, only the figures of NOTHING.
    """
    shown = [each for each in answers if each.truth is not None]
    empty = [each for each in answers if each.truth is None]
    of_nothing = {"right": _share(each.letter is None for each in empty), "frames": len(empty)} if empty else None
    if of_nothing and not shown:
        return {NOTHING: of_nothing}
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
    read = [each for each in shown if each.top]
    no_hand = [each["no_hand"] for each in signers.values() if each["no_hand"] is not None]
    figures: dict[str, Any] = {
        "mean": _mean(each["accuracy"] for each in signers.values()),
        "top3": _mean(each["top3"] for each in signers.values()),
        "no_hand": _mean(no_hand) if no_hand else None,
        "answered": len(answered) / len(shown),
        "right_when_answered": _share(each.letter == each.truth for each in answered) if answered else 0.0,
        "calibration_error": calibration_error(
            np.array([each.confidence for each in read]), np.array([each.top[0] == each.truth for each in read])
        ),
        "signers": signers,
        "letters": {
            letter: _share(each.top[:1] == (letter,) for each in shown if each.truth == letter)
            for letter in sorted({each.truth for each in shown if each.truth})
        },
    }
    if of_nothing:
        figures[NOTHING] = of_nothing
    return figures


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
    if "signers" not in figures:
        return _of_nothing(figures[NOTHING])
    lines = [f"{'signer':<18} {'frames':>7} {'right':>8} {'top 3':>8} {'no hand':>8}"]
    for signer, own in figures["signers"].items():
        no_hand = "-" if own["no_hand"] is None else f"{own['no_hand']:.2%}"
        lines.append(f"{signer:<18} {own['frames']:>7} {own['accuracy']:>8.2%} {own['top3']:>8.2%} {no_hand:>8}")
    no_hand = "-" if figures["no_hand"] is None else f"{figures['no_hand']:.2%}"
    lines.append(f"{'mean':<18} {'':>7} {figures['mean']:>8.2%} {figures['top3']:>8.2%} {no_hand:>8}")
    lines.append(
        f"answered {figures['answered']:.2%} of the frames at the model's threshold, "
        f"{figures['right_when_answered']:.2%} of those right; calibration error {figures['calibration_error']:.3f}"
    )
    lines.append("per letter: " + "  ".join(f"{letter} {share:.1%}" for letter, share in figures["letters"].items()))
    if NOTHING in figures:
        lines.append(_of_nothing(figures[NOTHING]))
    return "\n".join(lines)


def _of_nothing(figures: dict[str, Any]) -> str:
    return f"{NOTHING}: no letter read in {figures['right']:.2%} of {figures['frames']} pictures"
