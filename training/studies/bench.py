"""Times the live readers beside Keras and MediaPipe, all in one run."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

import cv2
import keras
import numpy as np
from numpy.typing import NDArray

from live.bench import bench as bench_live
from live.bench import fit_to_frame, stage_ms
from live.errors import ModelError
from live.hand import CROP_SIZE, LiteRTHandTracker, fetch_networks
from live.readers import LetterClassifier, cnn_input, read_contract
from live.sources import read_picture
from training.studies import mediapipe as mediapipe_hands

KERAS_RUNS = 60
KERAS_WARM_UP = 5
MEDIAPIPE_FRAMES = 150
MEDIAPIPE_WARM_UP = 30

Times = dict[str, float]  # p50_ms, p95_ms


@dataclass(frozen=True)
class Comparison:
    """The same work done by several programs, by name; "live" is ours."""

    times: dict[str, Times]

    @property
    def times_slower_than_live(self) -> dict[str, float]:
        """The ratios of the p50, without live's own."""
        live_ms = self.times["live"]["p50_ms"]
        return {name: round(times["p50_ms"] / live_ms, 1) for name, times in self.times.items() if name != "live"}


@dataclass(frozen=True)
class BenchComparison:
    """crop: one crop through the CNN. frame: a 640x480 frame from the hand to the letter, None without a picture."""

    crop: Comparison
    frame: Comparison | None = None

    def to_json(self) -> dict[str, object]:
        """The object that `fingerspell-train bench --json` prints."""
        values: dict[str, object] = {
            "stages": self.crop.times,
            "times_slower_than_live": self.crop.times_slower_than_live,
        }
        if self.frame:
            values["frame"] = self.frame.times
            values["frame_times_slower_than_live"] = self.frame.times_slower_than_live
        return values


def bench(folder: Path, picture: Path | None = None) -> BenchComparison:
    """Time a model folder's CNN, and with a picture of a hand the whole frame. Raises FingerspellError.

    The frame is timed beside MediaPipe's hand tracking in video mode with Keras' model.predict, as other apps do it.
    """
    contract = read_contract(folder)
    if "cnn" not in contract.readers or "keras" not in contract.readers["cnn"].files:
        raise ModelError(f"{folder}: has no CNN as a .keras file to compare with")
    contract.weights(folder, "cnn", "keras")  # checks the sha256
    model = keras.saving.load_model(folder / contract.readers["cnn"].files["keras"], safe_mode=True)
    classifier = LetterClassifier.load(folder)
    crop = _time_crop(classifier, model)
    if picture is None:
        return BenchComparison(crop)
    return BenchComparison(
        crop, _time_frame(classifier, fit_to_frame(read_picture(picture)), crop.times["keras_predict"])
    )


def _time_crop(classifier: LetterClassifier, model: keras.Model) -> Comparison:
    crop = np.random.default_rng(0).integers(0, 256, (CROP_SIZE, CROP_SIZE), dtype=np.uint8)
    batch = cnn_input(crop)[None]
    return Comparison(
        {
            "live": stage_ms(lambda: classifier.opinions(crop)),
            "keras_call": stage_ms(lambda: np.asarray(model(batch, training=False)), KERAS_RUNS, KERAS_WARM_UP),
            "keras_predict": stage_ms(lambda: model.predict(batch, verbose=0), KERAS_RUNS, KERAS_WARM_UP),
        }
    )


def _time_frame(classifier: LetterClassifier, frame: NDArray[np.uint8], predict: Times) -> Comparison:
    with tempfile.TemporaryDirectory() as temporary:
        path = Path(temporary) / "frame.png"
        cv2.imwrite(str(path), frame)
        live = bench_live(classifier, LiteRTHandTracker(fetch_networks()), path).stages["frame"]
        (hands,) = mediapipe_hands.run([path], MEDIAPIPE_FRAMES)
    p50, p95 = np.percentile(hands.times_ms[MEDIAPIPE_WARM_UP:], (50, 95)).round(3).tolist()
    mediapipe = {"p50_ms": p50, "p95_ms": p95}
    both = {name: round(time_ms + predict[name], 3) for name, time_ms in mediapipe.items()}
    return Comparison({"live": live, "mediapipe": mediapipe, "mediapipe_and_predict": both})
