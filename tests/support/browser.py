"""Finds a browser and nginx for the tests, and installs what is missing: `python -m tests.support.browser install`."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MISSING = (
    "NO BROWSER: the tests of the page are SKIPPED. Install Chromium (Debian, Ubuntu as root: apt install chromium; "
    "elsewhere: .venv/bin/playwright install --with-deps chromium) and run make test again."
)


def find() -> str | None:
    """The path of a Chromium: the system's, else Playwright's own."""
    for name in NAMES:
        if path := shutil.which(name):
            return path
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    return own if Path(own).exists() else None


def nginx() -> str | None:
    """Its path, outside of the PATH of those who are not root, too."""
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")


def install() -> bool:
    """Try Debian's chromium where apt can install it, then Playwright's own. Whether there is one in the end.

    And nginx, which one test puts in front of two servers.
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
