"""The messages on the camera's WebSocket, version 1. docs/protocol.md describes them for other clients.

The browser sends commands as text (JSON) and frames as binary messages: the time of capture, then a JPEG file. The app
answers with text (JSON). Pictures of the app's own camera go out as binary messages: the length of the JSON, the JSON,
then a JPEG file.
"""

import base64
import io
import json
import math
import struct
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from live.errors import FingerspellError
from live.readers import LetterClassifier
from live.recognizer import Reading
from live.text.spelling import Hold

VERSION = 1
MAX_MESSAGE_BYTES = 512_000
MAX_LONG_SIDE, MAX_SHORT_SIDE = 1280, 960  # pixels of a frame
CAPTURED_MS = struct.Struct("<d")  # milliseconds on the browser's own clock
JSON_BYTES = struct.Struct("<I")
TABLE_LETTERS = 5  # how many letters the table of what the model sees has
COLUMN_NAMES = {"cnn": "picture", "shape": "shape"}  # a network's column in that table

# WebSocket close codes: RFC 6455 defines those below 4000, this protocol the others.
NOT_A_FRAME, NOT_ALLOWED, TOO_BIG = 1003, 1008, 1009
UNKNOWN_SESSION, REPLACED, BROKEN = 4401, 4409, 4500


class MessageError(FingerspellError):
    """An invalid message, which ends the connection. code: the close code. The error's text has at most 123 bytes."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code


def parse_frame(message: bytes) -> tuple[float, bytes]:
    """Split a binary message into its time of capture, in milliseconds, and its JPEG. Raises MessageError."""
    if len(message) > MAX_MESSAGE_BYTES:
        raise MessageError(TOO_BIG, f"a message has at most {MAX_MESSAGE_BYTES // 1000} kB")
    if len(message) <= CAPTURED_MS.size:
        raise MessageError(NOT_A_FRAME, "a frame is its time of capture (8 bytes), then a JPEG")
    (captured_ms,) = CAPTURED_MS.unpack_from(message)
    if not math.isfinite(captured_ms):
        raise MessageError(NOT_A_FRAME, "the time of capture is not a number")
    return captured_ms, message[CAPTURED_MS.size :]


def parse_command(message: str) -> dict[str, Any]:
    """Read a text message's JSON object. Raises MessageError."""
    if len(message.encode(errors="surrogatepass")) > MAX_MESSAGE_BYTES:
        raise MessageError(TOO_BIG, f"a message has at most {MAX_MESSAGE_BYTES // 1000} kB")
    try:
        command = json.loads(message)
    except (ValueError, RecursionError) as error:
        raise MessageError(NOT_ALLOWED, "a text message is a JSON object") from error
    if not isinstance(command, dict):
        raise MessageError(NOT_ALLOWED, "a text message is a JSON object")
    return command


def decode_frame(jpeg: bytes) -> NDArray[np.uint8]:
    """Decode a JPEG to (height, width, 3) uint8 BGR. Its size is checked before it is decoded. Raises MessageError."""
    try:
        with Image.open(io.BytesIO(jpeg), formats=("JPEG",)) as header:
            short, long = sorted(header.size)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        short = long = MAX_LONG_SIDE + 1
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, struct.error) as error:
        raise MessageError(NOT_A_FRAME, "a frame is a JPEG file") from error
    if long > MAX_LONG_SIDE or short > MAX_SHORT_SIDE:
        raise MessageError(TOO_BIG, f"a frame has at most {MAX_LONG_SIDE}x{MAX_SHORT_SIDE} pixels")
    try:
        frame = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION)
    except cv2.error:
        frame = None
    if frame is None:
        raise MessageError(NOT_A_FRAME, "the JPEG file is damaged")
    return frame.astype(np.uint8, copy=False)


def encode(message: dict[str, Any]) -> str:
    """Format a message as JSON without spaces."""
    return json.dumps(message, separators=(",", ":"))


def encode_with_picture(message: dict[str, Any], jpeg: bytes) -> bytes:
    """Format a binary message with a picture of the app's own camera."""
    text = encode(message).encode()
    return JSON_BYTES.pack(len(text)) + text + jpeg


def describe_reading(reading: Reading, width: int, height: int, counted: str | None) -> dict[str, Any]:
    """Describe a reading for the page. Landmarks and box are shares of the frame's width and height.

    counted: the letter that has counted and is still held.
    """
    hand, box = reading.hand, reading.box_xyxy
    return {
        "letter": reading.letter,
        "confidence": round(reading.confidence, 4),
        "top": [[letter, round(probability, 4)] for letter, probability in reading.top],
        "landmarks": np.round(hand.landmarks[:, :2] / (width, height), 4).tolist() if hand else None,
        "side": hand.side if hand else None,
        "box": [round(edge / side, 4) for edge, side in zip(box, (width, height) * 2, strict=True)]
        if box and reading.mode != "hand"
        else None,
        "said": format_reading(reading, counted),
    }


def format_reading(reading: Reading, counted: str | None = None) -> str:
    """Say how sure the app is of its letter, or why there is none."""
    if reading.letter is None:
        return why_no_letter(reading)
    if reading.letter == counted:
        return f"{counted} counted"
    return f"{reading.confidence:.0%} sure"


def why_no_letter(reading: Reading) -> str:
    """Say why there is no letter."""
    if reading.outside:
        return "Partly outside the picture"
    if reading.unusual:
        return "Turned, or partly hidden"
    if reading.top:
        return f"Not sure: {' or '.join(letter for letter, _ in reading.top[:2])}?"
    return "No hand in sight" if reading.mode == "hand" else "Nothing to read here"


def describe_hold(hold: Hold, time_s: float) -> dict[str, Any]:
    """Describe a letter that is being held at time_s and has not counted yet."""
    progress = hold.progress(time_s)
    return {
        "letter": hold.letter,
        "since_s": round(hold.since_s, 3),
        "progress": round(progress, 3),
        "left_s": round((1 - progress) * hold.wait_s, 3),
    }


def describe_crop(reading: Reading, classifier: LetterClassifier) -> dict[str, Any]:
    """Describe what the model sees: the crop, and the likeliest letters with their probabilities, fused and by network.

    crop: base64 of 28 x 28 grey bytes, None without a crop. readers: the names of the columns. rows: a letter, then its
    probability in each column.
    """
    crop = base64.b64encode(reading.crop.tobytes()).decode() if reading.crop is not None else None
    fused = reading.probabilities
    if fused is None:
        return {"crop": crop, "readers": [], "rows": []}
    letters = classifier.contract.letters
    columns = {"both": fused} | {COLUMN_NAMES.get(name, name): opinion for name, opinion in reading.opinions.items()}
    likeliest = np.argsort(fused)[::-1][:TABLE_LETTERS]
    rows = [[letters[n], *(round(float(column[n]), 4) for column in columns.values())] for n in likeliest]
    return {"crop": crop, "readers": list(columns), "rows": rows}
