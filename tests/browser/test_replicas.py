"""Several replicas behind an ordinary load balancer, by https, as docs/deployment.md says."""

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
from tests.browser.conftest import OpenPage, running_app
from tests.browser.test_live_page import WATCH_STATUS, start, text_of
from tests.conftest import free_port
from tests.support import drawn
from tests.support.replicas import nginx, write_certificate


@dataclass(frozen=True)
class House:
    """Two replicas and what stands in front of them."""

    address: str
    ports: tuple[int, int]

    def in_use(self) -> set[int]:
        """Ports of the replicas to which nginx keeps a connection."""
        own = psutil.net_connections("tcp4")
        return {each.laddr.port for each in own if each.status == psutil.CONN_ESTABLISHED} & set(self.ports)

    def kill(self, port: int) -> None:
        """As by `kill -9`."""
        own = psutil.net_connections("tcp4")
        pids = [each.pid for each in own if each.laddr.port == port and each.status == psutil.CONN_LISTEN]
        psutil.Process(pids[0]).kill()


@pytest.fixture
def house(hand_networks: HandNetworks, tmp_path: Path) -> Iterator[House]:
    with ExitStack() as stack:
        ports = free_port(), free_port()
        for port in ports:
            stack.enter_context(running_app(port=port))
        yield House(stack.enter_context(nginx(tmp_path, ports)), ports)


def test_a_session_stays_on_its_replica_and_goes_to_the_other_when_that_dies(
    house: House, open_page: OpenPage, tmp_path: Path
) -> None:
    page = open_page(house.address)
    start(page)
    expect(text_of(page)).to_have_value(re.compile("LY"))
    own = house.in_use()
    assert len(own) == 1
    page.reload()
    start(page)
    expect(text_of(page)).to_have_value(re.compile("LY.*L"))
    assert house.in_use() == own

    text = text_of(page).input_value()
    page.evaluate(WATCH_STATUS)
    house.kill(next(iter(own)))
    killed_s = time.monotonic()
    page.wait_for_function("window.said.some((text) => text.includes('The app cannot be reached.'))")
    expect(page.get_by_text("The app cannot be reached.")).not_to_be_visible()
    expect(page.get_by_test_id("said")).not_to_be_empty()
    read_s = time.monotonic()
    expect(text_of(page)).to_have_value(re.compile(f"^{text}.*[LY]"))
    print(
        f"read again {read_s - killed_s:.1f} s after the kill, one letter more at {time.monotonic() - killed_s:.1f} s"
    )
    assert read_s - killed_s < 10
    assert house.in_use() == set(house.ports) - own

    cv2.imwrite(str(tmp_path / "y.png"), drawn.signed("Y"))
    page.goto(f"{house.address}/signs")
    expect(page.get_by_text("Recording is off")).to_be_visible()  # nobody here sees another's
    page.goto(f"{house.address}/pictures")
    page.locator("input[type=file]").set_input_files(tmp_path / "y.png")
    expect(page.get_by_test_id("letter")).to_have_text("Y")


def test_the_app_speaks_https_itself(hand_networks: HandNetworks, open_page: OpenPage, tmp_path: Path) -> None:
    write_certificate(tmp_path)
    files = "--certificate", str(tmp_path / "fullchain.pem"), "--key", str(tmp_path / "privkey.pem")
    with running_app(*files) as address:
        page = open_page(address)
        start(page)
        expect(text_of(page)).to_have_value(re.compile("L"))
