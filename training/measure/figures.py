"""TODO."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from live.errors import DataError
from live.files import write_file
from live.readers import CONTRACT_FILE, read_contract
from training.data import NOTHING
from training.measure.fusion import calibration_error

SIGN_MNIST = "sign_mnist"  # what the test file is called among the signers
SIGN_MNIST_TEST = (  # its title and what it is
    "Sign-MNIST's test file",
    "7,172 pictures of 28 x 28 pixels that the model was not trained on, from the same collection as those it was. "
    "A high figure here says little about your hand at your camera.",
)


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


def record(folder: Path, key: str, title: str, about: str, figures: dict[str, Any]) -> None:
    """Put figures into a folder's model.json, in place of those with the same key."""
    contract = read_contract(folder)
    told = {**contract.figures, key: {"title": title, "about": about, **figures}}
    write_file(folder / CONTRACT_FILE, replace(contract, figures=told).to_json().encode())


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
