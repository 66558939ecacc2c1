import gzip
import zipfile
from pathlib import Path

import numpy as np
import pytest

from live.errors import DataError
from live.letters import HELD_LETTERS
from tests.conftest import write_sign_mnist
from training.data.split import held_back, near_duplicate_groups
from training.data.tables import find_table, read_split, read_table
from training.data.tables.table import COLUMNS
from training.data.types import Crops
from training.errors import SettingError

KAGGLE = [n for n in range(25) if n != 9]
COURSE = list(range(24))


def letters(path: Path) -> list[str]:
    return [HELD_LETTERS[label] for label in read_table(path).labels]


def test_both_published_numberings_give_the_same_letters_and_say_which_they_are(tmp_path: Path) -> None:
    kaggle = write_sign_mnist(tmp_path / "kaggle.csv", KAGGLE)
    course = write_sign_mnist(tmp_path / "course.csv", COURSE)
    assert letters(kaggle) == letters(course) == list(HELD_LETTERS)
    assert read_table(kaggle).numbering == "kaggle"
    assert read_table(course).numbering == "course"


def test_csv_gzip_and_kaggles_zip_read_alike(tmp_path: Path) -> None:
    plain = write_sign_mnist(tmp_path / "sign_mnist_train.csv", KAGGLE)
    packed = tmp_path / "sign_mnist_train.csv.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    archive = tmp_path / "archive.zip"
    with zipfile.ZipFile(archive, "w") as file:
        for name in ("sign_mnist_train.csv", "sign_mnist_train/sign_mnist_train.csv", "amer_sign2.png"):
            file.write(plain, name)
    first, second, third = (read_table(path) for path in (plain, packed, archive))
    assert np.array_equal(first.images, second.images)
    assert np.array_equal(first.images, third.images)
    assert first.sha256 == second.sha256 == third.sha256
    assert first.images.shape == (24, 28, 28)
    assert first.images.dtype == np.uint8


def test_pixels_run_by_rows(tmp_path: Path) -> None:
    pixels = np.arange(784).reshape(1, 784) % 256
    image = read_table(write_sign_mnist(tmp_path / "one.csv", [0], pixels)).images[0]
    assert image[1, 0] == 28
    assert image[0, 1] == 1


def test_a_folders_split_is_found_whatever_its_packing_and_the_courses_valid_is_the_test(tmp_path: Path) -> None:
    write_sign_mnist(tmp_path / "sign_mnist_train.csv", KAGGLE)
    write_sign_mnist(tmp_path / "sign_mnist_valid.csv", KAGGLE[:3])
    assert len(read_split(tmp_path, "train")) == 24
    assert len(read_split(tmp_path, "test")) == 3
    only_zip = tmp_path / "zip"
    only_zip.mkdir()
    with zipfile.ZipFile(only_zip / "archive.zip", "w") as file:
        file.write(tmp_path / "sign_mnist_train.csv", "sign_mnist_train.csv")
        file.write(tmp_path / "sign_mnist_valid.csv", "sign_mnist_test.csv")
    assert len(read_split(only_zip, "train")) == 24
    assert len(read_split(only_zip, "test")) == 3


def test_labels_that_could_be_either_numbering_are_refused_until_told(tmp_path: Path) -> None:
    path = write_sign_mnist(tmp_path / "few.csv", [0, 3, 12])
    with pytest.raises(
        SettingError, match=r"few\.csv: row 4, column label.*say which it is, kaggle or course"
    ) as caught:
        read_table(path)
    assert caught.value.settings == ("labels",)
    assert HELD_LETTERS[read_table(path, numbering="kaggle").labels[2]] == "M"
    assert HELD_LETTERS[read_table(path, numbering="course").labels[2]] == "N"


def test_labels_up_to_i_mean_the_same_in_both(tmp_path: Path) -> None:
    assert letters(write_sign_mnist(tmp_path / "few.csv", [0, 8])) == ["A", "I"]


