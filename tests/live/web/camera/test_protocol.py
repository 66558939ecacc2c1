"""The messages on the camera's WebSocket: which ones are accepted, and the format of answers."""

import io
import json
import math
import struct
import warnings
from collections.abc import Callable
from typing import TypeVar

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from live.hand import Hand
from live.recognizer import Mode, Reading
from live.web.camera import protocol
from live.web.camera.protocol import (
    CAPTURED_MS,
    MAX_MESSAGE_BYTES,
    NOT_A_FRAME,
    NOT_ALLOWED,
    TOO_BIG,
    MessageError,
    decode_frame,
    encode,
    encode_with_picture,
    format_reading,
    parse_command,
    parse_frame,
)
from tests.support import drawn

Outcome = TypeVar("Outcome")
FORMATS = ("PNG", "WEBP", "GIF", "BMP", "TIFF", "PPM")


def encoded(picture: Image.Image, kind: str = "JPEG", **how: object) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, **how)
    return file.getvalue()


def hand() -> Image.Image:
    return Image.fromarray(np.ascontiguousarray(drawn.signed("L")[:, :, ::-1]))


def gray(width: int, height: int) -> bytes:
    return encoded(Image.new("L", (width, height), 99))


def jpeg_claiming(width: int, height: int) -> bytes:
    """A small JPEG file whose header claims this size."""
    jpeg = bytearray(gray(16, 16))
    at = jpeg.index(b"\xff\xc0") + 5  # after the marker, its length and the bit depth
    jpeg[at : at + 4] = struct.pack(">HH", height, width)
    return bytes(jpeg)


def rotated(orientation: int) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    return encoded(hand(), exif=exif)


JPEGS = (
    rotated(6), encoded(hand().resize((160, 120)), progressive=True, comment=b"hand"),
    encoded(hand().resize((160, 120)).convert("CMYK")), gray(64, 48),
    encoded(hand().resize((160, 120)), "MPO", save_all=True, append_images=[hand().resize((160, 120))]),
)  # fmt: skip


def test_a_frame_is_its_time_and_a_jpeg() -> None:
    captured_ms, jpeg = parse_frame(CAPTURED_MS.pack(1234.5) + b"\xff\xd8\xff")
    assert captured_ms == 1234.5
    assert jpeg == b"\xff\xd8\xff"
    assert parse_frame(struct.pack("<d", -1e300) + b"x") == (-1e300, b"x")


@pytest.mark.parametrize("length", range(9))
def test_a_message_without_room_for_a_jpeg_is_refused(length: int) -> None:
    with pytest.raises(MessageError, match="then a JPEG") as refused:
        parse_frame(bytes(length))
    assert refused.value.code == NOT_A_FRAME


@pytest.mark.parametrize("time_ms", [math.nan, math.inf, -math.inf])
def test_a_time_that_is_not_a_number_is_refused(time_ms: float) -> None:
    with pytest.raises(MessageError, match="not a number") as refused:
        parse_frame(CAPTURED_MS.pack(time_ms) + JPEGS[0])
    assert refused.value.code == NOT_A_FRAME


def test_messages_are_accepted_up_to_the_size_limit() -> None:
    assert len(parse_frame(bytes(MAX_MESSAGE_BYTES))[1]) == MAX_MESSAGE_BYTES - 8
    with pytest.raises(MessageError, match="512 kB") as refused:
        parse_frame(bytes(MAX_MESSAGE_BYTES + 1))
    assert refused.value.code == TOO_BIG
    assert parse_command("{" + " " * (MAX_MESSAGE_BYTES - 2) + "}") == {}
    with pytest.raises(MessageError, match="512 kB") as refused:
        parse_command("{" + " " * (MAX_MESSAGE_BYTES - 1) + "}")
    assert refused.value.code == TOO_BIG


def test_a_command_is_a_json_object() -> None:
    assert parse_command('{"do": "edit", "after": "é", "n": 3}') == {"do": "edit", "after": "é", "n": 3}


@pytest.mark.parametrize(
    "message",
    [
        "",
        "START",
        "[]",
        "null",
        '"do"',
        "3",
        "NaN",
        "{",
        '{"do": }',
        "{}{}",
        "[" * 100_000,
        '{"n": ' + "9" * 5000 + "}",
    ],
)
def test_a_command_that_is_not_a_json_object_is_refused(message: str) -> None:
    with pytest.raises(MessageError, match="JSON object") as refused:
        parse_command(message)
    assert refused.value.code == NOT_ALLOWED


