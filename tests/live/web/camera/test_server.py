"""The camera's WebSocket on its own small server, also with sessions that fail."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import cv2
import numpy as np
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from live.files import shipped_models
from live.readers.classifier import LetterClassifier
from live.recognizer import Recognizer
from live.web.camera import connection, server
from live.web.camera.app_camera import CameraFrame, Listener
from live.web.camera.places import Places
from live.web.camera.protocol import BROKEN, CAPTURED_MS, REPLACED, VERSION
from live.web.camera.session import LiveSession, register
from tests.support import drawn
from tests.support.wait import wait_until

FRAME = CAPTURED_MS.pack(0) + cv2.imencode(".jpg", drawn.signed(None))[1].tobytes()


@pytest.fixture
def places(monkeypatch: pytest.MonkeyPatch) -> Places:
    two = Places(2)
    monkeypatch.setattr(connection, "places", lambda: two)
    monkeypatch.setattr(connection, "app_camera", lambda: None)
    return two


@pytest.fixture
def address(places: Places) -> Iterator[str]:
    app = Starlette(routes=[WebSocketRoute("/", server.camera_socket)])
    running = uvicorn.Server(uvicorn.Config(app, port=0, log_level="critical", lifespan="off"))
    thread = threading.Thread(target=running.run)
    thread.start()
    wait_until(lambda: running.started, "the server listens", every_s=0.01)
    yield f"ws://127.0.0.1:{running.servers[0].sockets[0].getsockname()[1]}"
    running.should_exit = True
    thread.join()


@pytest.fixture
def session() -> LiveSession:
    return register(LiveSession(Recognizer(LetterClassifier.load(shipped_models() / "sign_mnist"))))


@contextmanager
def connected(address: str, session: LiveSession, **more: Any) -> Iterator[ClientConnection]:
    with connect(address, open_timeout=10) as page:
        page.send(json.dumps({"version": VERSION, "token": session.token, **more}))
        assert next_message(page)["kind"] == "text"
        yield page


def next_message(page: ClientConnection) -> dict[str, Any]:
    message: dict[str, Any] = json.loads(page.recv(timeout=10))
    return message


def close_code(page: ClientConnection) -> int:
    """Wait until the connection ends, and return its close code."""
    with pytest.raises(ConnectionClosed) as closed:
        page.recv(timeout=10)
    assert closed.value.rcvd is not None
    return closed.value.rcvd.code


class Broken:
    """An observer with a bug."""

    def update(self, *_: object) -> None:
        raise RuntimeError("a bug")


def test_a_reading_that_fails_ends_the_connection_with_a_reason_and_a_line_in_the_log(
    address: str, session: LiveSession, places: Places, caplog: pytest.LogCaptureFixture
) -> None:
    session.observe(Broken())
    with connected(address, session) as page:
        page.send(json.dumps({"do": "start"}))
        assert next_message(page)["kind"] == "place"
        page.send(FRAME)
        assert close_code(page) == BROKEN
    assert "a bug" in caplog.text
    assert places.taken == 0


class OneFrameCamera:
    """A fake of the app's own camera, with one frame."""

    fault = None
    newest = CameraFrame(0, np.zeros((48, 64, 3), np.uint8), b"JPEG", 0.0)

    def join(self, listener: Listener) -> None:
        listener()

    def leave(self, listener: Listener) -> None:
        pass


def test_a_frame_of_the_apps_camera_that_fails_ends_the_connection_with_a_reason(
    address: str, session: LiveSession, places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "app_camera", OneFrameCamera)
    session.observe(Broken())
    with connected(address, session) as page:
        page.send(json.dumps({"do": "start"}))
        assert next_message(page)["kind"] == "place"
        page.send(json.dumps({"do": "next"}))
        assert close_code(page) == BROKEN
    assert places.taken == 0


def test_a_page_that_connects_again_takes_over_from_its_old_connection(
    address: str, session: LiveSession, places: Places
) -> None:
    with connected(address, session) as old:
        old.send(json.dumps({"do": "start"}))
        assert next_message(old)["kind"] == "place"
        with connected(address, session) as new:
            assert close_code(old) == REPLACED
            new.send(json.dumps({"do": "start"}))
            assert next_message(new)["kind"] == "place"
            new.send(FRAME)
            assert next_message(new)["kind"] == "reading"
            assert places.taken == 1


def test_a_new_session_takes_over_the_pages_text_and_undo_does_not_remove_it(
    address: str, session: LiveSession
) -> None:
    with connect(address) as page:
        page.send(json.dumps({"version": VERSION, "token": session.token, "text": "KEPT", "n": 5}))
        assert (next_message(page)["text"], session.last_change) == ("KEPT", 5)
        page.send(json.dumps({"do": "undo", "n": 6}))
        assert next_message(page)["text"] == "KEPT"


def test_a_greeting_without_a_text_leaves_it_empty(address: str, session: LiveSession) -> None:
    with connect(address) as page:
        page.send(json.dumps({"version": VERSION, "token": session.token, "text": None, "n": None}))
        assert next_message(page)["text"] == ""
