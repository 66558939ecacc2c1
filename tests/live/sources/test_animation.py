"""Animated GIF, WebP and PNG as films."""

from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from live.errors import CameraError
from live.hand import HandNetworks
from live.readers import LetterClassifier
from live.recognizer import Recognizer
from live.sources import Animation, Frame, StillPictureError, animation, is_animation, open_source
from tests.support import drawn

SUFFIXES = [".gif", ".webp", ".png"]


def pillow(picture: NDArray[np.uint8]) -> Image.Image:
    return Image.fromarray(np.ascontiguousarray(picture[:, :, ::-1]))


def write(path: Path, pictures: list[Image.Image], durations_ms: list[int] | int, **how: Any) -> Path:
    lossless: dict[str, Any] = {"lossless": True} if path.suffix == ".webp" else {}
    pictures[0].save(path, save_all=True, append_images=pictures[1:], duration=durations_ms, **lossless, **how)
    return path


def tints(n: int, size: tuple[int, int] = (16, 16)) -> list[Image.Image]:
    """Pictures of one colour each. Pillow would join equal ones."""
    return [Image.new("RGB", size, (40 + 51 * (number % 4), 85 * (number // 4 % 3), 200)) for number in range(n)]


def frames(path: Path) -> list[Frame]:
    with open_source(str(path)) as source:
        assert isinstance(source, Animation)
        return list(source)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_letters_of_an_animation_are_spelled_if_each_is_one_picture_shown_for_a_second(
    suffix: str, tmp_path: Path, on_sign_mnist: LetterClassifier
) -> None:
    path = write(tmp_path / f"by{suffix}", [pillow(drawn.frame(letter)) for letter in "BY"], 1000)
    recognizer = Recognizer(on_sign_mnist)
    with open_source(str(path)) as source:
        assert len(list(recognizer.read_film(source))) == 20
        assert (source.n_read, source.n_frames) == (2, 2)
    assert recognizer.speller.text == "BY"


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_still_picture_is_no_film(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"b{suffix}"
    pillow(drawn.frame("B")).save(path)
    with pytest.raises(StillPictureError, match="is a picture, not a film"):
        open_source(str(path))
    assert not is_animation(BytesIO(path.read_bytes()))
    assert not is_animation(BytesIO(b""))


@given(durations_ms=st.lists(st.integers(2, 40).map(lambda tens: 10 * tens), min_size=2, max_size=8))
@settings(max_examples=30, deadline=None)
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_times_are_the_sums_of_the_durations(
    suffix: str, durations_ms: list[int], tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = write(tmp_path_factory.mktemp("tints") / f"a{suffix}", tints(len(durations_ms)), durations_ms)
    with open_source(str(path)) as source:
        shown = [(frame, source.frame_s) for frame in source]
    ends_s = [0.0, *(frame.time_s + frame_s for frame, frame_s in shown)]
    assert [frame.time_s for frame, _ in shown] == pytest.approx(ends_s[:-1])  # without a gap
    assert max(frame_s for _, frame_s in shown) <= animation.STEP_S + 1e-9
    new = [n for n, (frame, _) in enumerate(shown) if n == 0 or frame.image_bgr is not shown[n - 1][0].image_bgr]
    assert [shown[n][0].time_s for n in new] == pytest.approx([0, *np.cumsum(durations_ms[:-1]) / 1000])
    assert ends_s[-1] == pytest.approx(sum(durations_ms) / 1000)


def test_pictures_without_a_duration_are_shown_as_long_as_browsers_show_them(tmp_path: Path) -> None:
    path = write(tmp_path / "a.gif", tints(3), 0)
    assert [frame.time_s for frame in frames(path)] == pytest.approx([0, 0.1, 0.2])


def test_a_picture_that_is_shown_for_minutes_ends_early(tmp_path: Path) -> None:
    path = write(tmp_path / "a.webp", tints(2), [300_000, 100])
    assert frames(path)[-1].time_s == pytest.approx(animation.MAX_SHOWN_S)


@pytest.mark.parametrize("suffix", [".webp", ".png"])
def test_pictures_are_whole_although_the_file_stores_what_changes(suffix: str, tmp_path: Path) -> None:
    pictures = [drawn.frame(letter) for letter in ("B", "Y", None, "B")]
    read = frames(write(tmp_path / f"a{suffix}", [pillow(picture) for picture in pictures], 100))
    assert len(read) == len(pictures)
    for frame, picture in zip(read, pictures, strict=True):
        assert (frame.image_bgr == picture).all()


def test_a_png_s_picture_for_old_viewers_is_no_frame(tmp_path: Path) -> None:
    path = write(tmp_path / "a.png", tints(3), 100, default_image=True)
    assert [tuple(frame.image_bgr[0, 0]) for frame in frames(path)] == [(200, 0, 91), (200, 0, 142)]


def test_the_pattern_of_a_palette_does_not_hide_the_hand(
    tmp_path: Path, classifier: LetterClassifier, hand_networks: HandNetworks
) -> None:
    word = ["L"] * 8 + [None] * 4 + ["Y"] * 8 + [None] * 4 + ["W"] * 8
    pictures = [pillow(drawn.signed(letter, 1.0, (-60, 30))).resize((400, 300)) for letter in word]
    path = write(tmp_path / "lyw.gif", [picture.convert("P") for picture in pictures], 100)  # dithers
    recognizer = Recognizer.from_networks(classifier, hand_networks)
    with open_source(str(path)) as source:
        for _ in recognizer.read_film(source):
            pass
    assert recognizer.speller.text == "LYW"


@pytest.mark.parametrize("suffix", [".gif", ".png"])
def test_crops_with_a_palette_stay_as_they_are(suffix: str, tmp_path: Path) -> None:
    hand = pillow(drawn.hand("B", 64))
    pictures = [hand.rotate(20 * n).convert("L").convert("P") for n in range(3)]
    read = frames(write(tmp_path / f"a{suffix}", pictures, 100))
    for frame, picture in zip(read, pictures, strict=True):
        assert (frame.image_bgr == np.asarray(picture.convert("RGB"))).all()


def cut(path: Path) -> Path:
    """An animation of six pictures of noise, without its last 30 %."""
    noise = np.random.default_rng(0).integers(0, 256, (6, 32, 32, 3), np.uint8)
    write(path, [Image.fromarray(picture) for picture in noise], 100)
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 7 // 10])
    return path


@pytest.mark.parametrize("suffix", [".gif", ".png"])
def test_a_damaged_animation_gives_what_it_holds_and_then_says_so(suffix: str, tmp_path: Path) -> None:
    path = cut(tmp_path / f"a{suffix}")
    read: list[Frame] = []
    with open_source(str(path)) as source, pytest.raises(CameraError) as caught:
        read.extend(source)
    assert 3 <= source.n_read == len(read) <= 4
    assert str(caught.value).startswith(f"{path}: breaks off after {source.n_read} ")
    assert "\n" not in str(caught.value)


def test_a_webp_that_is_cut_short_is_called_damaged(tmp_path: Path) -> None:
    path = cut(tmp_path / "a.webp")
    with pytest.raises(CameraError, match="breaks off after 0 pictures; the file is damaged or cut short"):
        open_source(str(path))


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_pictures_that_are_too_large_are_refused(suffix: str, tmp_path: Path) -> None:
    path = write(tmp_path / f"a{suffix}", tints(2, (5000, 2001)), 100, **({"method": 0} if suffix == ".webp" else {}))
    with open_source(str(path)) as source, pytest.raises(CameraError, match="of 5000x2001 are too large"):
        next(iter(source))


def test_no_more_than_so_many_pictures_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(animation, "MAX_PICTURES", 3)
    path = write(tmp_path / "a.gif", tints(5), 100)
    with open_source(str(path)) as source:
        images = iter(source)
        assert len([next(images) for _ in range(3)]) == 3
        with pytest.raises(CameraError, match="more than 3 pictures"):
            next(images)
