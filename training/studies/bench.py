"""The live readers beside Keras' predict and MediaPipe, in one run, as ratios."""

import tempfile
from pathlib import Path
from typing import Any

import cv2
import keras
import numpy as np

from live.bench import bench as bench_live
from live.bench import framed, stage_ms
from live.errors import ModelError
from live.hand import CROP_SIZE, LiteRTHandTracker, fetch_networks
from live.readers import LetterClassifier, pixels, read_contract
from live.sources import read_picture
from training.studies import mediapipe as mediapipe_hands

KERAS_RUNS = 60
MEDIAPIPE_FRAMES = 150
MEDIAPIPE_WARM_UP = 30


def bench(folder: Path, picture: Path | None = None) -> dict[str, Any]:
    """Times of one crop through the CNN, and how many times slower than live each way is.

    picture: with a hand in it; then also the whole way of a 640x480 frame, beside MediaPipe's hand tracking in video
    mode with Keras' model.predict, as rival apps do it.
    """
    contract = read_contract(folder)
    if "cnn" not in contract.readers or "keras" not in contract.readers["cnn"].files:
        raise ModelError(f"{folder}: has no CNN as a .keras file to compare with")
    contract.weights(folder, "cnn", "keras")  # checks the sha256
    model = keras.saving.load_model(folder / contract.readers["cnn"].files["keras"], safe_mode=True)
    classifier = LetterClassifier.load(folder)
    crop = np.random.default_rng(0).integers(0, 256, (CROP_SIZE, CROP_SIZE), dtype=np.uint8)
    fed = pixels(crop)[None]
    stages = {
        "live": stage_ms(lambda: classifier.opinions(crop)),
        "keras_call": stage_ms(lambda: np.asarray(model(fed, training=False)), KERAS_RUNS, 5),
        "keras_predict": stage_ms(lambda: model.predict(fed, verbose=0), KERAS_RUNS, 5),
    }
    told = {"stages": stages, "times_slower_than_live": _ratios(stages, "live")}
    if picture is not None:
        frame = framed(read_picture(picture))
        with tempfile.TemporaryDirectory() as temporary:
            path = Path(temporary) / "frame.png"
            cv2.imwrite(str(path), frame)
            live = bench_live(classifier, LiteRTHandTracker(fetch_networks()), path).stages["frame"]
            (found,) = mediapipe_hands.run([path], MEDIAPIPE_FRAMES)
        p50, p95 = np.percentile(found.times_ms[MEDIAPIPE_WARM_UP:], (50, 95)).round(3).tolist()
        rival = {name: round(at + stages["keras_predict"][name], 3) for name, at in (("p50_ms", p50), ("p95_ms", p95))}
        frames = {"live": live, "mediapipe": {"p50_ms": p50, "p95_ms": p95}, "mediapipe_and_predict": rival}
        told |= {"frame": frames, "frame_times_slower_than_live": _ratios(frames, "live")}
    return told


def _ratios(stages: dict[str, dict[str, float]], base: str) -> dict[str, float]:
    return {name: round(times["p50_ms"] / stages[base]["p50_ms"], 1) for name, times in stages.items() if name != base}
