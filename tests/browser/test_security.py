"""Security of the running app: what it accepts, where it listens, what addresses it calls, what files it writes."""

import json
import re
import socket
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import cv2
import psutil
import pytest
from playwright.sync_api import Dialog, expect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin, Subprotocol

from live.hand.networks import HandNetworks
from live.web.stage import modules_path
from tests.browser.conftest import OpenPage
from tests.browser.page import open_settings, start, text_of
from tests.support import drawn
from tests.support.app import free_port, running

# Python reports to its audit hooks every address that the app looks up, connects to or sends to, and every open file.
WATCHED = """
import json, sys
from pathlib import Path
log = open(sys.argv.pop(1), "a", buffering=1)
def hook(event, arguments):
    if event in ("socket.bind", "socket.connect", "socket.sendto", "socket.sendmsg"):
        log.write(json.dumps([event, arguments[1]]) + "\\n")
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        log.write(json.dumps([event, [str(arguments[0])]]) + "\\n")
    elif event == "open" and isinstance(arguments[0], str) and set(arguments[1] or "") & set("wax+"):
        log.write(json.dumps([event, [str(Path(arguments[0]).absolute())]]) + "\\n")
sys.addaudithook(hook)
from live.__main__ import main
main()
"""
INTERFACES = psutil.net_if_addrs().values()
THIS_MACHINE = {address.address.partition("%")[0] for interface in INTERFACES for address in interface} | {
    "localhost", "0.0.0.0", "::", "None",
}  # fmt: skip


@contextmanager
def watched_app(log: Path, *arguments: str) -> Iterator[tuple[str, psutil.Process]]:
    """The app, and its process. It writes every address that it uses, and every file that it writes, to the log."""
    port = free_port()
    with running([sys.executable, "-c", WATCHED, str(log), "--port", str(port), *arguments], port) as started:
        yield started


def test_the_app_listens_only_here_calls_nobody_and_writes_only_to_its_folders(
    hand_networks: HandNetworks, open_page: OpenPage, tmp_path: Path
) -> None:
    picture, film, log = tmp_path / "y.png", tmp_path / "ly.webm", tmp_path / "events.jsonl"
    cv2.imwrite(str(picture), drawn.signed("Y"))
    drawn.write_film(film, [drawn.signed("L", 0.8)] * 20)
    with watched_app(log, "--signs", str(tmp_path / "signs")) as (address, process):
        page = open_page(address)
        start(page)
        expect(text_of(page)).to_have_value(re.compile("L"))
        sockets = process.net_connections("inet")
        page.goto(f"{address}/pictures")
        page.locator("input[type=file]").set_input_files([picture, film])
        expect(page.get_by_test_id("letter")).to_have_text("Y")
        expect(page.get_by_role("heading", name="L", exact=True)).to_be_visible()
        for path in ("learn", "practice", "signs", "quality"):
            page.goto(f"{address}/{path}")
            expect(page.get_by_role("heading", level=1)).to_be_visible()
        assert_refused(f"{address}/_stcore/stream")  # this makes Streamlit look up the name of this machine
        sockets += process.net_connections("inet")
    assert {socket.laddr.ip for socket in sockets if socket.status == psutil.CONN_LISTEN} == {"127.0.0.1"}
    assert {socket.raddr.ip for socket in sockets if socket.raddr} <= THIS_MACHINE
    events = [json.loads(line) for line in log.read_text().splitlines()]
    assert any(event == "socket.bind" for event, _ in events)  # the hook works
    used = {str(arguments[0]) for event, arguments in events if event.startswith("socket.")}
    assert used <= THIS_MACHINE, used - THIS_MACHINE
    written = {Path(arguments[0]) for event, arguments in events if event == "open"}
    assert [path for path in written if not path.is_relative_to("/tmp") and not path.is_relative_to("/dev")] == []


def assert_refused(address: str) -> None:
    """Assert that a page from another address cannot open this WebSocket of the app."""
    streamlit = [Subprotocol("streamlit")]
    with (
        pytest.raises(InvalidStatus, match="403"),
        connect(address.replace("http://", "ws://"), subprotocols=streamlit, origin=Origin("https://evil.example")),
    ):
        pass


@pytest.mark.parametrize("path", ["_stcore/stream", "fingerspell/camera"])
def test_pages_of_other_addresses_cannot_open_sockets(app: str, path: str) -> None:
    with connect(
        f"{app}/{path}".replace("http://", "ws://"), subprotocols=[Subprotocol("streamlit")], origin=Origin(app)
    ):
        pass
    assert_refused(f"{app}/{path}")


