"""The live CNN beside the same network in Keras, in one run, as ratios."""

from pathlib import Path
from typing import Any

import keras
import numpy as np

from live.bench import stage_ms
from live.classifier import LetterClassifier
from live.contract import CROP_SIZE, INPUT_SHAPE, read_contract
from live.errors import ModelError

KERAS_RUNS = 60


def bench(folder: Path) -> dict[str, Any]:
    """Times of one crop through one model's networks, and how many times slower than live each is."""
    contract = read_contract(folder)
    if "keras" not in contract.files:
        raise ModelError(f"{folder}: has no .keras file to compare with")
    contract.weights(folder, "keras")  # checks the sha256
    model = keras.saving.load_model(folder / contract.files["keras"], safe_mode=True)
    classifier = LetterClassifier.load(folder)
    crop = np.random.default_rng(0).integers(0, 256, (CROP_SIZE, CROP_SIZE), dtype=np.uint8)
    pixels = (crop.astype(np.float32) / 255).reshape(1, *INPUT_SHAPE)
    stages = {
        "live": stage_ms(lambda: classifier.predict(crop)),
        "keras_call": stage_ms(lambda: np.asarray(model(pixels, training=False)), KERAS_RUNS, 5),
        "keras_predict": stage_ms(lambda: model.predict(pixels, verbose=0), KERAS_RUNS, 5),
    }
    live_ms = stages["live"]["p50_ms"]
    return {
        "stages": stages,
        "times_slower_than_live": {
            name: round(times["p50_ms"] / live_ms, 1) for name, times in stages.items() if name != "live"
        },
    }
