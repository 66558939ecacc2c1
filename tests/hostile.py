"""Files that no reader should trip over, made here; and how they are read, in a process of its own.

`python -m tests.hostile FOLDER` reads every file in it as a picture and as a film, and prints one JSON line a file.
"""

import io
import json
import re
import struct
import sys
import time
import zlib
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
from PIL import Image

from live.cameras import open_source
from live.errors import FingerspellError
from live.pictures import read_picture
from tests import drawn

PICTURE_SUFFIXES = {"JPEG": ".jpg", "PNG": ".png", "WEBP": ".webp", "BMP": ".bmp", "GIF": ".gif"}
HEIC = Path(__file__).parent / "data" / "drawn_b.heic"
SIZE = (200, 150)


def encoded(image: Image.Image, kind: str, **how: object) -> bytes:
    """The bytes of a file."""
    file = io.BytesIO()
    image.save(file, kind, **how)
    return file.getvalue()


def png(width: int, height: int, body: bytes) -> bytes:
    """A PNG that says of itself that it is so large."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def pictures() -> dict[str, bytes]:
    """By file name."""
    hand = Image.fromarray(np.ascontiguousarray(drawn.signed("Y")[:, :, ::-1])).resize(SIZE)
    files = {"html.png": b"<!doctype html><title>404</title>", "empty.jpg": b"", "zeros.jpg": bytes(4096)}
    whole = {suffix: encoded(hand, kind) for kind, suffix in PICTURE_SUFFIXES.items()} | {".heic": HEIC.read_bytes()}
    for suffix, content in whole.items():
        for tenth in range(1, 10):
            files[f"cut_{tenth}0{suffix}"] = content[: len(content) * tenth // 10]
        files[f"is_a{suffix}{'.png' if suffix != '.png' else '.jpg'}"] = content  # by another's name
    for orientation in range(1, 9):
        exif = Image.Exif()
        exif[0x0112] = orientation
        files[f"turned_{orientation}.jpg"] = encoded(hand, "JPEG", exif=exif)
    files["cmyk.jpg"] = encoded(hand.convert("CMYK"), "JPEG")
    files["palette.png"] = encoded(hand.convert("P"), "PNG")
    files["palette_transparent.png"] = encoded(hand.convert("P"), "PNG", transparency=0)
    files["alpha.png"] = encoded(hand.convert("RGBA"), "PNG")
    files["gray_alpha.png"] = encoded(hand.convert("LA"), "PNG")
    files["one_bit.png"] = encoded(hand.convert("1"), "PNG")
    deep = Image.fromarray(np.asarray(hand.convert("L")).astype(np.uint16) * 257)
    files["sixteen_bit.png"] = encoded(deep, "PNG")
    for kind in ("GIF", "PNG", "WEBP"):
        moving = encoded(hand, kind, save_all=True, append_images=[hand.rotate(90)] * 20, duration=50)
        files[f"animated{PICTURE_SUFFIXES[kind]}"] = moving
    files["huge_header.png"] = png(60_000, 60_000, zlib.compress(bytes(100)))
    files["large_header.png"] = png(5_000, 5_000, zlib.compress(bytes(100)))
    files["bomb.png"] = png(5_000, 5_000, zlib.compress(bytes(5_000 * 15_001), 9))
    files["bomb_wide.png"] = png(2**31 - 1, 1, zlib.compress(bytes(100)))
    files["thin.png"] = encoded(Image.new("RGB", (1, 10_000)), "PNG")
    files["flat.png"] = encoded(Image.new("RGB", (10_000, 1)), "PNG")
    files["narrow.png"] = encoded(Image.new("RGB", (10, 10_000)), "PNG")
    noise = np.random.default_rng(0).integers(0, 256, 20_000, np.uint8).tobytes()
    for suffix in (".jpg", ".png", ".webp", ".bmp", ".gif", ".heic"):
        files[f"noise{suffix}"] = noise
        files[f"noisy_tail{suffix}"] = whole[suffix][: len(whole[suffix]) // 2] + noise
    return files


def write_films(folder: Path) -> None:
    """Whole, cut, without a picture, and of a size that changes."""
    whole = folder / "whole.mp4"
    drawn.write_film(whole, drawn.frames("BY", 15, 0.5))
    content = whole.read_bytes()
    for tenth in range(1, 10):
        (folder / f"cut_{tenth}0.mp4").write_bytes(content[: len(content) * tenth // 10])
    (folder / "html.mp4").write_bytes(b"<!doctype html><title>404</title>")
    (folder / "empty.mp4").write_bytes(b"")
    (folder / "noise.mp4").write_bytes(np.random.default_rng(0).integers(0, 256, 50_000, np.uint8).tobytes())
    (folder / "picture.mp4").write_bytes(encoded(Image.new("RGB", (64, 64)), "PNG"))
    with av.open(str(folder / "sound_alone.mp4"), "w") as film:
        sound = film.add_stream("aac", rate=48_000)
        for n in range(20):
            silence = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
            silence.sample_rate, silence.pts = 48_000, n * 1024
            film.mux(sound.encode(silence))
        film.mux(sound.encode())
    with av.open(str(folder / "no_frames.avi"), "w") as film:
        film.add_stream("mjpeg", rate=15, options={}).width = 640
        film.streams.video[0].height = 480
        film.streams.video[0].pix_fmt = "yuvj420p"
        film.start_encoding()
    with av.open(str(folder / "changing_size.avi"), "w") as film:
        stream = film.add_stream("mjpeg", rate=15)
        stream.width, stream.height, stream.pix_fmt = 640, 480, "yuvj420p"
        for n, picture in enumerate(drawn.frames("BY", 15, 1.0)):
            shown = cv2.resize(picture, (640, 480) if n < 15 else (320, 240 + 8 * n))
            packet = av.Packet(cv2.imencode(".jpg", shown)[1].tobytes())
            packet.stream, packet.pts, packet.dts = stream, n, n
            packet.time_base = Fraction(1, 15)
            film.mux(packet)


def write(folder: Path) -> None:
    """All of them."""
    for name, content in pictures().items():
        (folder / name).write_bytes(content)
    write_films(folder)


def read(path: Path) -> dict[str, object]:
    """How it is read: as a film by its name, else as a picture. cpu_s: of this process's threads."""
    begun_s, said = time.process_time(), ""
    try:
        if path.suffix in (".mp4", ".avi"):
            with open_source(str(path)) as source:
                for frame in source:
                    assert frame.image_bgr.ndim == 3, path
        else:
            assert read_picture(path).ndim == 3, path
    except FingerspellError as error:
        said = str(error)
    return {"file": path.name, "said": said, "cpu_s": round(time.process_time() - begun_s, 2), "peak_mb": peak_mb()}


def peak_mb() -> float:
    """The most that this process has held. getrusage would tell what the one held that started it."""
    if sys.platform != "linux":
        return 0.0
    status = Path("/proc/self/status").read_text()
    return int(re.findall(r"VmHWM:\s+(\d+) kB", status)[0]) / 1024


if __name__ == "__main__":
    for each in sorted(Path(sys.argv[1]).iterdir()):
        print(json.dumps(read(each)), flush=True)