def test_a_frame_is_decoded_to_the_picture_that_was_sent() -> None:
    frame = decode_frame(encoded(hand(), quality=95))
    assert frame.shape == (480, 640, 3)
    assert frame.dtype == np.uint8
    assert np.abs(frame.astype(int) - drawn.signed("L")).mean() < 3  # in OpenCV's order of colours
    assert decode_frame(gray(64, 48)).shape == (48, 64, 3)
    assert decode_frame(encoded(hand().convert("CMYK"))).shape == (480, 640, 3)
    assert decode_frame(encoded(hand(), progressive=True)).shape == (480, 640, 3)


@pytest.mark.parametrize("size", [(1280, 960), (960, 1280), (1280, 720), (1, 1), (1280, 1)])
def test_frames_are_accepted_up_to_the_largest_size_in_both_orientations(size: tuple[int, int]) -> None:
    assert decode_frame(gray(*size)).shape == (size[1], size[0], 3)


@pytest.mark.parametrize("size", [(1281, 960), (1280, 961), (960, 1281), (961, 1280), (1281, 1), (1920, 1080)])
def test_larger_frames_are_refused(size: tuple[int, int]) -> None:
    with pytest.raises(MessageError, match="at most 1280x960 pixels") as refused:
        decode_frame(gray(*size))
    assert refused.value.code == TOO_BIG


@pytest.mark.parametrize("size", [(65535, 65535), (10_000, 10_000), (65535, 1), (1281, 960)])
@pytest.mark.parametrize("warned", [True, False])
def test_a_frame_that_claims_to_be_huge_is_never_decoded(
    size: tuple[int, int], warned: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cv2, "imdecode", lambda *_: pytest.fail("it was decoded"))
    with warnings.catch_warnings():
        warnings.simplefilter("error" if warned else "ignore")  # Pillow warns of large pictures
        with pytest.raises(MessageError, match="at most 1280x960 pixels") as refused:
            decode_frame(jpeg_claiming(*size))
    assert refused.value.code == TOO_BIG


@pytest.mark.parametrize(
    "content",
    [*(encoded(hand(), kind) for kind in FORMATS), b"", b"\xff", b"\xff\xd8\xff", b"<!doctype html>", bytes(5000)],
    ids=[*FORMATS, "empty", "one byte", "start", "HTML", "zeros"],
)
def test_a_file_that_is_not_a_jpeg_is_refused(content: bytes) -> None:
    with pytest.raises(MessageError, match="is a JPEG file") as refused:
        decode_frame(content)
    assert refused.value.code == NOT_A_FRAME


