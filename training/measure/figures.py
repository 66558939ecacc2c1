"""Answers in, figures out: accuracies over frames, by signer and by letter."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from live.errors import DataError
from live.files import write_file
from live.readers import CONTRACT_FILE, Figures, Measurement, NothingFigures, SignerFigures, read_contract
from training.data import NOTHING
from training.measure.fusion import calibration_error

SIGN_MNIST = "sign_mnist"  # the test file's name among the signers
SIGN_MNIST_FRAMES = 7172  # in its test file; a table of another length is another one


def about_test_table(frames: int) -> tuple[str, str]:
    """The title and a description of a test table with this many pictures, for model.json."""
    title = "Sign-MNIST's test file" if frames == SIGN_MNIST_FRAMES else "The test table"
    return title, (
        f"{frames:,} pictures of 28 x 28 pixels that the model was not trained on, from the same collection as those "
        "it was. A high figure here says little about your hand at your camera."
    )


@dataclass(frozen=True)
class Answer:
    """The answer for one frame.

    truth: the letter that the frame shows, None for nothing. top: the likeliest letters. confidence: 0..1, of the first
    of them. letter: the one shown, None below the threshold. hand: whether a hand was found, None without a tracker.
    """

    signer: str
    truth: str | None
    top: tuple[str, ...]
    confidence: float
    letter: str | None
    hand: bool | None

    @property
    def right(self) -> bool:
        """Whether the likeliest letter is right, whatever the threshold."""
        return self.top[:1] == (self.truth,)


def summarise(answers: Sequence[Answer]) -> Figures | NothingFigures:
    """Summarise frames of letters and of nothing; NothingFigures if none shows a letter. Raises DataError if empty."""
    letters = [answer for answer in answers if answer.truth is not None]
    empty = [answer for answer in answers if answer.truth is None]
    nothing = NothingFigures(_mean(answer.letter is None for answer in empty), len(empty)) if empty else None
    if nothing and not letters:
        return nothing
    return replace(summarise_letters(letters), nothing=nothing)


def summarise_letters(answers: Sequence[Answer]) -> Figures:
    """Summarise frames that show letters. A frame without an answer counts as wrong. Raises DataError if empty."""
    if not answers:
        raise DataError("there is no picture of a letter to evaluate on")
    names = sorted({answer.signer for answer in answers})
    signers = {name: _signer_figures([answer for answer in answers if answer.signer == name]) for name in names}
    no_hand = [signer.no_hand for signer in signers.values() if signer.no_hand is not None]
    shown = [answer for answer in answers if answer.letter is not None]
    read = [answer for answer in answers if answer.top]
    return Figures(
        mean=_mean(signer.accuracy for signer in signers.values()),
        top3=_mean(signer.top3 for signer in signers.values()),
        no_hand=_mean(no_hand) if no_hand else None,
        answered=len(shown) / len(answers),
        right_when_answered=_mean(answer.letter == answer.truth for answer in shown) if shown else 0.0,
        calibration_error=calibration_error(
            np.array([answer.confidence for answer in read]), np.array([answer.right for answer in read])
        ),
        signers=signers,
        letters={
            letter: _mean(answer.right for answer in answers if answer.truth == letter)
            for letter in sorted({answer.truth for answer in answers if answer.truth})
        },
    )


def _signer_figures(answers: Sequence[Answer]) -> SignerFigures:
    found = [answer.hand for answer in answers if answer.hand is not None]
    return SignerFigures(
        accuracy=_mean(answer.right for answer in answers),
        top3=_mean(answer.truth in answer.top for answer in answers),
        no_hand=_mean(not hand for hand in found) if found else None,
        frames=len(answers),
    )


def _mean(values: Iterable[float]) -> float:
    return float(np.mean([float(value) for value in values]))


def record(folder: Path, key: str, title: str, about: str, figures: Figures) -> None:
    """Write figures into a folder's model.json; they replace those with the same key."""
    contract = read_contract(folder)
    measurements = {**contract.measurements, key: Measurement(title, about, figures)}
    write_file(folder / CONTRACT_FILE, replace(contract, measurements=measurements).to_json().encode())


def format_figures(figures: Figures | NothingFigures) -> str:
    """The figures as a table and a few lines."""
    if isinstance(figures, NothingFigures):
        return _format_nothing(figures)
    lines = [f"{'signer':<18} {'frames':>7} {'right':>8} {'top 3':>8} {'no hand':>8}"]
    rows = [
        (name, f"{signer.frames}", signer.accuracy, signer.top3, signer.no_hand)
        for name, signer in figures.signers.items()
    ]
    for name, frames, accuracy, top3, no_hand in (*rows, ("mean", "", figures.mean, figures.top3, figures.no_hand)):
        share = "-" if no_hand is None else f"{no_hand:.2%}"
        lines.append(f"{name:<18} {frames:>7} {accuracy:>8.2%} {top3:>8.2%} {share:>8}")
    error = "" if figures.calibration_error is None else f"; calibration error {figures.calibration_error:.3f}"
    lines.append(
        f"answered {figures.answered:.2%} of the frames at the model's threshold, "
        f"{figures.right_when_answered:.2%} of those right{error}"
    )
    lines.append("per letter: " + "  ".join(f"{letter} {share:.1%}" for letter, share in figures.letters.items()))
    if figures.nothing:
        lines.append(_format_nothing(figures.nothing))
    return "\n".join(lines)


def _format_nothing(figures: NothingFigures) -> str:
    return f"{NOTHING}: no letter read in {figures.right:.2%} of {figures.frames} pictures"
