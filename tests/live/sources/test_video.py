"""One contract for every kind of source."""

import shutil
import struct
from collections.abc import Iterator
from contextlib import nullcontext
from itertools import pairwise
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from live.errors import CameraError
from live.sources import Frame, FrameSource
from live.sources.video import Camera, Film, PictureFolder, Stream, open_source
from tests.support import drawn
from tests.support.links import served

N_FRAMES = 30


class PluggedIn:
    """Stands in for cv2.VideoCapture: a camera that is unplugged after some frames."""

    def __init__(self, pictures: list[NDArray[np.uint8]], opened: bool = True) -> None:
        self._pictures, self._opened = list(pictures), opened

    def isOpened(self) -> bool:  # noqa: N802
        return self._opened

    def read(self) -> tuple[bool, NDArray[np.uint8] | None]:
        return (True, self._pictures.pop(0)) if self._pictures else (False, None)

    def get(self, _: int) -> float:
        return 0.0

    def set(self, _: int, __: float) -> bool:
        return True

    def release(self) -> None:
        self._opened = False


@pytest.fixture(scope="module")
def pictures() -> list[NDArray[np.uint8]]:
    return drawn.frames(drawn.WORD, fps=15, hold_s=1.0)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, pictures: list[NDArray[np.uint8]]) -> Path:
    path = tmp_path_factory.mktemp("pictures")
    for n, picture in enumerate(pictures):
        cv2.imwrite(str(path / f"{n}.png"), picture)  # 10.png sorts before 2.png by letters
    (path / "._1.png").write_bytes(b"what macOS leaves beside a picture")
    return path


@pytest.fixture
def served_film(film: Path) -> Iterator[str]:
    """The film's address on a server."""
    with served(film) as address:
        yield address


@pytest.fixture(params=["camera", "film", "film on a server", "film as an address", "stream", "folder"])
def source(request: pytest.FixtureRequest, film: Path, folder: Path, pictures: list[NDArray[np.uint8]]) -> FrameSource:
    if request.param == "camera":
        ticks = iter(np.arange(0, 100, 1 / 15).tolist())
        return Camera(0, PluggedIn(pictures), clock=lambda: next(ticks))  # type: ignore[arg-type]
    if request.param == "film on a server":
        return open_source(request.getfixturevalue("served_film"))
    if request.param == "stream":  # a row of JPEGs, which does not say how many follow
        row = drawn.write_film(film.with_suffix(".mjpeg"), pictures)
        return open_source(request.getfixturevalue("served_film").replace(film.name, row.name))
    if request.param == "film as an address":
        return open_source(film.as_uri())
    return open_source(str(film if request.param == "film" else folder))


def test_every_source_gives_all_frames_in_order_with_times_that_run_forward(
    source: FrameSource, pictures: list[NDArray[np.uint8]]
) -> None:
    frames: list[Frame] = []
    # a film and a folder end; a camera and a stream do not, they stop
    stops = isinstance(source, Camera | Stream)
    with source, pytest.raises(CameraError, match="stopped after") if stops else nullcontext():
        frames.extend(source)
    assert len(frames) == N_FRAMES
    for frame, picture in zip(frames, pictures, strict=True):
        assert frame.image_bgr.shape == (480, 640, 3)
        assert frame.image_bgr.dtype == np.uint8
        assert np.abs(frame.image_bgr.astype(int) - picture).mean() < 8
    times_s = [frame.time_s for frame in frames]
    assert times_s[0] == 0
    assert all(later > earlier for earlier, later in pairwise(times_s))


def test_films_and_folders_keep_their_own_time(film: Path, folder: Path) -> None:
    for path in (film, folder):
        with open_source(str(path)) as source:
            assert [frame.time_s for frame in source] == pytest.approx(np.arange(N_FRAMES) / 15, abs=1e-3)
            assert source.frame_s == pytest.approx(1 / 15)


def test_a_film_on_a_server_keeps_its_own_time_and_ends(served_film: str) -> None:
    with open_source(served_film) as source:
        assert source.n_frames == N_FRAMES
        assert [frame.time_s for frame in source] == pytest.approx(np.arange(N_FRAMES) / 15, abs=1e-3)


