"""Trains the posture network, and chooses its threshold on sources that were left out."""

import json
from collections.abc import Sequence
from pathlib import Path

import keras
import numpy as np
from numpy.typing import NDArray

from live.errors import DataError
from live.files import write_file
from live.hand import LiteRTHandTracker, fetch_networks
from live.readers import POSTURE_OUTPUTS, posture_features
from training.compute import choose_device
from training.data import CutHands, Hands, cut_hands, find_data, merge, read_training_data, recordings
from training.engine import Progress
from training.networks import POSTURE, PostureRecipe, edges_of_whole, train_posture, turned
from training.runs.export import check_folder, save_dense

FOLDS = 3  # each source is left out once
MAX_REFUSED = 0.01  # share of whole, upright hands of people never seen that may be refused
TURNS_DEG = (90, 180, 270)
FIGURES_FILE = "left_out.json"


def fit_posture(
    data: Sequence[Path], out: Path, leave_out: Sequence[str] = (), seed: int = 0, recipe: PostureRecipe | None = None
) -> dict[str, float]:
    """Train, leave a model folder, and return which shares of the left-out sources' hands are refused.

    Raises DataError if the data has no pictures to cut, or too few sources.
    """
    recipe, device = recipe or PostureRecipe(), choose_device("auto")
    check_folder(out, POSTURE)
    found = find_data(data)
    if not found.photographs:
        raise DataError("the data has no photographs; cut hands are made of them, for example LETTER/*.jpg")
    read = read_training_data(found, seed=seed, leave_out=leave_out)
    hands = merge([part.landmarks_only() for part in read.hands])
    photographs = found.select(leave_out, None).photographs
    cut = cut_hands(photographs, LiteRTHandTracker(fetch_networks()), seed)
    scores = _left_out_scores(hands, cut, recipe, seed)
    threshold = float(np.quantile(scores["upright"], MAX_REFUSED))
    model = train_posture(hands, cut, recipe, seed, Progress(POSTURE))
    save_dense(
        model, out, outputs=POSTURE_OUTPUTS, threshold=threshold, data=read, recipe=recipe, seed=seed,
        device=device.name, about={"cut_hands": len(cut)},
    )  # fmt: skip
    refused = {name: round(float((values < threshold).mean()), 4) for name, values in scores.items()}
    write_file(out / FIGURES_FILE, (json.dumps(refused, indent=2) + "\n").encode())
    return refused


def _left_out_scores(hands: Hands, cut: CutHands, recipe: PostureRecipe, seed: int) -> dict[str, NDArray[np.float32]]:
    """How usual networks call hands of sources that they were trained without, 0..1, by what was done to the hands.

    Sources that are the same recordings are left out together.
    """
    recording_of = dict(zip(hands.sources.tolist(), recordings(hands).tolist(), strict=True))
    of_hands = list(map(recording_of.get, hands.sources.tolist()))
    of_cut = [recording_of.get(name, name) for name in cut.sources.tolist()]
    names = np.unique([*of_hands, *of_cut])
    if len(names) < FOLDS:
        raise DataError(f"{len(names)} sources are too few: a third of them is left out at a time")
    rng = np.random.default_rng(seed)
    fold_of = dict(zip(rng.permutation(names).tolist(), np.arange(len(names)) % FOLDS, strict=True))
    hand_folds, cut_folds = (np.array([fold_of[name] for name in part], np.int64) for part in (of_hands, of_cut))
    scores: dict[str, list[NDArray[np.float32]]] = {}
    for fold in range(FOLDS):
        rest, rest_cut = hands.select(hand_folds != fold), cut.select(cut_folds != fold)
        network = train_posture(rest, rest_cut, recipe, seed, Progress(f"{POSTURE}, fold {fold + 1}"))

        def score(name: str, inputs: NDArray[np.float32], network: keras.Model = network) -> None:
            if len(inputs):
                usual = network.predict(inputs, batch_size=1024, verbose=0)[:, 1]
                scores.setdefault(name, []).append(usual)

        left_out, left_out_cut = hands.select(hand_folds == fold).landmarks, cut.select(cut_folds == fold)
        edges = edges_of_whole(left_out, recipe.margin, rng)
        score("upright", posture_features(left_out, edges))
        for degrees in TURNS_DEG:
            points = turned(left_out, np.full(len(left_out), float(degrees)))
            score(f"turned by {degrees} degrees", posture_features(points, edges))
        inputs = posture_features(left_out_cut.right_landmarks, left_out_cut.edges)
        score("cut, all fingers seen", inputs[left_out_cut.whole])
        score("cut, a finger unseen", inputs[~left_out_cut.whole])
    return {name: np.concatenate(parts) for name, parts in scores.items()}
