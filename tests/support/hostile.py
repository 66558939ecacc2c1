"""Makes damaged, odd and malicious files. `python -m tests.support.hostile FILE …` reads files in another process.

It reads each file as a picture or, where its name says so, as a film, and prints one line of JSON for it.
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

from live.errors import FingerspellError
from live.sources.pictures import MAX_PIXELS, read_picture
from live.sources.video import open_source
from tests.support import drawn

PICTURE_SUFFIXES = {"JPEG": ".jpg", "PNG": ".png", "WEBP": ".webp", "BMP": ".bmp", "GIF": ".gif"}
HEIC = Path(__file__).parent / "data" / "drawn_b.heic"
SIZE = (200, 150)
MOVING = "moving_"  # begins the names of pictures that are read as films


def encoded(image: Image.Image, kind: str, **how: object) -> bytes:
    """The bytes of a picture's file."""
    file = io.BytesIO()
    image.save(file, kind, **how)
    return file.getvalue()


def png(width: int, height: int, body: bytes) -> bytes:
    """A PNG whose header claims this size."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def pictures() -> dict[str, bytes]:
    """The contents of hostile pictures, by file name."""
    hand = Image.fromarray(np.ascontiguousarray(drawn.signed("Y")[:, :, ::-1])).resize(SIZE)
    files = {"html.png": b"<!doctype html><title>404</title>", "empty.jpg": b"", "zeros.jpg": bytes(4096)}
    whole = {suffix: encoded(hand, kind) for kind, suffix in PICTURE_SUFFIXES.items()} | {".heic": HEIC.read_bytes()}
    for suffix, content in whole.items():
        for tenth in range(1, 10):
            files[f"cut_{tenth}0{suffix}"] = content[: len(content) * tenth // 10]
        files[f"is_a{suffix}{'.png' if suffix != '.png' else '.jpg'}"] = content  # with the suffix of another format
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


def heic_of_tiles(columns: int, rows: int, pixels: str = "yuv420p") -> bytes:
    """A HEIC picture as phones write it: a grid of HEVC tiles of 512 x 512. Here all tiles are the same."""
    hand = Image.fromarray(np.ascontiguousarray(drawn.signed("Y")[:, :, ::-1])).resize((512, 512))
    file = io.BytesIO()
    with av.open(file, "w", "mp4") as film:
        stream = film.add_stream("libx265", rate=1, options={"preset": "ultrafast", "x265-params": "log-level=none"})
        stream.width, stream.height, stream.pix_fmt = 512, 512, pixels
        stream.codec_context.codec_tag = "hvc1"
        packets = [*stream.encode(av.VideoFrame.from_ndarray(np.asarray(hand), "rgb24")), *stream.encode()]
        for packet in packets:
            packet.pts = packet.dts = 0  # x265 invents a time for a single picture, sometimes one that no film has
        film.mux(packets)
    file.seek(0)
    with av.open(file, "r") as written:
        settings = bytes(written.streams.video[0].codec_context.extradata or b"")
        tile = bytes(next(written.demux(video=0)))

    def box(name: bytes, *content: bytes) -> bytes:
        body = b"".join(content)
        return struct.pack(">I", 8 + len(body)) + name + body

    def size(width: int, height: int) -> bytes:
        return box(b"ispe", struct.pack(">III", 0, width, height))

    whole, tiles = 1, range(2, 2 + columns * rows)  # item numbers
    grid = struct.pack(">BBBBHH", 0, 0, rows - 1, columns - 1, 512 * columns, 512 * rows)
    kinds = [box(b"infe", struct.pack(">IHH", 2 << 24, whole, 0), b"grid", b"\0")]
    kinds += [box(b"infe", struct.pack(">IHH", 2 << 24, n, 0), b"hvc1", b"\0") for n in tiles]
    properties = box(b"ipco", box(b"hvcC", settings), size(512, 512), size(512 * columns, 512 * rows))
    has = struct.pack(">II", 0, 1 + len(tiles)) + struct.pack(">HBB", whole, 1, 3)
    has += b"".join(struct.pack(">HBBB", n, 2, 0x81, 2) for n in tiles)

    def start(tile_at: int) -> bytes:
        lies = struct.pack(">HHHHII", whole, 1, 0, 1, 0, len(grid))
        lies += b"".join(struct.pack(">HHHHII", n, 0, 0, 1, tile_at, len(tile)) for n in tiles)
        return box(b"ftyp", b"heic", bytes(4), b"mif1heic") + box(
            b"meta", bytes(4),
            box(b"hdlr", bytes(8), b"pict", bytes(13)),
            box(b"pitm", struct.pack(">IH", 0, whole)),
            box(b"iloc", struct.pack(">IBBH", 1 << 24, 0x44, 0, 1 + len(tiles)), lies),
            box(b"iinf", struct.pack(">IH", 0, 1 + len(tiles)), *kinds),
            box(b"iref", bytes(4), box(b"dimg", struct.pack(f">{2 + len(tiles)}H", whole, len(tiles), *tiles))),
            box(b"iprp", properties, box(b"ipma", has)),
            box(b"idat", grid),
        )  # fmt: skip

    return start(len(start(0)) + 8) + box(b"mdat", tile)


def largest() -> dict[str, bytes]:
    """The contents of pictures with nearly as many pixels as the limit allows, by file name."""
    hand = Image.fromarray(np.tile(drawn.signed("Y")[:, :, ::-1], (16, 16, 1)))
    phone, other = hand.resize((8192, 6144)), hand.resize((5000, MAX_PIXELS // 5000))
    turned = Image.Exif()
    turned[0x0112] = 6
    animated = {"save_all": True, "append_images": [other.transpose(Image.Transpose.ROTATE_180)]}
    return {
        "plain.jpg": encoded(phone, "JPEG", exif=turned),
        "progressive.jpg": encoded(other.convert("CMYK"), "JPEG", progressive=True, subsampling=0),
        "plain.heic": heic_of_tiles(16, 12),
        "deep.heic": heic_of_tiles(10, 9, "yuv444p10le"),
        "alpha.png": encoded(other.convert("RGBA"), "PNG", compress_level=1, exif=turned),
        "alpha.webp": encoded(other.convert("RGBA"), "WEBP", method=0),
        "animated.webp": encoded(other, "WEBP", method=0, **animated),
        "animated.gif": encoded(other.convert("P"), "GIF"),
        "plain.bmp": encoded(other, "BMP"),
    }


def write_films(folder: Path) -> None:
    """Write hostile films: cut, without a picture, with a size that changes, lists of other files; and a good one."""
    whole = folder / "whole.mp4"
    drawn.write_film(whole, drawn.frames("BY", 15, 0.5))
    content = whole.read_bytes()
    for tenth in range(1, 10):
        (folder / f"cut_{tenth}0.mp4").write_bytes(content[: len(content) * tenth // 10])
    hand = Image.fromarray(np.ascontiguousarray(drawn.signed("Y")[:, :, ::-1])).resize(SIZE)
    for kind in ("GIF", "PNG", "WEBP"):
        moving = encoded(
            hand, kind, save_all=True, append_images=[hand.rotate(9 * n) for n in range(1, 9)], duration=99
        )
        for tenth in range(1, 11):
            name = f"{MOVING}{tenth}0{PICTURE_SUFFIXES[kind]}"
            (folder / name).write_bytes(moving[: len(moving) * tenth // 10])
    first, *others = (Image.new("L", (3600, 2700), shade) for shade in range(0, 200, 100))
    for kind in ("GIF", "PNG"):  # as large as a film may be
        moving = encoded(first, kind, save_all=True, append_images=others, duration=99)
        (folder / f"{MOVING}large{PICTURE_SUFFIXES[kind]}").write_bytes(moving)
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
    signed = [
        cv2.resize(picture, (640, 480) if n < 15 else (320, 240 + 8 * n))
        for n, picture in enumerate(drawn.frames("BY", 15, 1.0))
    ]
    write_jpegs(folder / "changing_size.avi", [cv2.imencode(".jpg", picture)[1].tobytes() for picture in signed])
    large = encoded(Image.new("RGB", (8000, 8000)), "JPEG")
    write_jpegs(folder / "large.avi", [large] * 3)
    write_jpegs(folder / "grows.avi", [encoded(Image.new("RGB", (640, 480)), "JPEG"), large, large])
    (folder / "list.mp4").write_text("ffconcat version 1.0\nfile whole.mp4\n")
    (folder / "list_of_itself.mp4").write_text("ffconcat version 1.0\nfile list_of_itself.mp4\n")
    (folder / "list_behind_tags.mp4").write_bytes(b"ID3\4\0\0\0\0\0\0" + (folder / "list.mp4").read_bytes())
    (folder / "list.avi").write_text(f"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n{whole}\n#EXT-X-ENDLIST\n")


def write_jpegs(path: Path, pictures: list[bytes]) -> None:
    """Write a film that claims the size of its first picture, whatever the size of the others."""
    with av.open(str(path), "w") as film, Image.open(io.BytesIO(pictures[0])) as first:
        stream = film.add_stream("mjpeg", rate=15)
        stream.width, stream.height, stream.pix_fmt = *first.size, "yuvj420p"
        for n, content in enumerate(pictures):
            packet = av.Packet(content)
            packet.stream, packet.pts, packet.dts = stream, n, n
            packet.time_base = Fraction(1, 15)
            film.mux(packet)


def write(folder: Path) -> None:
    """Write all hostile pictures and films."""
    for name, content in pictures().items():
        (folder / name).write_bytes(content)
    write_films(folder)


def read(path: Path) -> dict[str, object]:
    """Read a file. Returns the error, CPU seconds of this process's threads, and the peak memory in MB (2^20 bytes)."""
    begun_s, said = time.process_time(), ""
    try:
        if path.suffix in (".mp4", ".avi") or path.name.startswith(MOVING):
            with open_source(str(path)) as source:
                for frame in source:
                    assert frame.image_bgr.ndim == 3, path
        else:
            assert read_picture(path).ndim == 3, path
    except FingerspellError as error:
        said = str(error)
    return {"file": path.name, "said": said, "cpu_s": round(time.process_time() - begun_s, 2), "peak_mb": peak_mb()}


def peak_mb() -> float:
    """The peak memory of this process. getrusage would report the peak of the process that started it."""
    if sys.platform != "linux":
        return 0.0
    status = Path("/proc/self/status").read_text()
    return int(re.findall(r"VmHWM:\s+(\d+) kB", status)[0]) / 1024


if __name__ == "__main__":
    for argument in sys.argv[1:]:
        print(json.dumps(read(Path(argument))), flush=True)
