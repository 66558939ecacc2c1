"""MediaPipe itself, in a process of its own: the oracle of the hand tracker, and what it is timed against.

`make test` and `make mediapipe` put the package into a folder of its own (it would bring a second OpenCV along). As a
script this reads a picture's path a line and prints a JSON line each; with --frames N it tracks that picture as N
frames of a film and times each.
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

PACKAGE_FOLDER = Path(sys.prefix) / "mediapipe"


@dataclass(frozen=True)
class Found:
    """landmarks: (21, 3) float32 as in live.hand.Hand, of each hand; sides: as the signer's, "left" or "right"."""

    landmarks: tuple[NDArray[np.float32], ...]
    sides: tuple[str, ...]
    times_ms: tuple[float, ...]


def run(pictures: Sequence[Path], frames: int = 0) -> list[Found]:
    """What MediaPipe finds in each picture. Raises FingerspellError where it does not run here."""
    paths = os.pathsep.join((str(PACKAGE_FOLDER), str(Path(__file__).resolve().parents[2])))
    command = [
        sys.executable,
        "-m",
        "training.studies.mediapipe",
        "--bundle",
        str(bundle_path()),
        "--frames",
        str(frames),
    ]
    done = subprocess.run(
        command,
        input="".join(f"{path}\n" for path in pictures),
        env={**os.environ, "PYTHONPATH": paths},
        capture_output=True,
        text=True,
        check=False,
    )
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    if len(lines) != len(pictures):
        reason = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise FingerspellError(
            f"MediaPipe does not run here ({reason}); `make mediapipe` installs it, Linux needs libEGL"
        )
    return [
        Found(
            tuple(np.array(each, np.float32) for each in told["landmarks"]),
            tuple(told["sides"]),
            tuple(told["times_ms"]),
        )
        for told in map(json.loads, lines)
    ]


def main() -> None:
    """The script."""
    import mediapipe
    from mediapipe.tasks.python import BaseOptions, vision

    parser = argparse.ArgumentParser()
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
                told = landmarker.detect_for_video(image, frame * 67) if args.frames else landmarker.detect(image)
                times_ms.append((time.perf_counter() - start_s) * 1000)
            hands = [
                [[point.x * image.width, point.y * image.height, point.z * image.width] for point in hand]
                for hand in told.hand_landmarks
            ]
            sides = [each[0].category_name.lower() for each in told.handedness]
            print(json.dumps({"landmarks": hands, "sides": sides, "times_ms": times_ms}), flush=True)


if __name__ == "__main__":
    main()
