"""Chromium for tests and measurements. `python -m tests.support.browser install` installs it, and nginx, if missing."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Browser, Playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MISSING = (
    "NO BROWSER: the tests of the page are SKIPPED. Install Chromium (Debian, Ubuntu as root: apt install chromium; "
    "elsewhere: .venv/bin/playwright install --with-deps chromium) and run make test again."
)
FLAGS = (
    "--no-sandbox",  # root in a container has none
    "--disable-gpu",
    "--disable-background-networking",
)
FAKE_CAMERA = "--use-fake-device-for-media-stream"  # a test picture, or a film where one is named
ALLOW_CAMERA = "--use-fake-ui-for-media-stream"  # a headless browser refuses the camera without it
FILM_FPS = 30  # Chromium plays every .mjpeg film at this rate
# JavaScript. deep(root, selector) finds the first element that matches, in the shadow roots of components too.
DEEP = """
    const deep = (root, selector) => root.querySelector(selector) ?? [...root.querySelectorAll("*")]
      .map((element) => element.shadowRoot && deep(element.shadowRoot, selector)).find(Boolean);
"""


def of_system() -> str | None:
    """The path of the system's own Chromium."""
    return next((path for path in map(shutil.which, NAMES) if path), None)


def find() -> str | None:
    """The path of a Chromium: the system's, else Playwright's own."""
    if path := of_system():
        return path
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def launch(playwright: Playwright, film: Path | None, flags: Sequence[str] = (ALLOW_CAMERA,)) -> Browser:
    """Start a Chromium whose camera plays this film from its start, over and over. film: None for no camera.

    It is the system's, else Playwright's own, which Playwright finds by itself.
    """
    camera = (FAKE_CAMERA, f"--use-file-for-fake-video-capture={film}") if film else ()
    return playwright.chromium.launch(executable_path=of_system(), args=[*FLAGS, *camera, *flags])


def nginx() -> str | None:
    """The path of nginx, which is not on the PATH of every user."""
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")


def install() -> bool:
    """Install Debian's chromium where apt can, else Playwright's own. Returns whether there is one in the end.

    Also installs nginx, which the tests of replicas and proxies need.
    """
    wanted = [*([] if find() else ["chromium"]), *([] if nginx() else ["nginx-light"])]
    if wanted and shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        print(f"installing Debian's {' and '.join(wanted)} for the tests of the page …", flush=True)
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", *wanted]):
            subprocess.run(["apt-get", *command], env=environment, stdout=subprocess.DEVNULL, check=False)
    if find():
        return True
    print("installing Playwright's chromium for the tests of the page …", flush=True)
    ran = subprocess.run(
        [sys.executable, "-m", "playwright", "install", "chromium"], capture_output=True, text=True, check=False
    )
    return ran.returncode == 0 and find() is not None


if __name__ == "__main__":
    if sys.argv[1:] != ["install"]:
        sys.exit("usage: python -m tests.support.browser install")
    if not install():
        print(f"\n  {MISSING}\n", flush=True)