def test_a_foreign_name_that_leads_to_this_machine_cannot_open_the_cameras_socket(app: str) -> None:
    port = app.rpartition(":")[2]

    def reason(headers: dict[str, str]) -> str:
        plain = socket.create_connection(("127.0.0.1", int(port)))
        address, origin = f"ws://evil.example:{port}/fingerspell/camera", Origin(f"http://evil.example:{port}")
        with connect(address, sock=plain, origin=origin, additional_headers=headers) as camera:
            with suppress(ConnectionClosed):
                camera.send('{"version": 1, "token": "guessed"}')
                camera.recv(timeout=10)
            return camera.close_reason or ""

    assert "not known by this name" in reason({})
    assert "session has ended" in reason({"X-Forwarded-For": "192.0.2.1"})  # a proxy has this name


def test_pages_of_other_addresses_cannot_send_files(app: str) -> None:
    forged = urllib.request.Request(f"{app}/_stcore/upload_file/session/file", data=b"x", method="PUT")
    with pytest.raises(urllib.error.HTTPError, match=r"40[03]"):
        urllib.request.urlopen(forged, timeout=10)


@pytest.mark.parametrize(
    "path",
    [
        "../../../../../../etc/passwd", "static/../../../../../../etc/passwd", "%2e%2e/%2e%2e/%2e%2e/etc/passwd",
        "fingerspell/stage/STAGE/../../../../../etc/passwd", "fingerspell/stage/STAGE/..%2f..%2fresources.py",
        "fingerspell/stage/STAGE/%2e%2e%2f%2e%2e%2fresources.py",
        "media/..%2f..%2f..%2fetc%2fpasswd", "app/static/..%2f..%2fresources.py",
    ],
)  # fmt: skip
def test_no_path_leads_out_of_what_is_served(app: str, path: str) -> None:
    try:
        path = path.replace("fingerspell/stage/STAGE", modules_path().strip("/"))
        with urllib.request.urlopen(f"{app}/{path}", timeout=10) as answer:
            content = answer.read()
    except urllib.error.HTTPError as error:
        content = error.read()
    assert b"root:" not in content
    assert b"signs_folder" not in content


def test_a_file_name_is_shown_and_never_run(app: str, open_page: OpenPage, tmp_path: Path) -> None:
    name = "<img src=x onerror=alert(1)> **b** [x](javascript:alert(2)) $x$.png"
    picture, broken = tmp_path / name, tmp_path / name.replace(".png", ".mp4")
    cv2.imwrite(str(tmp_path / "y.png"), drawn.signed("Y"))
    (tmp_path / "y.png").rename(picture)
    broken.write_bytes(b"none")
    page = open_page(f"{app}/pictures")
    alerts: list[str] = []

    def note(dialog: Dialog) -> None:
        alerts.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", note)
    page.locator("input[type=file]").set_input_files([picture, broken])
    expect(page.get_by_test_id("letter")).to_have_text("Y")
    expect(page.get_by_test_id("stMarkdown").get_by_text(name, exact=True)).to_be_visible()
    expect(page.get_by_role("heading", name=f"Film: {broken.name}", exact=True)).to_be_visible()
    assert page.locator('img[src="x"], a[href^="javascript"]').count() == 0
    assert alerts == []


def test_an_upload_that_is_too_large_is_refused(app: str, open_page: OpenPage, tmp_path: Path) -> None:
    large = tmp_path / "large.png"
    with large.open("wb") as file:
        file.truncate(201 * 1024 * 1024)
    page = open_page(f"{app}/pictures")
    page.locator("input[type=file]").set_input_files(large)
    expect(page.get_by_text(re.compile("must be 200.0MB or smaller|exceeds|too large"))).to_be_visible()


def test_settings_in_the_address_are_used_only_if_they_are_valid(app: str, open_page: OpenPage) -> None:
    page = open_page(f"{app}?model=..%2F..%2Fetc&hold=nan&mirror=9e99&words=%3Cscript%3Ealert(1)%3C%2Fscript%3E")
    start(page)
    expect(text_of(page)).to_have_value(re.compile("LY"))
    open_settings(page)
    expect(page.get_by_role("combobox", name="Model")).to_have_value("letters")
    expect(page.get_by_text("0.60")).to_be_visible()
    expect(page.get_by_role("switch", name="Suggest likely words")).not_to_be_checked()