def test_a_film_whose_header_counts_frames_that_are_not_shown_is_whole(film: Path, tmp_path: Path) -> None:
    content = film.read_bytes()
    at = content.index(b"elst")  # the edit list: the number of edits, then the length and the beginning of each
    (length,) = struct.unpack(">I", content[at + 12 : at + 16])
    trimmed = tmp_path / "trimmed.mp4"
    trimmed.write_bytes(content[: at + 12] + struct.pack(">I", length // 2) + content[at + 16 :])
    with open_source(str(trimmed)) as source:
        assert 0 < sum(1 for _ in source) <= N_FRAMES  # and no error
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(content[: len(content) // 2])
    with pytest.raises(CameraError), open_source(str(cut)) as source:
        list(source)


def test_a_folder_named_by_a_number_is_told_from_a_camera(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copytree(folder, "2024")
    with pytest.raises(CameraError, match=r"For the file or folder named 2024, give \./2024"):
        open_source("2024")
    for source in (Path("2024"), "./2024"):
        assert isinstance(open_source(source), PictureFolder)


def test_the_name_of_a_source_decides_its_kind(film: Path, folder: Path) -> None:
    assert isinstance(open_source(str(film)), Film)
    assert isinstance(open_source(str(folder)), PictureFolder)
    with pytest.raises(CameraError, match="camera 93 cannot be opened"):
        open_source("93")
    with pytest.raises(CameraError, match=r"stream rtsp://127\.0\.0\.1:1/x cannot be opened"):
        open_source("rtsp://127.0.0.1:1/x")


def test_what_cannot_be_opened_is_reported_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "text.mp4").write_text("not a film")
    (tmp_path / "zero.mp4").touch()
    for name, reason in {
        "missing.mp4": "no such film or folder",
        "empty": "has no pictures",
        "text.mp4": "is not a film that can be read",
        "zero.mp4": "is not a film that can be read",
    }.items():
        with pytest.raises(CameraError, match=reason) as caught:
            open_source(str(tmp_path / name))
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize("password", ["secret", "se@secret", "a/secret"])
def test_a_stream_s_password_is_not_repeated(password: str) -> None:
    with pytest.raises(CameraError) as caught:
        open_source(f"http://user:{password}@127.0.0.1:1/x")
    assert "secret" not in str(caught.value)


def test_a_camera_that_opens_but_gives_nothing_is_an_error() -> None:
    with Camera(2, PluggedIn([])) as camera, pytest.raises(CameraError, match="camera 2 gives no picture"):  # type: ignore[arg-type]
        next(iter(camera))


def test_a_camera_that_does_not_open_is_an_error() -> None:
    with pytest.raises(CameraError, match="camera 2 cannot be opened: plug it in"):
        Camera(2, PluggedIn([], opened=False))  # type: ignore[arg-type]


def test_a_film_that_is_cut_short_gives_its_frames_and_then_says_so(tmp_path: Path) -> None:
    path = tmp_path / "cut.avi"  # its index stands at the end, its frame count at the beginning
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 15, drawn.SIZE)
    for picture in drawn.frames(drawn.WORD * 2, 15, 1.0):
        writer.write(picture)
    writer.release()
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with open_source(str(path)) as source, pytest.raises(CameraError, match=r"breaks off after \d+ of 60 frames"):
        for _ in source:
            pass


@pytest.mark.parametrize("suffix", [".mkv", ".mp4"])
def test_a_film_whose_sound_outlasts_its_picture_is_whole(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"film{suffix}"
    with av.open(str(path), "w") as film:
        picture, sound = film.add_stream("mpeg4", rate=15), film.add_stream("aac", rate=48_000)
        picture.width, picture.height = drawn.SIZE
        for each in drawn.frames("BY", 15, 1.0):
            film.mux(picture.encode(av.VideoFrame.from_ndarray(each, format="bgr24")))
        film.mux(picture.encode())
        for n in range(4 * 48_000 // 1024):
            silence = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
            silence.sample_rate, silence.pts = 48_000, n * 1024
            film.mux(sound.encode(silence))
        film.mux(sound.encode())
    with open_source(str(path)) as source:
        assert sum(1 for _ in source) == N_FRAMES


@pytest.mark.parametrize("name", ["x" * 5000, "2147483648", ""])
def test_a_name_that_nothing_can_have_is_refused_in_one_line(name: str) -> None:
    with pytest.raises(CameraError) as caught:
        open_source(name)
    assert "\n" not in str(caught.value)


def test_a_broken_picture_in_a_folder_is_named(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "1.png"), drawn.frame("B"))
    (tmp_path / "2.png").write_bytes(b"nonsense")
    with open_source(str(tmp_path)) as source:
        frames = iter(source)
        next(frames)
        with pytest.raises(CameraError, match=r"2\.png"):
            next(frames)
