"""The app's own camera: a film, a folder of pictures, or a real camera, for everybody who watches."""

import queue
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from live.errors import CameraError
from live.sources import Frame
from live.web.camera import app_camera
from live.web.camera.app_camera import AppCamera, CameraFrame
from tests.support import drawn
from tests.support.links import served

WAIT_S = 10.0
FPS = 20
N_FRAMES = 8


class Watcher:
    """A listener that keeps each frame and fault."""

    def __init__(self, camera: AppCamera) -> None:
        self._camera = camera
        self._heard: queue.Queue[CameraFrame | str | None] = queue.Queue()

    def __call__(self) -> None:
        self._heard.put(self._camera.fault or self._camera.newest)

    def frames(self, number: int) -> list[CameraFrame]:
        heard = [self._heard.get(timeout=WAIT_S) for _ in range(number)]
        assert all(isinstance(item, CameraFrame) for item in heard), heard
        return [item for item in heard if isinstance(item, CameraFrame)]

    def fault(self) -> str:
        while True:
            heard = self._heard.get(timeout=WAIT_S)
            if isinstance(heard, str):
                return heard


@contextmanager
def watching(camera: AppCamera) -> Iterator[Watcher]:
    watcher = Watcher(camera)
    camera.join(watcher)
    try:
        yield watcher
    finally:
        camera.leave(watcher)


def thread_of(camera: AppCamera) -> threading.Thread:
    assert camera._thread is not None
    return camera._thread


class FakeCamera:
    """A fake live camera. pictures: when it is opened first, it fails after this many; None for no end."""

    frame_s = 1 / 30

    def __init__(self, pictures: int | None = None) -> None:
        self.pictures = pictures
        self.opened = 0
        self.closing, self.may_close, self.closed = threading.Event(), threading.Event(), threading.Semaphore(0)
        self.may_close.set()

    def open(self, source: str) -> "FakeCamera":
        self.opened += 1
        return self

    def __enter__(self) -> "FakeCamera":
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        assert self.may_close.wait(WAIT_S)
        self.closed.release()

    def __iter__(self) -> Iterator[Frame]:
        n = 0
        while self.pictures is None or self.opened > 1 or n < self.pictures:
            threading.Event().wait(0.005)  # as long as a fast camera takes
            yield Frame(np.full((48, 64, 3), n % 256, np.uint8), n / 30)
            n += 1
        raise CameraError("camera 0 stopped: check that it is plugged in")


@pytest.fixture
def fake_camera(monkeypatch: pytest.MonkeyPatch) -> FakeCamera:
    camera = FakeCamera()
    monkeypatch.setattr(app_camera, "open_source", camera.open)
    return camera


@pytest.fixture
def levels() -> list[NDArray[np.uint8]]:
    """Pictures of different grey levels."""
    return [np.full((480, 640, 3), 20 + 25 * n, np.uint8) for n in range(N_FRAMES)]


@pytest.mark.parametrize("place", ["this machine", "a server"])
def test_a_film_plays_at_its_own_speed_in_a_loop(tmp_path: Path, levels: list[NDArray[np.uint8]], place: str) -> None:
    film = drawn.write_film(tmp_path / "film.mp4", levels, FPS)
    begun_s = time.monotonic()
    with served(film) as address, watching(AppCamera(str(film) if place == "this machine" else address)) as watcher:
        frames = watcher.frames(3 * N_FRAMES)
    assert [frame.number for frame in frames] == list(range(3 * N_FRAMES))
    shown = [round((float(frame.image_bgr.mean()) - 20) / 25) for frame in frames]
    assert shown == list(range(N_FRAMES)) * 3
    for frame in frames:  # a busy machine may be late, but no frame is early
        assert frame.time_s - begun_s > 0.99 * frame.number / FPS
    assert all(one.time_s < next_.time_s for one, next_ in pairwise(frames))


def test_a_folder_of_pictures_plays_unchanged_in_order_and_in_a_loop(
    tmp_path: Path, levels: list[NDArray[np.uint8]]
) -> None:
    for n, picture in enumerate(levels[:3]):
        cv2.imwrite(str(tmp_path / f"{9 + n}.png"), picture)
    with watching(AppCamera(str(tmp_path))) as watcher:
        frames = watcher.frames(7)
    for n, frame in enumerate(frames):
        assert np.array_equal(frame.image_bgr, levels[n % 3])


