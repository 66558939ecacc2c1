"""A real server and a real browser whose camera plays a real film."""

import ssl
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright

from live.hand.networks import HandNetworks
from tests.conftest import free_port
from tests.support import browser as browsers
from tests.support import drawn

CHROMIUM_FLAGS = (
    "--no-sandbox",  # root in a container has none
    "--disable-gpu",
    "--disable-background-networking",
)
ALLOWED = "--use-fake-ui-for-media-stream"  # without it, a headless browser refuses the camera
DESKTOP, PHONE = (1280, 900), (390, 844)
# The first element of a page that the selector fits, in the shadow roots of components, too.
DEEP = """
    const deep = (root, selector) => root.querySelector(selector) ?? [...root.querySelectorAll("*")]
      .map((each) => each.shadowRoot && deep(each.shadowRoot, selector)).find(Boolean);
"""
FILM_FPS = 30  # what Chromium plays a .mjpeg at
SLOW_MS = 30_000  # two shared cores decode, recognise and encode at once

OpenPage = Callable[..., Page]


@pytest.fixture(scope="session")
def chromium() -> str:
    path = browsers.find()
    if path is None:
        pytest.skip(browsers.MISSING)
    return path


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    expect.set_options(timeout=SLOW_MS)
    with sync_playwright() as started:
        yield started


UNSIGNED = ssl._create_unverified_context()


def wait_for(address: str, process: subprocess.Popen[str]) -> None:
    """Until a Streamlit app answers there."""
    for _ in range(300):
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=1, context=UNSIGNED) as answer:
                if answer.status == 200:
                    return
        except OSError:
            assert process.poll() is None, process.stdout and process.stdout.read()
            time.sleep(0.1)
    pytest.fail("the app did not start within 30 s")


@contextmanager
def running_app(*arguments: str, python: str = sys.executable, port: int | None = None) -> Iterator[str]:
    """`fingerspell` in a process of its own; its address."""
    port = port or free_port()
    command = [python, "-m", "live", "--port", str(port), *arguments]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    address = f"http{'s' if '--certificate' in arguments else ''}://127.0.0.1:{port}"
    try:
        wait_for(address, process)
        yield address
    finally:
        process.terminate()
        process.wait(10)
        if process.stdout:
            process.stdout.close()


@pytest.fixture(scope="session")
def app(hand_networks: HandNetworks) -> Iterator[str]:
    """The app with the model that ships; pages that were closed a moment ago leave no newcomer waiting."""
    with running_app("--people", "100") as address:
        yield address


@pytest.fixture(scope="session")
def drawn_film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the camera plays: two seconds of bare wall, then drawn hands here and there, each held 2 s with half a
    second of wall after it, over and over."""
    pictures = [drawn.signed(None)] * (2 * FILM_FPS)
    for letter, shift in (("L", (-130, 30)), ("Y", (120, 40))):
        pictures += [drawn.signed(letter, 0.8, shift)] * (2 * FILM_FPS) + [drawn.signed(None)] * (FILM_FPS // 2)
    return drawn.write_film(tmp_path_factory.mktemp("camera") / "drawn.mjpeg", pictures)


@pytest.fixture
def open_page(chromium: str, playwright: Playwright, drawn_film: Path) -> Iterator[OpenPage]:
    """Opens an address in a browser of its own, its camera playing a film."""
    with ExitStack() as stack:

        def open_(
            address: str,
            film: Path | None = drawn_film,
            flags: tuple[str, ...] = (ALLOWED,),
            size: tuple[int, int] = DESKTOP,
            script: str = "",
            scheme: Literal["light", "dark"] = "light",
            granted: bool = False,
        ) -> Page:
            """film: None for a machine without a camera. script: what the page's own scripts run after.

            granted: the browser has allowed the camera before, so the page starts by itself.
            """
            camera = ["--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={film}"]
            browser: Browser = playwright.chromium.launch(
                executable_path=chromium, args=[*CHROMIUM_FLAGS, *(camera if film else []), *flags]
            )
            stack.callback(browser.close)
            view: Any = {"viewport": {"width": size[0], "height": size[1]}, "color_scheme": scheme}
            context = browser.new_context(**view, ignore_https_errors=True)  # a test's certificate is its own
            context.grant_permissions(["clipboard-read", "clipboard-write", *(["camera"] if granted else [])])
            if script:
                context.add_init_script(script)
            page = context.new_page()
            page.goto(address)
            return page

        yield open_