def edited(tmp_path: Path, row: int, column: str, cell: str) -> Path:
    """A good file with one cell changed; row counts from the header as 1."""
    path = write_sign_mnist(tmp_path / "edited.csv", KAGGLE)
    lines = path.read_text().splitlines()
    cells = lines[row - 1].split(",")
    cells[COLUMNS.index(column)] = cell
    lines[row - 1] = ",".join(cells)
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.mark.parametrize(
    ("row", "column", "cell", "reason"),
    [
        (5, "pixel7", "256", "256 is outside 0-255"),
        (5, "pixel7", "-1", "-1 is outside 0-255"),
        (9, "pixel784", "dark", "'dark' is not a whole number"),
        (9, "pixel1", "12.5", "'12.5' is not a whole number"),
        (9, "pixel1", "", "an empty cell is not a whole number"),
        (9, "pixel1", "nan", "'nan' is not a whole number"),
        (9, "pixel1", "1_2", "'1_2' is not a whole number"),
        (9, "pixel1", "\u0663", r"'\\u0663' is not a whole number"),
        (9, "pixel1", "7\x85", r"'7\\x85' is not a whole number"),
        (9, "pixel1", '"7', "is not a whole number"),
        (9, "pixel1", "x" * 5000, "'x{20}...' is not a whole number"),
        (4, "label", str(2**63), f"'{2**63}' is no letter"),
        (4, "label", "25", "25 is no letter"),
        (4, "label", "-2", "-2 is no letter"),
        (4, "label", "A", "'A' is not a whole number"),
        (4, "label", "99999999999999999999999", "is no letter"),
        (12, "label", "9", "24 occurs beside 9"),
    ],
)
def test_a_bad_cell_is_named_by_file_row_and_column(
    tmp_path: Path, row: int, column: str, cell: str, reason: str
) -> None:
    with pytest.raises(DataError, match=reason) as caught:
        read_table(edited(tmp_path, row, column, cell))
    said = str(caught.value)
    assert f"edited.csv: row {25 if 'beside' in reason else row}, column {column}: " in said
    assert "\n" not in said


def test_a_missing_column_and_a_wrong_pixel_count_are_named(tmp_path: Path) -> None:
    without_label = write_sign_mnist(tmp_path / "a.csv", KAGGLE, columns=("letter", *COLUMNS[1:]))
    with pytest.raises(DataError, match=r"a\.csv: row 1: column label is missing"):
        read_table(without_label)
    renamed = write_sign_mnist(tmp_path / "b.csv", KAGGLE, columns=(*COLUMNS[:5], "pixel_five", *COLUMNS[6:]))
    with pytest.raises(DataError, match=r"b\.csv: row 1: column pixel5 is missing"):
        read_table(renamed)
    fewer = write_sign_mnist(tmp_path / "c.csv", KAGGLE, columns=COLUMNS[:-1])
    with pytest.raises(DataError, match=r"c\.csv: row 1: column pixel784 is missing: 783 pixels where 28x28 = 784"):
        read_table(fewer)
    more = write_sign_mnist(tmp_path / "d.csv", KAGGLE, columns=(*COLUMNS, "pixel785"))
    with pytest.raises(DataError, match=r"d\.csv: row 1, column pixel785: not expected"):
        read_table(more)


@pytest.mark.parametrize("row", [2, 7])
@pytest.mark.parametrize("change", [-1, 1])
def test_a_row_of_the_wrong_length_is_named(tmp_path: Path, row: int, change: int) -> None:
    path = write_sign_mnist(tmp_path / "rows.csv", KAGGLE)
    lines = path.read_text().splitlines()
    lines[row - 1] = lines[row - 1] + ",7" if change > 0 else lines[row - 1].rsplit(",", 1)[0]
    path.write_text("\n".join(lines) + "\n")
    with pytest.raises(DataError, match=rf"rows\.csv: row {row}, column pixel784: {784 + change} pixels"):
        read_table(path)


def test_empty_files_are_told(tmp_path: Path) -> None:
    empty = tmp_path / "empty.csv"
    empty.touch()
    with pytest.raises(DataError, match=r"empty\.csv: row 1, column label: the file is empty"):
        read_table(empty)
    with pytest.raises(DataError, match=r"bare\.csv: row 2, column label: there are no rows"):
        read_table(write_sign_mnist(tmp_path / "bare.csv", [], np.empty((0, 784), int)))


def test_a_truncated_gzip_is_told_with_the_place_where_it_breaks_off(tmp_path: Path) -> None:
    whole = gzip.compress(write_sign_mnist(tmp_path / "train.csv", KAGGLE * 20).read_bytes())
    path = tmp_path / "train.csv.gz"
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(DataError, match=r"train\.csv\.gz: row \d+, column pixel\d+: the file is damaged or cut short"):
        read_table(path)
    path.write_bytes(b"no gzip at all")
    with pytest.raises(DataError, match=r"train\.csv\.gz: row 1, column label: the file is damaged"):
        read_table(path)


def test_a_folder_without_the_data_says_how_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="fingerspell-train download"):
        find_table(tmp_path, "train")
    with pytest.raises(DataError, match="is not a folder"):
        find_table(tmp_path / "nowhere", "train")
    (tmp_path / "archive.zip").write_bytes(b"PK no zip")
    with pytest.raises(DataError, match="fingerspell-train download"):
        find_table(tmp_path, "train")


def test_rows_are_counted_past_blank_lines(tmp_path: Path) -> None:
    path = write_sign_mnist(tmp_path / "blank.csv", [0, 1, 2, 24, 77])
    lines = path.read_text().splitlines()
    path.write_text("\r\n".join([*lines[:2], "", "", *lines[2:]]) + "\r\n")
    with pytest.raises(DataError, match=r"blank\.csv: row 8, column label: 77 is no letter"):
        read_table(path)


