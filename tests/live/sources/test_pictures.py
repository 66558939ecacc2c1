import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from live.errors import PictureError
from live.hand import HandNetworks
from live.readers import LetterClassifier
from live.recognizer import Recognizer
from live.sources.pictures import decode_picture, read_picture
from tests.support import drawn

HEIC = Path(__file__).parents[2] / "support" / "data" / "drawn_b.heic"


@pytest.fixture
def recognizer(classifier: LetterClassifier, hand_networks: HandNetworks) -> Recognizer:
    return Recognizer.from_networks(classifier, hand_networks)


def picture() -> Image.Image:
    return Image.fromarray(drawn.hand("B", 240)[:, :200, ::-1].copy())  # higher than wide


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def rgb_png(width: int, height: int, packed: bytes, bits: int = 8) -> bytes:
    """A PNG written by hand, so that its header can say what its body does not hold."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, bits, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "BMP", "GIF"])
def test_every_common_format_reads_alike(kind: str) -> None:
    frame = decode_picture(encoded(picture(), kind), "x")
    assert frame.shape == (240, 200, 3)
    assert frame.dtype == np.uint8
    assert np.abs(frame.astype(int) - np.asarray(picture())[:, :, ::-1]).mean() < 4


@pytest.mark.parametrize(("kind", "mode"), [("GIF", "P"), ("PNG", "P"), ("PNG", "1")])
def test_the_pattern_of_a_palette_is_smoothed_but_not_in_a_crop(kind: str, mode: str) -> None:
    few_colours = picture().convert(mode)  # dithers
    stored = np.asarray(few_colours.convert("RGB"))[:, :, ::-1].astype(int)
    whole = np.asarray(picture())[:, :, ::-1].astype(int)
    read = decode_picture(encoded(few_colours, kind), "x").astype(int)
    assert np.abs(read - whole).mean() < 0.6 * np.abs(stored - whole).mean()
    crop = few_colours.crop((50, 50, 114, 114))
    read = decode_picture(encoded(crop, kind), "x").astype(int)
    assert (read == stored[50:114, 50:114]).all()


def test_a_hand_in_a_dithered_gif_is_read(recognizer: Recognizer) -> None:
    hand = Image.fromarray(drawn.signed("Y", 1.0, (-60, 30))[:, :, ::-1].copy()).resize((400, 300)).convert("P")
    assert recognizer.read_picture(decode_picture(encoded(hand, "GIF"), "x")).letter == "Y"


def test_a_phones_heic_is_read() -> None:
    frame = read_picture(HEIC)
    assert np.abs(frame.astype(int) - drawn.hand("B", 240)).mean() < 4


@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_rotation_is_honoured(orientation: int) -> None:
    turned = {
        1: None, 2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_90, 7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }[orientation]  # fmt: skip
    stored = picture() if turned is None else picture().transpose(turned)
    exif = Image.Exif()
    exif[0x0112] = orientation
    frame = decode_picture(encoded(stored, "PNG", exif=exif), "x")
    assert np.array_equal(frame, np.asarray(picture())[:, :, ::-1])


def test_colours_come_out_as_bgr() -> None:
    frame = decode_picture(encoded(Image.new("RGB", (20, 20), (255, 128, 0)), "PNG"), "x")
    assert frame[0, 0].tolist() == [0, 128, 255]


def test_gray_palette_and_one_bit_pictures_become_colour() -> None:
    for mode in ("L", "P", "1", "LA"):
        assert decode_picture(encoded(picture().convert(mode), "PNG"), mode).shape == (240, 200, 3)


def test_cmyk_jpeg_is_read() -> None:
    frame = decode_picture(encoded(picture().convert("CMYK"), "JPEG"), "x")
    assert np.abs(frame.astype(int) - np.asarray(picture())[:, :, ::-1]).mean() < 6


def test_16_bit_gray_keeps_its_upper_8_bits() -> None:
    values = np.linspace(0, 65535, 100 * 100).astype(np.uint16).reshape(100, 100)
    frame = decode_picture(encoded(Image.fromarray(values), "PNG"), "x")
    assert np.abs(frame[:, :, 0].astype(int) - (values >> 8)).max() <= 1


def test_16_bit_colour_keeps_its_upper_8_bits() -> None:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", 16, 16, 16, 2, 0, 0, 0)  # 16 bits a channel, RGB
    row = b"\0" + struct.pack(">HHH", 0xFF00, 0x8000, 0x0100) * 16
    content = (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(row * 16)) + chunk(b"IEND", b"")
    )
    assert decode_picture(content, "x")[3, 3].tolist() == [1, 128, 255]


def test_what_is_transparent_becomes_white() -> None:
    clear = Image.new("RGBA", (20, 20), (10, 20, 30, 0))
    assert (decode_picture(encoded(clear, "PNG"), "x") == 255).all()


def test_an_animation_gives_its_first_frame() -> None:
    first, second = Image.new("RGB", (20, 20), "red"), Image.new("RGB", (20, 20), "blue")
    content = encoded(first, "GIF", save_all=True, append_images=[second])
    assert decode_picture(content, "x")[0, 0].tolist() == [0, 0, 255]


def test_every_bad_file_gets_one_line_that_names_it_and_says_what_to_do(tmp_path: Path) -> None:
    whole = encoded(picture(), "JPEG")
    bad = {
        "empty.jpg": (b"", "empty"),
        "cut.jpg": (whole[: len(whole) // 2], "damaged or cut short"),
        "text.jpg": (b"hello, I am text", "not a picture"),
        "page.png": (b"<!doctype html><title>404</title>", "not a picture"),
        "dot.png": (encoded(Image.new("RGB", (1, 1)), "PNG"), "too small"),
        "huge.png": (rgb_png(20_000, 20_000, zlib.compress(b"")), "too large"),
        "cut_header.png": (rgb_png(20_000, 20_000, b"")[:33], "not a picture"),
        "large.png": (encoded(Image.new("1", (9000, 9000)), "PNG"), "too large"),
        "figure.tiff": (encoded(picture(), "TIFF"), "not a picture"),
    }
    for name, (content, reason) in bad.items():
        path = tmp_path / name
        path.write_bytes(content)
        with pytest.raises(PictureError, match=reason) as caught:
            read_picture(path)
        assert str(path) in str(caught.value)
        assert "\n" not in str(caught.value)
    with pytest.raises(PictureError, match="is a folder"):
        read_picture(tmp_path)
    with pytest.raises(PictureError, match="no such file"):
        read_picture(tmp_path / "missing.jpg")


@settings(deadline=None)
@given(st.integers(0, 99), st.sampled_from(["JPEG", "PNG", "WEBP", "BMP", "GIF"]))
def test_a_file_cut_anywhere_is_read_or_refused_in_one_line(percent: int, kind: str) -> None:
    whole = encoded(picture(), kind)
    said = ""
    shape = (240, 200, 3)
    try:
        shape = decode_picture(whole[: len(whole) * percent // 100], "x").shape
    except PictureError as error:
        said = str(error)
    assert shape == (240, 200, 3)
    assert "\n" not in said
