"""MediaPipe itself, in its own process: the oracle of the hand tracker, and the program it is timed against.

`make test` and `make mediapipe` install the package into its own folder, as it brings a second OpenCV. As a script,
`python -m training.studies.mediapipe` reads a picture's path from each line and prints a line of JSON for it. With
--frames N it tracks the hand through N frames with that picture, and times each.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from live.errors import FingerspellError
from live.hand import bundle_path
from training.studies.script import run as run_script

PACKAGE_FOLDER = Path(sys.prefix) / "mediapipe"
FRAME_MS = 67  # of a film at 15 frames a second


@dataclass(frozen=True)
class Hands:
    """The hands in one picture.

    landmarks: (21, 3) float32 of each hand, as in live.hand.Hand. sides: the signer's, "left" or "right". times_ms: of
    each frame.
    """

    landmarks: tuple[NDArray[np.float32], ...]
    sides: tuple[str, ...]
    times_ms: tuple[float, ...]


def run(pictures: Sequence[Path], frames: int = 0) -> list[Hands]:
    """Find the hands in each picture. Raises FingerspellError if MediaPipe does not run here."""
    paths = os.pathsep.join((str(PACKAGE_FOLDER), str(Path(__file__).resolve().parents[2])))
    options = ["--bundle", str(bundle_path()), "--frames", str(frames)]
    process = subprocess.run(
        [sys.executable, "-m", "training.studies.mediapipe", *options],
        input="".join(f"{path}\n" for path in pictures),
        env={**os.environ, "PYTHONPATH": paths},
        capture_output=True,
        text=True,
        check=False,
    )
    lines = [line for line in process.stdout.splitlines() if line.startswith("{")]
    if len(lines) != len(pictures):
        reason = (process.stderr.strip().splitlines() or ["it gives no reason"])[-1]
        raise FingerspellError(
            f"MediaPipe does not run here ({reason}); `make mediapipe` installs it, Linux needs libEGL"
        )
    return [_parse(line) for line in lines]


def _parse(line: str) -> Hands:
    values = json.loads(line)
    landmarks = tuple(np.array(hand, np.float32) for hand in values["landmarks"])
    return Hands(landmarks, tuple(values["sides"]), tuple(values["times_ms"]))


def main() -> None:
    """Print one JSON object for each picture."""
    import mediapipe
    from mediapipe.tasks.python import BaseOptions, vision

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bundle", required=True)
    parser.add_argument("--frames", type=int, default=0)
    args = parser.parse_args()
    mode = vision.RunningMode.VIDEO if args.frames else vision.RunningMode.IMAGE
    options = vision.HandLandmarkerOptions(
        base_options=BaseOptions(model_asset_path=args.bundle), running_mode=mode, num_hands=1 if args.frames else 2
    )
    with vision.HandLandmarker.create_from_options(options) as landmarker:
        for line in sys.stdin:
            image = mediapipe.Image.create_from_file(line.strip())
            times_ms = []
            for frame in range(max(1, args.frames)):
                start_s = time.perf_counter()
                result = (
                    landmarker.detect_for_video(image, frame * FRAME_MS) if args.frames else landmarker.detect(image)
                )
                times_ms.append((time.perf_counter() - start_s) * 1000)
            hands = [
                [[point.x * image.width, point.y * image.height, point.z * image.width] for point in hand]
                for hand in result.hand_landmarks
            ]
            sides = [side[0].category_name.lower() for side in result.handedness]
            print(json.dumps({"landmarks": hands, "sides": sides, "times_ms": times_ms}), flush=True)


if __name__ == "__main__":
    run_script(main)
