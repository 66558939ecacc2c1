from datetime import datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray
from PIL import Image

from live.errors import FrameError
from live.hand import as_frame, as_seconds
from live.sources import Frame
from tests.support import drawn

FRAME = drawn.signed("L")
HEIGHT, WIDTH = FRAME.shape[:2]


GRAY = "cv2.cvtColor(frame, cv2.COLOR_GRAY2BGR)"
FIRST = "frame.transpose(1, 2, 0)"
FROM_1 = "(frame * 255).round().astype(np.uint8)"


@pytest.mark.parametrize(
    ("image", "given", "advice"),
    [
        (FRAME[None], r"\(1, 480, 640, 3\) uint8", "one by one"),
        (FRAME[:0], r"\(0, 640, 3\) uint8", "empty"),
        (np.empty(0), r"\(0,\) float64", "empty"),
        (np.array(7), r"\(\) int64", "three channels"),
        (np.zeros((9, 9, 5), np.uint8), r"\(9, 9, 5\) uint8", "three channels"),
        (np.zeros((9, 9, 3), "M8[s]"), r"datetime64\[s\]", "numbers from 0 to 255"),
        (np.zeros((9, 9, 3), "U3"), "<U3", "numbers from 0 to 255"),
        (np.zeros((9, 9, 3), complex), "complex128", "numbers from 0 to 255"),
        (np.zeros((9, 9, 3), [("red", "u1")]), "red", "numbers from 0 to 255"),
        (np.zeros((1, 32_767, 3), np.uint8), "32767x1 pixels is too large", "cv2.resize"),
        (np.broadcast_to(np.uint8(0), (32_766, 21_848, 3)), "21848x32766 pixels is too large", "cv2.resize"),
        (FRAME.tolist(), "this list", "np.asarray(frame)"),
        (Image.fromarray(FRAME), "this picture", "np.asarray(image.convert('RGB')) with rgb=True"),
        (None, "this is None", "check the file's name or the camera"),
        ("hand.jpg", "name of a file", "live.read_picture"),
        (Path("hand.jpg"), "name of a file", "live.read_picture"),
        (b"content", "these are bytes", "live.decode_picture"),
        ((True, FRAME), r"OpenCV's read\(\)", "ok, frame = camera.read()"),
        (Frame(FRAME, 0.0), "this is a Frame", "frame.image_bgr"),
        (object(), "this object", "np.asarray(frame)"),
    ],
)
def test_what_is_no_frame_is_named_with_what_to_do(image: object, given: str, advice: str) -> None:
    with pytest.raises(FrameError, match=given) as error:
        as_frame(image)
    assert advice in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("image", "lines"),
    [
        (FRAME[..., 0], [GRAY]),
        (FRAME[..., :1], [GRAY]),
        (FRAME[..., :2], ["cv2.cvtColor(frame[..., 0], cv2.COLOR_GRAY2BGR)"]),
        (FRAME[..., 0].view(np.matrix), [GRAY]),
        (FRAME[..., 0] / 255, [FROM_1, GRAY]),
        (cv2.cvtColor(FRAME, cv2.COLOR_BGR2BGRA), ["frame[..., :3]"]),
        (FRAME.transpose(2, 0, 1), [FIRST]),
        ((FRAME / 255).astype(np.float32).transpose(2, 0, 1), [FROM_1, FIRST]),
        (FRAME[None, ..., 0], [FIRST, GRAY]),
        (FRAME / 255, [FROM_1]),
        ((FRAME / 255).astype(np.float16), [FROM_1]),
        (FRAME.astype(float), ["frame.round().astype(np.uint8)"]),
        (FRAME.astype(np.uint16) * 256, ["(frame // 256).astype(np.uint8)"]),
        ((FRAME.astype(np.uint16) * 256).astype(">u2"), ["(frame // 256).astype(np.uint8)"]),
        (FRAME.astype(int), ["frame.astype(np.uint8)"]),
        (FRAME.astype(np.int8), ["frame.astype(np.uint8)"]),
        (FRAME.astype(object), ["frame.astype(np.uint8)"]),
        (FRAME > 100, ["frame.astype(np.uint8) * 255"]),
        (FRAME.tolist(), ["np.asarray(frame)", "frame.astype(np.uint8)"]),
        ((FRAME / 255).tolist(), ["np.asarray(frame)", FROM_1]),
        (cv2.UMat(FRAME), ["frame.get()"]),  # type: ignore[call-overload]
        (cv2.imencode(".png", FRAME)[1].ravel(), ["cv2.imdecode(frame, cv2.IMREAD_COLOR)"]),
    ],
)
def test_the_lines_in_the_errors_make_a_frame(image: object, lines: list[str]) -> None:
    for line in lines:
        with pytest.raises(FrameError) as error:
            as_frame(image)
        assert line in str(error.value)
        image = eval(line, {"np": np, "cv2": cv2, "frame": image})
    converted = as_frame(image)
    assert converted.shape == FRAME.shape
    assert np.abs(converted.astype(int) - FRAME).mean() < 60  # gray and True keep the brightness only


def test_an_array_with_two_faults_is_told_both() -> None:
    with pytest.raises(FrameError) as error:
        as_frame((FRAME / 255).transpose(2, 0, 1))
    assert FROM_1 in str(error.value)
    assert FIRST in str(error.value)


def test_a_pillow_image_becomes_a_frame_by_the_line_in_its_error() -> None:
    image = Image.fromarray(FRAME[..., ::-1])
    assert (as_frame(np.asarray(image.convert("RGB")), rgb=True) == FRAME).all()


class Subclass(np.ndarray[Any, Any]):
    """An array of another class, as np.memmap or what a library returns."""


READ_ONLY = FRAME.copy()
READ_ONLY.flags.writeable = False


@pytest.mark.parametrize(
    "view",
    [
        FRAME,
        FRAME[::-1],
        FRAME[:, ::-1],
        FRAME[::2, ::3],
        np.asfortranarray(FRAME),
        np.broadcast_to(FRAME[:1], FRAME.shape),
        READ_ONLY,
        FRAME.view(Subclass),
        np.ma.masked_array(FRAME),
    ],
)
def test_the_layout_in_memory_and_the_class_do_not_matter(view: NDArray[np.uint8]) -> None:
    for rgb in (False, True):
        frame = as_frame(view, rgb)
        assert type(frame) is np.ndarray
        assert frame.flags.c_contiguous
        assert (frame == (view[..., ::-1] if rgb else view)).all()


@pytest.mark.parametrize("time_s", [1, 1.0, np.float32(1), np.int64(1), Fraction(1), True])
def test_a_number_is_a_time(time_s: object) -> None:
    seconds = as_seconds(time_s)
    assert seconds == 1
    assert type(seconds) is float


@pytest.mark.parametrize(
    ("time_s", "given"),
    [
        (None, "not NoneType"),
        ("1.0", "not str"),
        (float("nan"), "not nan"),
        (-np.inf, "not -inf"),
        (np.float32("inf"), "not float32"),
        (10**400, "not int"),
        (1j, "not complex"),
        (np.array([1.0]), "not ndarray"),
        (datetime(2026, 1, 1), "not datetime"),
        (timedelta(seconds=1), "not timedelta"),
        (np.timedelta64(5, "ms"), "not timedelta64"),  # as a number it would be 5 seconds
    ],
)
def test_what_is_no_time_is_named(time_s: object, given: str) -> None:
    with pytest.raises(FrameError, match=rf"a finite number of seconds.*{given}$"):
        as_seconds(time_s)


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
