"""A real app, and a real browser whose camera plays a film."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright

from live.hand.networks import HandNetworks
from tests.browser.page import DESKTOP
from tests.support import browser as browsers
from tests.support import drawn
from tests.support.app import running_app
from tests.support.browser import ALLOW_CAMERA, FILM_FPS

HERE = Path(__file__).parent
DEADLINE_MS = 90_000  # until a page shows what it should: two shared cores decode, recognise and encode at once

OpenPage = Callable[..., Page]
GetBrowser = Callable[[Path | None, tuple[str, ...]], Browser]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test of this folder: `-m "not browser"` leaves them out."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker("browser")


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium."""
    path = browsers.find()
    if path is None:
        pytest.skip(browsers.MISSING)
    return path


@pytest.fixture(scope="session")
def playwright(chromium: str) -> Iterator[Playwright]:
    expect.set_options(timeout=DEADLINE_MS)
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def app(hand_networks: HandNetworks) -> Iterator[str]:
    """The app with the shipped model. It has more places than there are tests, so no test has to wait."""
    with running_app("--people", "100") as address:
        yield address


@pytest.fixture(scope="session")
def drawn_film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The camera's film: L and Y, drawn in different places, then a bare wall for long enough to make a space."""
    pictures = [drawn.signed(None)] * (FILM_FPS // 2)
    for letter, shift, wall_s in (("L", (-130, 30), 0.5), ("Y", (120, 40), 2.0)):
        pictures += [drawn.signed(letter, 0.8, shift)] * round(1.6 * FILM_FPS)
        pictures += [drawn.signed(None)] * round(wall_s * FILM_FPS)
    return drawn.write_film(tmp_path_factory.mktemp("camera") / "drawn.mjpeg", pictures)


@pytest.fixture(scope="session")
def shared_browser(playwright: Playwright) -> Iterator[GetBrowser]:
    """Gives the browser with this camera and these flags. All tests share it, and each test has its own contexts."""
    started: dict[tuple[Path | None, tuple[str, ...]], Browser] = {}

    def get(film: Path | None, flags: tuple[str, ...]) -> Browser:
        browser = started.get((film, flags))
        if browser is None or not browser.is_connected():
            browser = started[film, flags] = browsers.launch(playwright, film, flags)
        return browser

    yield get
    for browser in started.values():
        browser.close()


@pytest.fixture
def open_page(playwright: Playwright, shared_browser: GetBrowser, drawn_film: Path) -> Iterator[OpenPage]:
    """Opens an address as a new visitor would: no cookies, nothing stored, a camera that plays a film."""
    with ExitStack() as stack:

        def open_(
            address: str,
            film: Path | None = drawn_film,
            flags: tuple[str, ...] = (ALLOW_CAMERA,),
            size: tuple[int, int] = DESKTOP,
            script: str = "",
            scheme: Literal["light", "dark"] = "light",
            granted: bool = False,
        ) -> Page:
            """film: None for a machine without a camera. script: runs before the page's own scripts.

            granted: the browser has allowed the camera before, so the page starts by itself.
            """
            if film in (None, drawn_film):
                browser = shared_browser(film, flags)
            else:
                browser = browsers.launch(playwright, film, flags)
                stack.callback(browser.close)
            view: Any = {"viewport": {"width": size[0], "height": size[1]}, "color_scheme": scheme}
            context = browser.new_context(**view, ignore_https_errors=True)  # tests sign their own certificates
            stack.callback(context.close)
            context.set_default_timeout(DEADLINE_MS)
            context.grant_permissions(["clipboard-read", "clipboard-write", *(["camera"] if granted else [])])
            if script:
                context.add_init_script(script)
            page = context.new_page()
            page.goto(address)
            return page

        yield open_