@pytest.mark.parametrize(
    ("size", "shown"),
    [((1280, 960), (640, 480)), ((480, 640), (480, 640)), ((960, 1280), (480, 640)), ((64, 48), (64, 48)),
     ((12_000, 8), (640, 1))],
)  # fmt: skip
def test_the_page_gets_a_smaller_picture_of_the_same_shape(
    tmp_path: Path, size: tuple[int, int], shown: tuple[int, int]
) -> None:
    cv2.imwrite(str(tmp_path / "1.png"), np.full((size[1], size[0], 3), (10, 120, 240), np.uint8))
    with watching(AppCamera(str(tmp_path))) as watcher:
        (frame,) = watcher.frames(1)
    assert frame.image_bgr.shape == (size[1], size[0], 3)
    assert frame.jpeg.startswith(b"\xff\xd8\xff")
    decoded = cv2.imdecode(np.frombuffer(frame.jpeg, np.uint8), cv2.IMREAD_COLOR)
    assert decoded is not None
    assert decoded.shape == (shown[1], shown[0], 3)
    assert np.abs(decoded.reshape(-1, 3).mean(axis=0) - (10, 120, 240)).max() < 6


def test_a_missing_source_is_reported_and_opened_again(
    tmp_path: Path, levels: list[NDArray[np.uint8]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app_camera, "RETRY_S", 0.01)
    camera = AppCamera(str(tmp_path / "film"))
    with watching(camera) as watcher:
        for _ in range(2):
            assert "there is no such film or folder" in watcher.fault()
        assert camera.newest is None
        cv2.imwrite(str(tmp_path / "1.png"), levels[3])
        (tmp_path / "new").mkdir()
        (tmp_path / "1.png").rename(tmp_path / "new" / "1.png")
        (tmp_path / "new").rename(tmp_path / "film")
        while isinstance(heard := watcher._heard.get(timeout=WAIT_S), str):
            pass
        assert isinstance(heard, CameraFrame)
        assert np.array_equal(heard.image_bgr, levels[3])
        assert camera.fault is None


def test_a_camera_that_stops_is_reported_and_opened_again(
    fake_camera: FakeCamera, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app_camera, "RETRY_S", 0.01)
    fake_camera.pictures = 3
    with watching(AppCamera("0")) as watcher:
        first = watcher.frames(3)
        assert "camera 0 stopped" in watcher.fault()
        assert fake_camera.closed.acquire(timeout=WAIT_S)
        again = watcher.frames(3)
    assert [frame.number for frame in first + again] == list(range(6))
    assert fake_camera.opened == 2


def test_the_thread_ends_without_a_retry_once_all_listeners_have_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app_camera, "RETRY_S", 60.0)
    camera = AppCamera(str(tmp_path / "nowhere.mp4"))
    with watching(camera) as watcher:
        watcher.fault()
        thread = thread_of(camera)
    thread.join(WAIT_S)
    assert not thread.is_alive()
    assert camera.fault is None


def test_the_source_is_open_only_while_somebody_watches(fake_camera: FakeCamera) -> None:
    camera = AppCamera("0")
    assert fake_camera.opened == 0
    for times in (1, 2):
        with watching(camera) as watcher:
            assert [frame.number for frame in watcher.frames(3)] == [0, 1, 2]
            thread = thread_of(camera)
        thread.join(WAIT_S)
        assert not thread.is_alive()
        assert fake_camera.closed.acquire(timeout=WAIT_S)
        assert fake_camera.opened == times
        assert camera.newest is None


def test_all_listeners_get_the_same_frames_of_one_source(fake_camera: FakeCamera) -> None:
    camera = AppCamera("0")
    with watching(camera) as first:
        first.frames(1)
        with watching(camera) as second:
            (first_seen, *seen) = second.frames(5)
            others = first.frames(first_seen.number + 4)
            assert [id(frame) for frame in others[-4:]] == [id(frame) for frame in seen]
        assert first.frames(2)[0].number == others[-1].number + 1  # a listener that leaves disturbs no other
        assert fake_camera.opened == 1
        assert not fake_camera.closed.acquire(blocking=False)


def test_a_listener_that_has_left_is_not_called_and_may_leave_twice(fake_camera: FakeCamera) -> None:
    camera = AppCamera("0")
    with watching(camera) as stays:
        with watching(camera) as leaves:
            leaves.frames(1)
        camera.leave(leaves)
        while not stays._heard.empty():
            stays._heard.get_nowait()
        stays.frames(3)  # one frame may have been on its way
        heard = leaves._heard.qsize()
        stays.frames(5)
        assert leaves._heard.qsize() == heard


def test_a_new_listener_waits_while_the_source_is_being_closed(fake_camera: FakeCamera) -> None:
    camera = AppCamera("0")
    fake_camera.may_close.clear()
    with watching(camera) as watcher:
        watcher.frames(1)
        thread = thread_of(camera)
    assert fake_camera.closing.wait(WAIT_S)
    with watching(camera) as watcher:
        assert thread_of(camera) is thread
        assert fake_camera.opened == 1
        fake_camera.may_close.set()
        watcher.frames(3)
        assert fake_camera.opened == 2
        assert thread_of(camera) is thread
