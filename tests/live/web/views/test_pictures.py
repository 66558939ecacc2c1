"""Uploaded pictures."""

import io

import cv2
from PIL import Image

from live.hand import HandNetworks
from tests.live.web.conftest import SQUARE, RunPage, html_of, markdown_of, session_of
from tests.support import drawn


def png(letter: str | None) -> bytes:
    return cv2.imencode(".png", drawn.signed(letter))[1].tobytes()


def test_without_files_the_page_shows_only_the_upload(run_page: RunPage) -> None:
    page = run_page("pictures", SQUARE)
    assert len(page.file_uploader) == 1
    assert not page.dataframe
    assert not page.header


def test_uploaded_pictures_are_read_into_a_table(hand_networks: HandNetworks, run_page: RunPage) -> None:
    page = run_page("pictures")
    files = [("yes.png", png("Y"), "image/png"), ("wall.png", png(None), "image/png"), ("cut.png", b"x", "image/png")]
    page.file_uploader[0].set_value(files).run(timeout=60)
    assert not page.exception
    table = page.dataframe[0].value
    assert table["letters"].tolist() == ["Y", "", ""]
    assert table["problem"].tolist()[1] == "No hand in sight"
    assert "cut.png" in table["problem"].tolist()[2]
    assert 'data-testid="letter"' in html_of(page)
    page.file_uploader[0].set_value(files[:1]).run(timeout=60)
    assert len(session_of(page).uploads) == 1  # the results of removed files are forgotten


def test_the_hand_of_a_chart_is_chosen_and_crops_are_said_once(hand_networks: HandNetworks, run_page: RunPage) -> None:
    page = run_page("pictures")
    chart = cv2.imencode(".png", drawn.chart("LYWWYL", 3))[1].tobytes()
    small = cv2.imencode(".png", cv2.resize(drawn.hand("B"), (28, 28), interpolation=cv2.INTER_AREA))[1].tobytes()
    files = [("chart.png", chart, "image/png"), ("1.png", small, "image/png"), ("2.png", small, "image/png")]
    page.file_uploader[0].set_value(files).run(timeout=60)
    assert not page.exception
    table = page.dataframe[0].value
    assert table["letters"].tolist()[0] == "L Y W W Y L"
    assert table["hand"].tolist()[0] == "6 hands"
    assert "chart.png, with the numbered skeletons of 6 hands: L Y W W Y L" in html_of(page)
    assert markdown_of(page).count("taken as crops of a hand") == 1
    (hands,) = page.pills
    assert ">L</div>" in html_of(page)
    hands.set_value(1).run(timeout=60)
    assert ">Y</div>" in html_of(page)


def test_an_uploaded_moving_picture_is_read_as_a_film(hand_networks: HandNetworks, run_page: RunPage) -> None:
    file = io.BytesIO()
    first, *others = (Image.fromarray(drawn.signed(letter)[:, :, ::-1].copy()) for letter in ["Y"] * 10 + [None] * 3)
    first.save(file, "WEBP", save_all=True, append_images=others, duration=100)
    page = run_page("pictures")
    page.file_uploader[0].set_value([("y.webp", file.getvalue(), "image/webp")]).run(timeout=60)
    assert not page.exception
    assert [header.value for header in page.header] == [r"Film: y\.webp"]
    assert [subheader.value for subheader in page.subheader] == ["Y"]
