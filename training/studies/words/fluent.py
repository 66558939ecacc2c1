"""How well words that flow are read: synthetic films, strangers' hands, and films."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from live.errors import DataError, ModelError
from live.letters import HELD_LETTERS
from live.readers import FluentReader
from live.recognizer import Recognizer
from live.sources import read_picture
from live.text.words import WordHelper
from training.data import Hands
from training.data.synthetic import ByLetter, Opinion, by_letter
from training.measure import mean_error_rate, measure_hands, measure_left_out
from training.progress import bar_interval_s
from training.studies.words.spelling import check_names, idle, spell_films

STRANGERS_SPEED = 3.0  # letters a second
STRANGERS_WORDS = 100  # of each stranger


@dataclass(frozen=True)
class FluentFigures:
    """Letter error rates, by what was read; None for what was not asked for.

    left_out: of synthetic films, as measure_left_out. strangers: by signer, greedy, and with the word list. films: by
    folder, as `fingerspell-train spell` prints. nothing: by folder, as `fingerspell-train idle` prints.
    """

    left_out: dict[str, Any] | None
    strangers: dict[str, dict[str, float]] | None
    films: dict[str, Any]
    nothing: dict[str, Any]


def strangers_hands(folder: Path, recognizer: Recognizer) -> dict[str, ByLetter]:
    """The hands that are found in pictures laid out as signer/LETTER/*.jpg, by signer. Raises DataError."""
    pictures = [path for path in sorted(folder.glob("*/*/*.jpg")) if path.parent.name in HELD_LETTERS]
    if not pictures:
        raise DataError(f"{folder}: has no pictures as signer/LETTER/*.jpg")
    progress = tqdm(pictures, "finding hands", unit="picture", mininterval=bar_interval_s())
    readings = recognizer.read_pictures(map(read_picture, pictures))
    found: dict[str, list[tuple[int, Any]]] = {}
    for path, reading in zip(progress, readings, strict=True):
        if reading.hand:
            label = HELD_LETTERS.index(path.parent.name)
            found.setdefault(path.parent.parent.name, []).append((label, reading.hand.right_landmarks))
    return {signer: by_letter(_hands(signer, rows)) for signer, rows in found.items()}


def _hands(signer: str, rows: Sequence[tuple[int, Any]]) -> Hands:
    labels = np.array([label for label, _ in rows], np.int64)
    landmarks = np.array([points for _, points in rows], np.float32)
    return Hands(landmarks, labels, np.full(len(rows), signer), None, None, signer, "")


def measure_strangers(
    reader: FluentReader, hands: dict[str, ByLetter], opinion: Opinion, seed: int, n_words: int = STRANGERS_WORDS
) -> dict[str, dict[str, float]]:
    """Letter error rates of strangers' hands that flow from letter to letter: greedy, and with the word list."""
    helper = WordHelper()
    rates: dict[str, dict[str, float]] = {"greedy": {}, "word list": {}}
    for signer, own in tqdm(hands.items(), "strangers", unit="signer", mininterval=bar_interval_s()):
        read = measure_hands(reader, own, opinion, STRANGERS_SPEED, n_words, seed)
        if not read:
            continue  # no word has only this person's letters
        rates["greedy"][signer] = mean_error_rate(read)
        meant = [
            replace(word, text=helper.suggest_word(word.log_probabilities, word.text) or word.text) for word in read
        ]
        rates["word list"][signer] = mean_error_rate(meant)  # if every suggestion is taken
    if not rates["greedy"]:
        raise DataError("nobody's letters make up a word; give pictures of more letters")
    for by_signer in rates.values():
        by_signer["mean"] = float(np.mean(list(by_signer.values())))
    return rates


def measure_fluent(
    make_recognizer: Callable[[], Recognizer],
    reader: FluentReader,
    left_out: tuple[dict[str, ByLetter], Opinion] | None,
    strangers: Path | None,
    films: Sequence[Path],
    nothing: Sequence[Path],
    minutes: float,
    seed: int,
) -> FluentFigures:
    """Measure everything that is asked for. make_recognizer: makes one that reads in flow."""
    check_names(films)
    check_names(nothing)
    recognizer = make_recognizer()
    if strangers and "shape" not in recognizer.classifier.contract.readers:
        raise ModelError("strangers' hands are read by their landmarks: name a --model that has a shape network")

    def shape_opinion(hand: Any) -> Any:
        return recognizer.classifier.opinions(None, hand.right_landmarks)["shape"]

    return FluentFigures(
        measure_left_out(reader, *left_out, seed) if left_out else None,
        measure_strangers(reader, strangers_hands(strangers, recognizer), shape_opinion, seed) if strangers else None,
        {folder.name: spell_films(folder, make_recognizer).to_json() for folder in films},
        {name: figures.to_json() for name, figures in idle(make_recognizer, nothing, minutes, seed).items()},
    )
