import codecs
import csv
import io
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from live.hand.networks import HandNetworks
from live.readers.classifier import LetterClassifier
from live.recognizer import Recognizer
from live.web.uploads import is_film, read_film, read_picture, to_csv
from live.web.uploads.reading import COLUMNS
from tests.support import drawn


@pytest.fixture
def recognizer(classifier: LetterClassifier, hand_networks: HandNetworks) -> Recognizer:
    return Recognizer.from_networks(classifier, hand_networks)


def png(letter: str | None) -> bytes:
    return cv2.imencode(".png", drawn.signed(letter))[1].tobytes()


def test_a_picture_is_read_with_a_thumbnail_and_a_row(recognizer: Recognizer) -> None:
    read = read_picture("yes.png", png("Y"), recognizer)
    (row,) = read.rows()
    assert tuple(row) == COLUMNS
    assert (row["file"], row["letter"], row["hand"], row["fault"]) == ("yes.png", "Y", "right", "")
    assert row["number"] == 1
    assert (read.thumbnail() or "").startswith("data:image/jpeg;base64,")


def test_a_picture_without_a_hand_and_a_broken_one_have_rows_too(recognizer: Recognizer) -> None:
    wall, broken = (
        read_picture(name, content, recognizer) for name, content in (("wall.png", png(None)), ("cut.png", b"x"))
    )
    (row,) = wall.rows()
    assert (row["number"], row["letter"], row["confidence"], wall.fault) == (None, "", None, "")
    assert [row["fault"] for row in broken.rows()] == [broken.fault]
    assert broken.thumbnail() is None
    assert "cut.png" in broken.fault


def test_a_picture_with_a_side_that_is_too_long_has_a_fault(recognizer: Recognizer) -> None:
    wide = cv2.imencode(".png", np.zeros((100, 33_000, 3), np.uint8))[1].tobytes()
    assert "33000x100 is too large (limit 32766 pixels a side)" in read_picture("wide.png", wide, recognizer).fault


def test_the_csv_has_the_rows_of_the_table_and_no_name_becomes_a_formula(recognizer: Recognizer) -> None:
    names = ["a,b.png", "=1+1.png"]
    text = to_csv([read_picture(name, png("Y"), recognizer) for name in names])
    rows = list(csv.DictReader(io.StringIO(text.decode("utf-8-sig"))))
    assert text.startswith(codecs.BOM_UTF8)  # without it, Excel takes the text for another encoding
    assert [row["file"] for row in rows] == ["a,b.png", "'=1+1.png"]
    assert {row["letter"] for row in rows} == {"Y"}
    text = to_csv([read_picture("=1+1.png", b"x", recognizer)])
    (row,) = csv.DictReader(io.StringIO(text.decode("utf-8-sig")))
    assert row["fault"].startswith("'=1+1.png: is not a picture")


def test_every_hand_of_a_picture_has_a_row_with_its_number(recognizer: Recognizer) -> None:
    chart = cv2.imencode(".png", drawn.chart("LYWWYL", 3))[1].tobytes()
    read = read_picture("chart.png", chart, recognizer)
    assert read.letters == "L Y W W Y L"
    text = to_csv([read, read_picture("yes.png", png("Y"), recognizer)]).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["file"], row["number"], row["letter"]) for row in rows] == [
        *(("chart.png", str(n), letter) for n, letter in enumerate("LYWWYL", start=1)), ("yes.png", "1", "Y"),
    ]  # fmt: skip


def test_a_film_that_cannot_be_stored_has_a_fault(
    recognizer: Recognizer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "missing"))
    read = read_film("mine.mp4", b"x", recognizer, lambda share: None)
    assert read.text == ""
    assert "mine.mp4 cannot be stored while it is read" in read.fault


def test_a_film_of_unknown_length_reports_that_it_is_being_read(recognizer: Recognizer, tmp_path: Path) -> None:
    film = drawn.write_film(tmp_path / "l.mjpeg", [drawn.signed("L", 0.8)] * 40)  # it does not say how long it is
    shares: list[float] = []
    assert read_film("l.mjpeg", film.read_bytes(), recognizer, shares.append).text == "L"
    assert shares == [0.0] * 3


def test_a_film_is_spelled_with_times_and_reports_its_progress(recognizer: Recognizer, tmp_path: Path) -> None:
    pictures = [drawn.signed(letter, 0.8) for letter in ["L"] * 15 + [None] * 8 + ["Y"] * 15]
    film = drawn.write_film(tmp_path / "ly.mp4", pictures)
    shares: list[float] = []
    read = read_film("mine.mp4", film.read_bytes(), recognizer, shares.append)
    assert read.text == "LY"
    assert all(letter.since_s < letter.time_s <= read.length_s for letter in read.committed)
    assert shares == sorted(shares)
    assert 0 < shares[0] <= shares[-1] <= 1


def test_the_fault_of_a_film_names_the_uploaded_file(recognizer: Recognizer) -> None:
    read = read_film("mine.mp4", b"not a film", recognizer, print)
    assert read.fault.startswith("mine.mp4: is not a film")
    assert read.text == ""


def moving(kind: str, word: list[str | None]) -> bytes:
    file = io.BytesIO()
    first, *others = (Image.fromarray(drawn.signed(letter, 0.8)[:, :, ::-1].copy()) for letter in word)
    first.save(file, kind, save_all=True, append_images=others, duration=100)
    return file.getvalue()


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_a_moving_picture_is_a_film_and_a_still_one_is_not(kind: str, recognizer: Recognizer) -> None:
    name = f"ly.{kind.lower()}"
    assert not is_film(name, moving(kind, ["L"]))
    content = moving(kind, [*"LLLLLLLLLL", None, None, None, None, *"YYYYYYYYYY"])
    assert is_film(name, content)
    shares: list[float] = []
    assert read_film(name, content, recognizer, shares.append).text == "LY"
    assert shares == sorted(shares)
    assert 0 < shares[-1] <= 1


def test_films_are_recognised_by_their_names() -> None:
    assert is_film("A.MOV", b"")
    assert not is_film("a.gif", b"")
    assert not is_film("a.jpg", png("L"))