def test_a_bad_cell_far_down_is_still_one_line(tmp_path: Path) -> None:
    path = write_sign_mnist(tmp_path / "long.csv", KAGGLE * 100)
    lines = path.read_text().splitlines()
    lines[2400] = lines[2400].rsplit(",", 1)[0] + ",dark"
    path.write_text("\n".join(lines))
    with pytest.raises(DataError, match=r"row 2401, column pixel784: 'dark'"):
        read_table(path)


def test_a_gzip_that_is_corrupt_in_the_middle_is_told_with_a_place_near_it(tmp_path: Path) -> None:
    packed = bytearray(gzip.compress(write_sign_mnist(tmp_path / "train.csv", KAGGLE * 20).read_bytes()))
    packed[len(packed) // 2 : len(packed) // 2 + 64] = bytes(64)
    path = tmp_path / "train.csv.gz"
    path.write_bytes(packed)
    with pytest.raises(DataError, match=r"row (\d{2,}), column \w+: the file is damaged"):
        read_table(path)


def test_a_zip_with_a_password_or_a_corrupt_member_is_told(tmp_path: Path) -> None:
    path = tmp_path / "train.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("sign_mnist_train.csv", b"label,pixel1\n" * 2000)
    whole = path.read_bytes()
    locked = bytearray(whole)
    for mark, flag in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        locked[whole.index(mark) + flag] |= 1  # says that it is encrypted
    corrupt = bytearray(whole)
    corrupt[60:70] = bytes(10)
    for content in (locked, corrupt):
        path.write_bytes(content)
        with pytest.raises(DataError, match=r"train\.zip: row 1, column label: the file is damaged") as caught:
            read_table(path)
        assert "\n" not in str(caught.value)


def test_a_split_is_a_word_of_the_name_and_hidden_files_are_none(tmp_path: Path) -> None:
    write_sign_mnist(tmp_path / "latest_train.csv", KAGGLE)
    write_sign_mnist(tmp_path / "._sign_mnist_test.csv", KAGGLE[:1])
    with pytest.raises(DataError, match="has no table named test"):
        find_table(tmp_path, "test")
    write_sign_mnist(tmp_path / "sign_mnist_test.csv", KAGGLE[:2])
    assert len(read_split(tmp_path, "test")) == 2
    assert len(read_split(tmp_path, "train")) == 24


def test_near_duplicates_share_a_group_and_no_group_is_split_by_validation(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    photographs = rng.integers(0, 200, (24 * 6, 784))
    variants = np.repeat(photographs, 5, axis=0) + rng.integers(0, 12, (24 * 30, 784))
    crops = read_table(write_sign_mnist(tmp_path / "x.csv", np.repeat(KAGGLE, 30).tolist(), variants))
    groups = near_duplicate_groups(crops)
    assert len(np.unique(groups)) == 24 * 6
    assert (groups.reshape(-1, 5) == groups[::5, None]).all()
    mask = held_back(crops, groups, 0.2, seed=3)
    assert not set(groups[mask]) & set(groups[~mask])
    assert all(mask[crops.labels == label].mean() == pytest.approx(2 / 6) for label in range(24))
    assert np.array_equal(mask, held_back(crops, groups, 0.2, seed=3))


def test_the_full_sign_mnist_reads_as_published(sign_mnist: Path) -> None:
    train, test = read_split(sign_mnist, "train"), read_split(sign_mnist, "test")
    assert (len(train), len(test)) == (27455, 7172)
    assert train.numbering == test.numbering == "kaggle"
    assert set(train.labels) == set(range(24))


def test_a_random_split_of_sign_mnist_leaks_and_a_split_by_groups_does_not(sign_mnist: Path) -> None:
    train = read_split(sign_mnist, "train")
    groups = near_duplicate_groups(train)
    assert len(np.unique(groups)) == 1143
    by_group = held_back(train, groups, 0.2, seed=0)
    at_random = np.random.default_rng(0).permutation(by_group)
    assert nearest_neighbour_accuracy(train, at_random) > 0.999
    assert nearest_neighbour_accuracy(train, by_group) == pytest.approx(0.67, abs=0.04)


def nearest_neighbour_accuracy(crops: Crops, held: np.ndarray) -> float:
    flat = crops.images.reshape(len(crops), -1).astype(np.float32)
    flat -= flat.mean(axis=1, keepdims=True)
    flat /= np.linalg.norm(flat, axis=1, keepdims=True)
    known, answers = flat[~held], crops.labels[~held]
    guesses = [answers[(known @ each.T).argmax(axis=0)] for each in np.array_split(flat[held], 8)]
    return float(np.mean(np.concatenate(guesses) == crops.labels[held]))
