"""How the hand networks get into the cache. Uses their real bytes if they are here, and no real network."""

import socket
import subprocess
import sys
import threading
import urllib.error
from pathlib import Path
from typing import Any

import pytest

from live.errors import BundleError
from live.hand import download, networks
from live.hand.networks import HandNetworks


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(networks.CACHE_VARIABLE, str(tmp_path / "cache"))
    return tmp_path / "cache" / networks.BUNDLE_FILE


@pytest.fixture
def right_bytes(hand_networks: HandNetworks) -> bytes:
    packed = networks._pack(hand_networks.palm, hand_networks.landmarks)
    if not networks._is_known(packed):  # the cache holds Google's own bundle, whose networks carry a tail of metadata
        packed = networks.bundle_path().read_bytes()
    return packed


def offline(*_: Any, **__: Any) -> Any:
    raise urllib.error.URLError("Network is unreachable")


def no_pip(*_: Any, **__: Any) -> Any:
    return subprocess.CompletedProcess([], 1, "", "ERROR: No matching distribution found for mediapipe==0.10.21")


def test_missing_and_damaged_networks_are_errors(cache: Path) -> None:
    with pytest.raises(BundleError, match="have not been fetched yet"):
        networks.load_networks()
    cache.parent.mkdir()
    cache.write_bytes(b"half a bundle")
    with pytest.raises(BundleError, match="damaged or another version"):
        networks.load_networks()


def test_networks_in_the_cache_are_not_fetched_again(
    cache: Path, right_bytes: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache.parent.mkdir()
    cache.write_bytes(right_bytes)
    monkeypatch.setattr("urllib.request.urlopen", offline)
    monkeypatch.setattr("subprocess.run", no_pip)
    assert networks.fetch_networks().palm


def test_the_second_source_is_used_if_the_first_cannot_be_reached(
    cache: Path, hand_networks: HandNetworks, right_bytes: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("urllib.request.urlopen", offline)
    monkeypatch.setattr(download, "from_package", lambda: (hand_networks.palm, hand_networks.landmarks))
    monkeypatch.setattr(networks, "_pack", lambda *_: right_bytes)
    assert networks.fetch_networks() == hand_networks
    assert [path.name for path in cache.parent.iterdir()] == [networks.BUNDLE_FILE]


def test_a_download_with_another_checksum_is_discarded(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "from_store", lambda: b"<html>a captive portal</html>")
    monkeypatch.setattr("subprocess.run", no_pip)
    with pytest.raises(BundleError, match=r"wrong sha256.*No matching distribution") as caught:
        networks.fetch_networks()
    assert "\n" not in str(caught.value)
    assert not cache.exists()


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 8000000\r\n\r\n" + bytes(100_000), "wrong sha256"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n20000\r\n" + bytes(100_000), "IncompleteRead"),
        (b"HTTP/1.1 200 OK\r\n", "wrong sha256"),
        (b"busy\r\n\r\n", "busy"),
        (b"", "closed connection without response"),
    ],
    ids=["in its content", "in a chunk", "in its header", "no http", "before all"],
)
def test_a_download_that_is_cut_short_is_discarded(
    answer: bytes, message: str, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def answer_once(server: socket.socket) -> None:
        connection, _ = server.accept()
        with connection:
            connection.recv(1 << 16)
            connection.sendall(answer)

    monkeypatch.setattr("subprocess.run", no_pip)
    with socket.create_server(("127.0.0.1", 0)) as server:
        monkeypatch.setattr(download, "STORE", f"http://127.0.0.1:{server.getsockname()[1]}/{networks.BUNDLE_FILE}")
        threading.Thread(target=answer_once, args=(server,), daemon=True).start()
        with pytest.raises(BundleError, match=f"{message}.*No matching distribution") as caught:
            networks.fetch_networks()
    assert "\n" not in str(caught.value)
    assert not cache.exists()


def test_without_a_network_one_line_names_both_sources(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("urllib.request.urlopen", offline)
    monkeypatch.setattr("subprocess.run", no_pip)
    with pytest.raises(
        BundleError, match=r"Google's store: Network is unreachable; pip download .*; connect"
    ) as caught:
        networks.fetch_networks()
    assert "\n" not in str(caught.value)
    assert not cache.exists()


def test_a_cache_that_cannot_be_written_is_an_error(
    tmp_path: Path, right_bytes: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv(networks.CACHE_VARIABLE, str(tmp_path / "file" / "cache"))
    monkeypatch.setattr(download, "from_store", lambda: right_bytes)
    with pytest.raises(BundleError, match=r"cannot be written to .*FINGERSPELL_CACHE"):
        networks.fetch_networks()


def test_a_wheel_without_the_networks_is_refused(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def leaves_another_wheel(command: list[str], **_: Any) -> Any:
        folder = Path(command[command.index("--dest") + 1])
        (folder / "mediapipe-0-py3-none-any.whl").write_bytes(b"no zip")
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr("urllib.request.urlopen", offline)
    monkeypatch.setattr("subprocess.run", leaves_another_wheel)
    with pytest.raises(BundleError, match="does not hold the networks"):
        networks.fetch_networks()


def test_commands_go_on_without_the_networks_and_say_so(tmp_path: Path) -> None:
    """What a user without a network sees: one line on stderr, and a fixed square."""
    from tests.support import drawn

    (tmp_path / "file").write_text("no folder")
    picture = tmp_path / "hand.png"
    import cv2

    cv2.imwrite(str(picture), drawn.frame("B"))
    done = subprocess.run(
        [sys.executable, "-m", "live", "photo", "--json", str(picture)],
        env={
            "PATH": "",
            "HOME": str(tmp_path),
            networks.CACHE_VARIABLE: str(tmp_path / "file" / "cache"),
            "https_proxy": "http://127.0.0.1:9",  # nothing listens there
            "PIP_NO_INDEX": "1",
        },
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0
    assert '"mode": "square"' in done.stdout
    lines = [line for line in done.stderr.splitlines() if not line.startswith("fetching ")]
    assert len(lines) == 1
    assert "the square in the middle of the picture is read" in lines[0]
