import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray
from PIL import Image

from live.errors import FrameError
from live.hand import as_frame
from tests.support import drawn

FRAME = drawn.signed("L")
HEIGHT, WIDTH = FRAME.shape[:2]


@pytest.mark.parametrize(
    ("image", "given", "advice"),
    [
        (FRAME[..., 0], r"\(480, 640\) uint8", "cv2.cvtColor(frame, cv2.COLOR_GRAY2BGR)"),
        (FRAME[..., :1], r"\(480, 640, 1\) uint8", "cv2.cvtColor(frame, cv2.COLOR_GRAY2BGR)"),
        (cv2.cvtColor(FRAME, cv2.COLOR_BGR2BGRA), r"\(480, 640, 4\) uint8", "frame[..., :3]"),
        (FRAME.transpose(2, 0, 1), r"\(3, 480, 640\) uint8", "frame.transpose(1, 2, 0)"),
        (FRAME[None], r"\(1, 480, 640, 3\) uint8", "one by one"),
        (FRAME[:0], r"\(0, 640, 3\) uint8", "empty"),
        (np.empty(0), r"\(0,\) float64", "empty"),
        (FRAME / 255, r"\(480, 640, 3\) float64", "(frame * 255).round().astype(np.uint8)"),
        (FRAME.astype(np.uint16) * 256, r"\(480, 640, 3\) uint16", "(frame // 256).astype(np.uint8)"),
        (FRAME.astype(int), r"\(480, 640, 3\) int64", "frame.astype(np.uint8)"),
        (np.zeros((1, 32_767, 3), np.uint8), "32767x1 pixels is too large", "cv2.resize"),
        (FRAME.tolist(), "this list", "np.asarray(frame, np.uint8)"),
        (Image.fromarray(FRAME), "this picture", "np.asarray(image.convert('RGB')) with rgb=True"),
        (None, "this is None", "check the file's name or the camera"),
    ],
)
def test_what_is_no_frame_is_named_with_the_line_that_converts_it(image: object, given: str, advice: str) -> None:
    with pytest.raises(FrameError, match=given) as error:
        as_frame(image)
    assert advice in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("image", "line"),
    [
        (FRAME[..., 0], "cv2.cvtColor(frame, cv2.COLOR_GRAY2BGR)"),
        (cv2.cvtColor(FRAME, cv2.COLOR_BGR2BGRA), "frame[..., :3]"),
        (FRAME.transpose(2, 0, 1), "frame.transpose(1, 2, 0)"),
        (FRAME / 255, "(frame * 255).round().astype(np.uint8)"),
        (FRAME.astype(np.uint16) * 256, "(frame // 256).astype(np.uint8)"),
        (FRAME.astype(int), "frame.astype(np.uint8)"),
        (FRAME.tolist(), "np.asarray(frame, np.uint8)"),
    ],
)
def test_the_line_in_the_error_makes_a_frame(image: object, line: str) -> None:
    with pytest.raises(FrameError) as error:
        as_frame(image)
    assert line in str(error.value)
    converted = as_frame(eval(line, {"np": np, "cv2": cv2, "frame": image}))
    assert converted.shape == FRAME.shape
    assert np.abs(converted.astype(int) - FRAME).mean() < 40  # gray keeps the brightness only


def test_a_pillow_image_becomes_a_frame_by_the_line_in_its_error() -> None:
    image = Image.fromarray(FRAME[..., ::-1])
    assert (as_frame(np.asarray(image.convert("RGB")), rgb=True) == FRAME).all()


@pytest.mark.parametrize("view", [FRAME, FRAME[::-1], FRAME[:, ::-1], FRAME[::2, ::3], np.asfortranarray(FRAME)])
def test_the_layout_in_memory_does_not_matter(view: NDArray[np.uint8]) -> None:
    frame = as_frame(view)
    assert frame.flags.c_contiguous
    assert (frame == view).all()


def test_a_frame_that_is_right_is_not_copied() -> None:
    assert as_frame(FRAME) is FRAME


@given(
    arrays.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=5),
    st.sampled_from(["uint8", "float32", "int16", "bool", "O", "U3"]),
)
def test_an_array_is_a_frame_or_a_frame_error(shape: tuple[int, ...], dtype: str) -> None:
    array = np.zeros(shape, dtype)
    right = len(shape) == 3 and shape[2] == 3 and array.size > 0 and dtype == "uint8"
    if right:
        assert as_frame(array).shape == shape
    else:
        with pytest.raises(FrameError):
            as_frame(array)
