"""The ways that lead to the app besides its own address: a forwarded port, a path, a proxy, a slow link."""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import cv2
import psutil
import pytest
from playwright.sync_api import Page, Route, expect

from live.hand.networks import HandNetworks
from tests.browser.conftest import OpenPage, wait_for
from tests.browser.test_live_page import start, text_of
from tests.conftest import ROOT, free_port
from tests.measurements.slow_link import in_a_room
from tests.support.links import forwarded
from tests.support.replicas import plain_nginx

OWN = "/fingerspell/"  # the paths of the camera's socket and of the stage's modules begin so


@contextmanager
def started(command: Sequence[str], path: str = "", **environment: str) -> Iterator[tuple[str, psutil.Process]]:
    """A command that serves the app at STREAMLIT_SERVER_PORT, and its address with the path."""
    port = free_port()
    settings = {"SERVER_PORT": str(port), "SERVER_HEADLESS": "true", "BROWSER_GATHER_USAGE_STATS": "false"}
    told = {**os.environ, **{f"STREAMLIT_{name}": value for name, value in settings.items()}, **environment}
    quiet: Any = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "text": True}
    command = [part.replace("PORT", str(port)) for part in command]
    with subprocess.Popen([sys.executable, *command], cwd=ROOT, env=told, **quiet) as process:
        try:
            address = f"http://127.0.0.1:{port}{path}"
            wait_for(address, process)
            yield address, psutil.Process(process.pid)
        finally:
            process.terminate()


class Asked:
    """All that a page asks for."""

    def __init__(self, page: Page) -> None:
        self.urls: list[str] = []
        page.on("request", lambda request: self.urls.append(request.url))
        page.on("websocket", lambda socket: self.urls.append(socket.url))

    def paths(self, address: str) -> set[str]:
        """Their paths. All are at this address."""
        asked = [urlsplit(url) for url in self.urls if not url.startswith(("data:", "blob:"))]
        assert {url.netloc for url in asked} == {urlsplit(address).netloc}
        return {url.path for url in asked}


def is_read(open_page: OpenPage, address: str) -> Asked:
    """Open the page, and have it read the drawn film."""
    page = open_page("about:blank")
    asked = Asked(page)
    page.goto(address)
    start(page)
    expect(text_of(page)).to_have_value(re.compile("LY"))
    return asked


def test_streamlit_run_without_any_option_is_read_through_a_forwarded_port(
    hand_networks: HandNetworks, open_page: OpenPage
) -> None:
    with started(["-m", "streamlit", "run", "live/web/app.py"]) as (address, process), forwarded(address) as near:
        asked = is_read(open_page, near)
        sockets = process.net_connections("inet")
    assert any(path.startswith(OWN) for path in asked.paths(near))
    assert all(each.laddr.port == urlsplit(address).port for each in sockets)  # which is all that is open


def test_the_page_is_read_under_a_path(hand_networks: HandNetworks, open_page: OpenPage) -> None:
    command = ["-m", "streamlit", "run", "live/web/app.py", "--server.baseUrlPath=signs/asl"]
    with started(command, "/signs/asl") as (address, _):
        paths = is_read(open_page, f"{address}/").paths(address)
    assert any(path.startswith(f"/signs/asl{OWN}") and path.endswith("camera") for path in paths)
    assert any(path.startswith(f"/signs/asl{OWN}") and path.endswith("stage.js") for path in paths)
    assert not any(path.startswith(OWN) for path in paths)


def test_the_page_is_read_behind_nginx_of_which_one_port_is_open(app: str, open_page: OpenPage, tmp_path: Path) -> None:
    app_port = urlsplit(app).port
    assert app_port is not None
    with plain_nginx(tmp_path, app_port) as address:
        is_read(open_page, address).paths(address)


def test_the_page_is_read_behind_nginx_under_a_path_of_fingerspells_own(
    hand_networks: HandNetworks, open_page: OpenPage, tmp_path: Path
) -> None:
    command = ["-m", "live", "--port", "PORT"]
    with started(command, "/signs", STREAMLIT_SERVER_BASE_URL_PATH="signs") as (own, _):
        app_port = urlsplit(own).port
        assert app_port is not None
        with plain_nginx(tmp_path, app_port, "/signs/") as address:
            paths = is_read(open_page, f"{address}/").paths(address)
    assert f"/signs{OWN}camera" in paths
    assert all(path.startswith("/signs/") for path in paths - {"/favicon.ico"})


def test_start_cannot_be_pressed_before_the_stage_has_come_over_a_slow_link(app: str, open_page: OpenPage) -> None:
    page = open_page("about:blank")

    def late(route: Route) -> None:
        time.sleep(2)
        route.continue_()

    page.route(re.compile("/stage.js$"), late)
    page.goto(app)
    page.get_by_role("button", name="START").wait_for()
    start(page)
    expect(page.get_by_test_id("letter")).to_have_text("L")


def test_the_rooms_of_the_films_make_files_as_large_as_a_cameras() -> None:
    for letter in ("L", "Y", None):
        file = cv2.imencode(".jpg", in_a_room(letter), [cv2.IMWRITE_JPEG_QUALITY, 70])[1]
        assert 18_000 < len(file) < 30_000


def slow_link(kbit: float, round_trip_ms: float, seconds: float) -> dict[str, float]:
    """What tests.measurements.slow_link measures: in a process of its own, since it has a browser of its own, too."""
    link = ["--kbit", str(kbit), "--round-trip-ms", str(round_trip_ms), "--seconds", str(seconds)]
    command = [sys.executable, "-m", "tests.measurements.slow_link", *link]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    print(done.stdout)
    told: dict[str, float] = json.loads(done.stdout)
    return told


@pytest.mark.usefixtures("chromium", "hand_networks")
def test_a_slow_link_gives_eight_readings_a_second_and_none_older_than_half_a_second() -> None:
    told = slow_link(kbit=1000, round_trip_ms=150, seconds=15)
    assert told["readings_per_s"] >= 8
    assert told["max_age_ms"] <= 500


@pytest.mark.usefixtures("chromium", "hand_networks")
def test_a_quick_link_gets_the_best_picture_at_once_and_keeps_it() -> None:
    told = slow_link(kbit=0, round_trip_ms=0, seconds=4)
    assert (told["side"], told["quality"], told["changes"]) == (640, 0.7, 0)
    assert told["settled_after_s"] < 2
    assert 18_000 < told["frame_bytes"] < 30_000
