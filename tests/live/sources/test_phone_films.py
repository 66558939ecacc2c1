"""Films as phones and screen recorders write them: turned, in HEVC, without a duration, fast, at a varying rate."""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from live.readers import LetterClassifier
from live.recognizer import Recognizer
from live.sources import Frame, open_source
from tests.support import drawn

CLOCK = Fraction(1, 1000)


def even(fps: int) -> list[int]:
    """The times in ms of two seconds of frames."""
    return [round(1000 * n / fps) for n in range(2 * fps)]


def write(
    target: Any, pictures: Sequence[NDArray[np.uint8]], times_ms: Sequence[int], codec: str,
    pixels: str = "yuv420p", turn: int = 0, options: dict[str, str] | None = None, kind: str | None = None,
) -> None:  # fmt: skip
    """Encode pictures with their times. turn: degrees by which the film says that it is turned."""
    try:
        av.codec.Codec(codec, "w")
    except ValueError:
        pytest.skip(f"needs FFmpeg's encoder {codec}")
    with av.open(target, "w", format=kind) as film:
        stream: Any = film.add_stream(codec, rate=30, options=options or {})
        (stream.height, stream.width), stream.pix_fmt = pictures[0].shape[:2], pixels
        stream.time_base = stream.codec_context.time_base = CLOCK
        if turn:
            if not hasattr(stream, "set_display_rotation"):
                pytest.skip("needs a PyAV that writes a rotation")
            stream.set_display_rotation(turn)
        for picture, time_ms in zip(pictures, times_ms, strict=True):
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="bgr24")
            frame.pts, frame.time_base = time_ms, CLOCK
            film.mux(stream.encode(frame))
        film.mux(stream.encode())


def check(path: Path, classifier: LetterClassifier, times_ms: Sequence[int]) -> None:
    """Each frame is there, upright and at its time, and the letters count when they should."""
    recognizer, frames = Recognizer(classifier), []
    with open_source(str(path)) as source:
        for frame in source:
            frames.append(frame)
            recognizer.process(frame.image_bgr, frame.time_s)
        recognizer.speller.finish(frame.time_s + source.frame_s)
    _check_frames(frames, times_ms)
    letters = recognizer.speller.committed
    assert "".join(letter.letter for letter in letters) == drawn.WORD
    second = next(time_ms for time_ms in times_ms if time_ms >= 1000)  # the first frame of the second letter
    longest = max(np.diff(times_ms))
    for letter, begun_ms in zip(letters, (0, second), strict=True):
        assert begun_ms + 450 <= 1000 * letter.time_s <= begun_ms + 700 + longest


def _check_frames(frames: Sequence[Frame], times_ms: Sequence[int]) -> None:
    assert [1000 * frame.time_s for frame in frames] == pytest.approx(times_ms, abs=1)
    for frame, time_ms in zip(frames, times_ms, strict=True):
        picture = drawn.frame(drawn.WORD[time_ms // 1000])
        assert frame.image_bgr.shape == picture.shape
        assert np.abs(frame.image_bgr.astype(int) - picture).mean() < 8


def pictures(times_ms: Sequence[int]) -> list[NDArray[np.uint8]]:
    shown = {letter: drawn.frame(letter) for letter in drawn.WORD}
    return [shown[drawn.WORD[time_ms // 1000]] for time_ms in times_ms]


@pytest.mark.parametrize("turn", [90, 180, -90])
def test_a_film_that_is_stored_turned_is_read_upright(
    tmp_path: Path, on_sign_mnist: LetterClassifier, turn: int
) -> None:
    path, times_ms = tmp_path / "film.mp4", even(15)
    stored = [np.rot90(picture, -turn // 90) for picture in pictures(times_ms)]
    write(str(path), stored, times_ms, "mpeg4", turn=turn)
    check(path, on_sign_mnist, times_ms)


def test_hevc_of_10_bits_is_read(tmp_path: Path, on_sign_mnist: LetterClassifier) -> None:
    path, times_ms = tmp_path / "film.mov", even(15)
    options = {"preset": "ultrafast", "x265-params": "log-level=none"}
    write(str(path), pictures(times_ms), times_ms, "libx265", "yuv420p10le", options=options)
    check(path, on_sign_mnist, times_ms)


def test_120_frames_a_second_are_all_read_and_letters_count_at_the_same_times(
    tmp_path: Path, on_sign_mnist: LetterClassifier
) -> None:
    path, times_ms = tmp_path / "film.mp4", even(120)
    write(str(path), pictures(times_ms), times_ms, "mpeg4")
    check(path, on_sign_mnist, times_ms)


# A phone slows down in the dark, and then catches up.
VARYING_MS = [time_ms for second in (0, 1000) for time_ms in range(second, second + 1000, 125 - second // 10)]


@pytest.mark.parametrize("suffix", [".mp4", ".mkv"])
def test_a_rate_that_varies_keeps_its_times(tmp_path: Path, on_sign_mnist: LetterClassifier, suffix: str) -> None:
    path = tmp_path / f"film{suffix}"
    write(str(path), pictures(VARYING_MS), VARYING_MS, "mpeg4")
    check(path, on_sign_mnist, VARYING_MS)


def test_a_webm_without_a_duration_is_read(tmp_path: Path, on_sign_mnist: LetterClassifier) -> None:
    class Pipe:
        """A target in which nothing can be corrected later, as when a browser records."""

        def __init__(self, path: Path) -> None:
            self.write, self.close = (file := path.open("wb")).write, file.close

    path, times_ms = tmp_path / "film.webm", even(15)
    pipe = Pipe(path)
    write(pipe, pictures(times_ms), times_ms, "libvpx", options={"deadline": "realtime"}, kind="webm")
    pipe.close()
    with open_source(str(path)) as source:
        assert source.n_frames == 0  # unknown
    check(path, on_sign_mnist, times_ms)
