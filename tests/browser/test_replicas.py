"""Several replicas behind an ordinary load balancer, over https, as in docs/deployment.md."""

import re
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import cv2
import psutil
import pytest
from playwright.sync_api import expect

from live.hand.networks import HandNetworks
from tests.browser.conftest import OpenPage
from tests.browser.page import WATCH_STATUS, start, text_of
from tests.support import drawn
from tests.support.app import free_port, running_app
from tests.support.replicas import nginx, write_certificate


@dataclass(frozen=True)
class Replicas:
    """Two replicas, and the address of the nginx in front of them."""

    address: str
    ports: tuple[int, int]

    def in_use(self) -> set[int]:
        """Ports of the replicas that nginx has a connection to."""
        sockets = psutil.net_connections("tcp4")
        return {socket.laddr.port for socket in sockets if socket.status == psutil.CONN_ESTABLISHED} & set(self.ports)

    def kill(self, port: int) -> None:
        """Kill a replica, as `kill -9` does."""
        sockets = psutil.net_connections("tcp4")
        listening = [socket for socket in sockets if socket.laddr.port == port and socket.status == psutil.CONN_LISTEN]
        psutil.Process(listening[0].pid).kill()


@pytest.fixture
def replicas(hand_networks: HandNetworks, tmp_path: Path) -> Iterator[Replicas]:
    with ExitStack() as stack:
        ports = free_port(), free_port()
        for port in ports:
            stack.enter_context(running_app(port=port))
        yield Replicas(stack.enter_context(nginx(tmp_path, ports)), ports)


def test_a_session_stays_on_its_replica_and_goes_to_the_other_when_that_dies(
    replicas: Replicas, open_page: OpenPage, tmp_path: Path
) -> None:
    page = open_page(replicas.address)
    start(page)
    expect(text_of(page)).to_have_value(re.compile("LY"))
    used = replicas.in_use()
    assert len(used) == 1
    page.reload()
    start(page)
    expect(text_of(page)).to_have_value(re.compile("LY.*L"))
    assert replicas.in_use() == used

    text = text_of(page).input_value()
    page.evaluate(WATCH_STATUS)
    replicas.kill(next(iter(used)))
    killed_s = time.monotonic()
    page.wait_for_function("window.statuses.some((text) => text.includes('The app cannot be reached.'))")
    expect(page.get_by_text("The app cannot be reached.")).not_to_be_visible()
    expect(page.get_by_test_id("said")).not_to_be_empty()
    read_s = time.monotonic()
    expect(text_of(page)).to_have_value(re.compile(f"^{text}.*[LY]"))
    print(
        f"read again {read_s - killed_s:.1f} s after the kill, one letter more at {time.monotonic() - killed_s:.1f} s"
    )
    assert read_s - killed_s < 10
    assert replicas.in_use() == set(replicas.ports) - used

    cv2.imwrite(str(tmp_path / "y.png"), drawn.signed("Y"))
    page.goto(f"{replicas.address}/signs")
    expect(page.get_by_text("Recording is off")).to_be_visible()  # nobody may see another person's recordings
    page.goto(f"{replicas.address}/pictures")
    page.locator("input[type=file]").set_input_files(tmp_path / "y.png")
    expect(page.get_by_test_id("letter")).to_have_text("Y")


def test_the_app_speaks_https_itself(hand_networks: HandNetworks, open_page: OpenPage, tmp_path: Path) -> None:
    write_certificate(tmp_path)
    files = "--certificate", str(tmp_path / "fullchain.pem"), "--key", str(tmp_path / "privkey.pem")
    with running_app(*files) as address:
        page = open_page(address)
        start(page)
        expect(text_of(page)).to_have_value(re.compile("L"))