@pytest.mark.parametrize("tenth", range(10))
def test_a_jpeg_that_is_cut_short_is_refused(tenth: int) -> None:
    jpeg = encoded(hand())
    with pytest.raises(MessageError) as refused:
        decode_frame(jpeg[: len(jpeg) * tenth // 10])
    assert refused.value.code == NOT_A_FRAME


@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_orientation_in_a_file_is_ignored(orientation: int) -> None:
    assert np.array_equal(decode_frame(rotated(orientation)), decode_frame(rotated(1)))


def outcome(work: Callable[[], Outcome]) -> Outcome | MessageError:
    """The result of work(), or the MessageError that it raises. Any other exception fails the test."""
    try:
        return work()
    except MessageError as refused:
        return refused


def assert_frame_or_refused(content: bytes) -> None:
    frame = outcome(lambda: decode_frame(content))
    if isinstance(frame, MessageError):
        assert frame.code in (NOT_A_FRAME, TOO_BIG)
        return
    assert frame.dtype == np.uint8
    height, width, colours = frame.shape
    assert colours == 3
    assert max(height, width) <= 1280
    assert min(height, width) <= 960


@settings(deadline=None)
@given(st.binary(max_size=200), st.sampled_from([b"", b"\xff\xd8\xff", b"\xff\xd8\xff\xe0\x00\x10JFIF\x00"]))
@pytest.mark.filterwarnings("ignore::UserWarning:PIL")  # Pillow only warns of odd files
def test_random_bytes_are_a_frame_or_refused(content: bytes, start: bytes) -> None:
    assert_frame_or_refused(start + content)


segments = st.tuples(
    st.sampled_from([0xE0, 0xE1, 0xE2, 0xED, 0xEE, 0xDB, 0xC0, 0xC2, 0xC4, 0xDA, 0xDC, 0xDD, 0xFE]),
    st.sampled_from([b"", b"Exif\0\0", b"Exif\0\0II*\0\x08\0\0\0", b"MPF\0", b"Photoshop 3.0\0", b"ICC_PROFILE\0"]),
    st.binary(max_size=40),
)


@settings(deadline=None)
@given(
    st.sampled_from(JPEGS),
    st.lists(segments, max_size=3),
    st.lists(st.tuples(st.integers(2, 800), st.integers(0, 255))),
)
@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
def test_a_damaged_jpeg_is_a_frame_or_refused(
    jpeg: bytes, more: list[tuple[int, bytes, bytes]], changed: list[tuple[int, int]]
) -> None:
    head = b"".join(
        bytes((0xFF, kind)) + struct.pack(">H", 2 + len(name) + len(content)) + name + content
        for kind, name, content in more
    )
    damaged = bytearray(jpeg[:2] + head + jpeg[2:])
    for at, value in changed:
        damaged[at % len(damaged)] = value
    assert_frame_or_refused(bytes(damaged))


@settings(deadline=None)
@given(st.binary(max_size=64) | st.builds(bytes, st.integers(MAX_MESSAGE_BYTES - 1, MAX_MESSAGE_BYTES + 2)))
def test_a_binary_message_has_a_time_or_is_refused(message: bytes) -> None:
    parsed = outcome(lambda: parse_frame(message))
    if isinstance(parsed, MessageError):
        assert parsed.code in (NOT_A_FRAME, TOO_BIG)
        return
    captured_ms, jpeg = parsed
    assert math.isfinite(captured_ms)
    assert CAPTURED_MS.pack(captured_ms) + jpeg == message


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=8,
)


@settings(deadline=None)
@given(json_values.map(json.dumps) | st.text(max_size=40))
def test_a_text_message_is_an_object_or_refused(message: str) -> None:
    parsed = outcome(lambda: parse_command(message))
    assert parsed.code == NOT_ALLOWED if isinstance(parsed, MessageError) else isinstance(parsed, dict)


def test_every_reason_for_a_refusal_fits_into_a_close_frame() -> None:
    reasons = []
    for refusal in (
        lambda: parse_frame(b""),
        lambda: parse_frame(bytes(MAX_MESSAGE_BYTES + 1)),
        lambda: parse_frame(CAPTURED_MS.pack(math.nan) + b"x"),
        lambda: parse_command("[]"),
        lambda: parse_command("x"),
        lambda: parse_command(" " * (MAX_MESSAGE_BYTES + 1)),
        lambda: decode_frame(b"x" * 5000),
        lambda: decode_frame(gray(1281, 960)),
        lambda: decode_frame(jpeg_claiming(65535, 65535)),
        lambda: decode_frame(encoded(hand())[:5000]),
    ):
        with pytest.raises(MessageError) as refused:
            refusal()
        reasons.append(str(refused.value))
    assert all(0 < len(reason.encode()) <= 123 for reason in reasons), reasons


def test_json_is_ascii_without_spaces() -> None:
    assert encode({"kind": "text", "text": "é \ud800"}) == '{"kind":"text","text":"\\u00e9 \\ud800"}'


def test_a_picture_of_the_apps_camera_follows_its_json() -> None:
    message, jpeg = {"kind": "reading", "text": "é"}, gray(16, 16)
    sent = encode_with_picture(message, jpeg)
    (length,) = protocol.JSON_BYTES.unpack_from(sent)
    assert sent[:4] == length.to_bytes(4, "little")
    assert json.loads(sent[4 : 4 + length]) == message
    assert sent[4 + length :] == jpeg


HAND = Hand(np.zeros((21, 3), np.float32), "right", 0.9)
TOP = (("V", 0.7), ("K", 0.2), ("U", 0.1))


@pytest.mark.parametrize(
    ("letter", "hand", "top", "mode", "unusual", "counted", "said"),
    [
        ("V", HAND, TOP, "hand", False, None, "70% sure"),
        ("V", HAND, TOP, "hand", False, "V", "V counted"),
        (None, HAND, TOP, "hand", False, "V", "Not sure: V or K?"),
        (None, HAND, TOP, "hand", True, None, "Turned, or partly hidden"),
        (None, None, (), "hand", False, None, "No hand in sight"),
        (None, None, (), "square", False, None, "Nothing to read here"),
    ],
)
def test_a_reading_is_put_into_words(
    letter: str | None,
    hand: Hand | None,
    top: tuple[tuple[str, float], ...],
    mode: Mode,
    unusual: bool,
    counted: str | None,
    said: str,
) -> None:
    reading = Reading(0.0, letter, 0.7, top, hand, None, None, mode, "", unusual=unusual)
    assert format_reading(reading, counted) == said


def test_a_hand_partly_outside_the_picture_is_said_to_be_so_however_sure_the_letter() -> None:
    reading = Reading(0.0, None, 0.99, TOP, HAND, None, None, "hand", "", outside=True)
    assert format_reading(reading) == "Partly outside the picture"
