"""Tables of crops as people have them: every layout reads as the plain CSV does, or is refused in one line."""

import json
import pickle
import zipfile
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from pyarrow import ipc, parquet

from live.cli.main import main as live_main
from live.errors import DataError, FingerspellError
from live.files import shipped_models
from live.letters import ALPHABET, HELD_LETTERS
from live.readers.contract import read_contract
from training.cli.main import main
from training.data.folders import find_data, read_training_data
from training.data.hands import NPZ_ARRAYS
from training.data.tables import find_table, find_test, has_table, read_table
from training.data.tables.table import COLUMNS
from training.errors import SettingError

KAGGLE = np.array([ALPHABET.index(letter) for letter in HELD_LETTERS])
LETTERS = np.repeat(HELD_LETTERS, 2)
NUMBERS = np.repeat(KAGGLE, 2)
IMAGES = np.random.default_rng(0).integers(0, 256, (len(LETTERS), 28, 28)).astype(np.uint8)
FLAT = IMAGES.reshape(-1, 784)


def frame(labels: object = NUMBERS, pixels: NDArray[np.generic] = FLAT) -> pd.DataFrame:
    table = pd.DataFrame(pixels, columns=list(COLUMNS[1:]))
    table.insert(0, "label", labels)  # type: ignore[arg-type]
    return table


def csv(path: Path, table: pd.DataFrame, **options: object) -> Path:
    table.to_csv(path, **({"index": False} | options))  # type: ignore[call-overload]
    return path


def label_in(position: int) -> pd.DataFrame:
    table = frame()
    label = table.pop("label")
    table.insert(position, "label", label)
    return table


def npz(path: Path, **arrays: NDArray[np.generic]) -> Path:
    np.savez(path, allow_pickle=False, **arrays)
    return path


def npy(folder: Path, x: str, y: str) -> Path:
    np.save(folder / x, IMAGES)
    np.save(folder / y, NUMBERS)
    return folder / x


def with_bom(path: Path) -> Path:
    path.write_bytes(b"\xef\xbb\xbf" + csv(path, frame()).read_bytes())
    return path


def with_dos_lines(path: Path) -> Path:
    csv(path, frame(), lineterminator="\r\n", quoting=2)  # every name in quotes
    path.write_bytes(path.read_bytes() + b"\r\n\r\n")
    return path


def zipped(path: Path, name: str) -> Path:
    with zipfile.ZipFile(path, "w") as file:
        file.writestr(name, frame().to_csv(index=False))
    return path


def pictures() -> pa.Table:
    """As Hugging Face's image data sets are: encoded pictures, and labels whose names stand beside the columns."""
    encoded = [{"bytes": cv2.imencode(".png", image)[1].tobytes(), "path": None} for image in IMAGES]
    classes = sorted(HELD_LETTERS, reverse=True)
    table = pa.table({"image": encoded, "label": [classes.index(letter) for letter in LETTERS]})
    features = {"image": {"_type": "Image"}, "label": {"names": classes, "_type": "ClassLabel"}}
    return table.replace_schema_metadata({"huggingface": json.dumps({"info": {"features": features}})})


def in_parquet(path: Path, table: pa.Table) -> Path:
    parquet.write_table(table, path)
    return path


def saved_to_disk(folder: Path, table: pa.Table) -> Path:
    """As save_to_disk of Hugging Face's `datasets` leaves it, in two parts and with a cache beside them."""
    folder.mkdir(parents=True)
    for number, part in enumerate((table.slice(0, 10), table.slice(10))):
        with ipc.new_stream(str(folder / f"data-0000{number}-of-00002.arrow"), table.schema) as stream:
            stream.write_table(part)
    (folder / "cache-0123.arrow").write_bytes(b"no data")
    (folder / "state.json").write_text("{}")
    (folder / "dataset_info.json").write_text("{}")
    return folder / "data-00000-of-00002.arrow"


def plain_arrow() -> pa.Table:
    return pa.Table.from_pandas(frame(), preserve_index=False)


def indexed() -> pd.DataFrame:
    """With an index that pandas names when it writes Parquet."""
    return frame(LETTERS).set_index(np.arange(100, 148))


SMALL_FLOATS = (FLAT / 255).astype(np.float32)
FROM_0 = ["label", *(f"pixel{i}" for i in range(784))]
KERAS: dict[str, NDArray[np.generic]] = {
    "x_train": IMAGES[..., None],
    "y_train": NUMBERS[:, None],
    "x_test": IMAGES[:1],
    "y_test": NUMBERS[:1],
}
PYTORCH: dict[str, NDArray[np.generic]] = {"X": IMAGES[:, None].astype(np.int64), "y": NUMBERS.astype(np.float32)}

LAYOUTS: dict[str, Callable[[Path], Path]] = {
    "csv": lambda folder: csv(folder / "a.csv", frame()),
    "index column": lambda folder: csv(folder / "a.csv", frame(), index=True),
    "index column twice": lambda folder: csv(folder / "a.csv", frame().reset_index(names="Unnamed: 0"), index=True),
    "label last": lambda folder: csv(folder / "a.csv", label_in(784)),
    "label in the middle": lambda folder: csv(folder / "a.csv", label_in(300)),
    "columns from an array": lambda folder: csv(folder / "a.csv", pd.DataFrame(FLAT).assign(label=NUMBERS)),
    "pixels from 0": lambda folder: csv(folder / "a.csv", frame().set_axis(FROM_0, axis=1)),
    "label 6.0": lambda folder: csv(folder / "a.csv", frame(NUMBERS.astype(float))),
    "all 6.0": lambda folder: csv(folder / "a.csv", frame(NUMBERS.astype(float), FLAT.astype(float))),
    "letters": lambda folder: csv(folder / "a.csv", frame(LETTERS)),
    "small letters": lambda folder: csv(folder / "a.csv", frame(np.char.lower(LETTERS))),
    "course": lambda folder: csv(folder / "a.csv", frame(np.repeat(np.arange(24), 2))),
    "semicolons": lambda folder: csv(folder / "a.csv", frame(), sep=";"),
    "tabs": lambda folder: csv(folder / "a.tsv", frame(), sep="\t"),
    "BOM": lambda folder: with_bom(folder / "a.csv"),
    "old Macs' line ends": lambda folder: csv(folder / "a.csv", frame(), lineterminator="\r"),
    "quotes and CRLF": lambda folder: with_dos_lines(folder / "a.csv"),
    "0 to 1": lambda folder: csv(folder / "a.csv", frame(pixels=FLAT / 255)),
    "0 to 1, four digits": lambda folder: csv(folder / "a.csv", frame(pixels=FLAT / 255), float_format="%.4f"),
    "gzip": lambda folder: csv(folder / "a.csv.gz", frame()),
    "zip": lambda folder: zipped(folder / "a.zip", "b.csv"),
    "parquet": lambda folder: in_parquet(folder / "a.parquet", plain_arrow()),
    "pandas' parquet": lambda folder: in_parquet(folder / "a.parquet", pa.Table.from_pandas(indexed())),
    "parquet, 0 to 1": lambda folder: in_parquet(folder / "a.parquet", pa.table(frame(pixels=SMALL_FLOATS))),
    "parquet of pictures": lambda folder: in_parquet(folder / "a.parquet", pictures()),
    "saved to disk": lambda folder: saved_to_disk(folder / "set", plain_arrow()),
    "pictures saved to disk": lambda folder: saved_to_disk(folder / "set", pictures()),
    "npz": lambda folder: npz(folder / "a.npz", x=IMAGES, y=NUMBERS),
    "npz, Keras": lambda folder: npz(folder / "a.npz", **KERAS),
    "npz, 0 to 1": lambda folder: npz(folder / "a.npz", images=SMALL_FLOATS, labels=LETTERS),
    "npz, validation": lambda folder: npz(folder / "a.npz", x=IMAGES, y=NUMBERS, x_val=IMAGES[:1], y_val=NUMBERS[:1]),
    "npz, PyTorch": lambda folder: npz(folder / "a.npz", **PYTORCH),
    "npy": lambda folder: npy(folder, "X_train.npy", "y_train.npy"),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_reads_as_the_same_pictures_and_letters(layout: str, tmp_path: Path) -> None:
    crops = read_table(LAYOUTS[layout](tmp_path))
    assert np.array_equal(crops.images, IMAGES)
    assert [crops.letters[label] for label in crops.labels] == LETTERS.tolist()
    assert ("pixels 0 to 1" in crops.about) == ("0 to 1" in layout)


def test_a_named_file_is_the_table_that_evaluate_reads(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = {}
    for layout in ("csv", "gzip", "zip", "parquet", "npz", "npy", "0 to 1", "letters"):
        (tmp_path / layout).mkdir()
        path = LAYOUTS[layout](tmp_path / layout)
        model = ["--model", str(shipped_models() / "sign_mnist")]
        assert main(["evaluate", "--data", str(path), *model, "--json"]) == 0
        printed = capsys.readouterr()
        told[layout] = json.loads(printed.out)
        scaled = "a.csv: all pixels are from 0 to 1, and are read as 0 to 255\n"
        assert printed.err == (scaled if layout == "0 to 1" else "")
    assert told["csv"]["signers"]["sign_mnist"]["frames"] == 48
    assert all(figures == told["csv"] for figures in told.values())


@settings(deadline=None, max_examples=25)
@given(
    order=st.permutations(list(COLUMNS)),
    separator=st.sampled_from(",;\t"),
    upper=st.booleans(),
    digits=st.sampled_from([None, 3, 5, 12]),
)
def test_columns_are_taken_by_name_whatever_their_order_separator_and_scale(
    tmp_path_factory: pytest.TempPathFactory, order: list[str], separator: str, upper: bool, digits: int | None
) -> None:
    table = frame(LETTERS if upper else NUMBERS, FLAT if digits is None else FLAT / 255)[order]
    path = tmp_path_factory.mktemp("csv") / "a.csv"
    csv(path, table, sep=separator, float_format=f"%.{digits}f" if digits else None)
    crops = read_table(path)
    assert np.array_equal(crops.images, IMAGES)
    assert [crops.letters[label] for label in crops.labels] == LETTERS.tolist()


def with_pixel(value: float, pixels: NDArray[np.generic] = FLAT) -> NDArray[np.float64]:
    changed = pixels.astype(np.float64)
    changed[3, 6] = value
    return changed


@pytest.mark.parametrize(
    ("pixels", "said"),
    [
        (with_pixel(0.5), "row 5, column pixel7: '0.5' is not a whole number"),
        (with_pixel(1.5, FLAT / 255), "row 5, column pixel7: 1.5 is outside 0-1"),
        (with_pixel(-0.1, FLAT / 255), "row 5, column pixel7: -0.1 is outside 0-1"),
        (FLAT / 255 * 2 - 1, "is outside 0-1"),
        (FLAT > 127, "every pixel is 0 or 1, so that 1 could be white or almost black"),
        ((FLAT > 127) * 1.0, "every pixel is 0 or 1, so that 1 could be white or almost black"),
    ],
)
def test_a_scale_that_the_whole_table_does_not_show_is_refused_in_every_kind_of_file(
    pixels: NDArray[np.generic], said: str, tmp_path: Path
) -> None:
    numbers = pixels.astype(np.float64) if pixels.dtype.kind == "f" else pixels.astype(np.uint8)
    with pytest.raises(DataError) as caught:
        read_table(csv(tmp_path / "a.csv", frame(pixels=numbers)))
    assert said in str(caught.value)
    with pytest.raises(DataError) as caught:
        read_table(in_parquet(tmp_path / "a.parquet", pa.Table.from_pandas(frame(pixels=numbers))))
    assert said.replace("row 5", "row 4") in str(caught.value)  # its names are in no row
    with pytest.raises(DataError) as caught:
        read_table(npz(tmp_path / "a.npz", x=numbers, y=NUMBERS))
    assert said.replace("row 5, column pixel7", "x[3], pixel 7") in str(caught.value)


def test_one_picture_never_decides_the_scale_of_its_own(tmp_path: Path) -> None:
    dark = FLAT.copy()
    dark[7] %= 2  # one almost black picture among others
    assert read_table(csv(tmp_path / "a.csv", frame(pixels=dark))).images[7].max() == 1
    light = FLAT / 255
    light[7] = np.rint(light[7])  # one picture in black and white
    assert read_table(csv(tmp_path / "b.csv", frame(pixels=light))).images[7].max() == 255


@pytest.mark.parametrize(
    ("label", "said"),
    [
        ("6.5", "row 4, column label: '6.5' is not a whole number"),
        ("A", "row 4, column label: 'A' is not a whole number"),
        ("", "row 4, column label: an empty cell is not a whole number"),
    ],
)
def test_a_bad_label_is_named_wherever_the_label_is(label: str, said: str, tmp_path: Path) -> None:
    table = label_in(784).astype({"label": str})
    table.loc[2, "label"] = label
    with pytest.raises(DataError, match=r"a\.csv") as caught:
        read_table(csv(tmp_path / "a.csv", table, sep=";"))
    assert said in str(caught.value)


def test_a_label_that_is_no_letter_is_named(tmp_path: Path) -> None:
    labels = LETTERS.astype("U9")
    labels[4] = "thumb"
    with pytest.raises(DataError, match=r"a\.csv: row 6, column label: 'thumb' is no letter from A to Z"):
        read_table(csv(tmp_path / "a.csv", frame(labels)))
    with pytest.raises(DataError, match=r"a\.npz: y\[4\]: 'thumb' is no letter from A to Z"):
        read_table(npz(tmp_path / "a.npz", x=IMAGES, y=labels))


def test_a_column_that_occurs_twice_or_belongs_to_nothing_is_named(tmp_path: Path) -> None:
    twice = frame().set_axis(["label", "pixel2", *COLUMNS[2:]], axis=1)
    with pytest.raises(DataError, match=r"a\.csv: row 1: column pixel1 is missing"):
        read_table(csv(tmp_path / "a.csv", twice))
    with pytest.raises(DataError, match=r"b\.csv: row 1, column signer: not expected here"):
        read_table(csv(tmp_path / "b.csv", frame().assign(signer=1)))
    with pytest.raises(DataError, match=r"d\.csv: row 1, column 'two\\tlines': not expected here"):
        read_table(csv(tmp_path / "d.csv", frame().assign(**{"two\tlines": 1})))
    with pytest.raises(DataError, match=r"c\.parquet: column label is missing"):
        read_table(in_parquet(tmp_path / "c.parquet", pa.Table.from_pandas(frame().drop(columns="label"))))


@pytest.mark.parametrize("labels", [[[3]], [[3, 4]], [[]], [{"name": 3}]])
@pytest.mark.parametrize("of_pictures", [False, True])
def test_a_row_with_several_labels_is_refused(labels: list[object], of_pictures: bool, tmp_path: Path) -> None:
    table = (pictures() if of_pictures else plain_arrow()).slice(0, 2)
    several = pa.array([*labels, *labels])
    table = table.set_column(table.column_names.index("label"), "label", several)
    with pytest.raises(DataError, match=r"a\.parquet: column label holds .*; a row needs one number or letter"):
        read_table(in_parquet(tmp_path / "a.parquet", table))


J_AND_Z = np.array([*LETTERS, "J", "J", "J", "Z", "nothing"])
WITH_J_AND_Z = np.concatenate([IMAGES, IMAGES[:5]])


@pytest.mark.parametrize("numbers", [False, True])
def test_still_pictures_of_j_and_z_are_left_out_and_said_or_kept(
    numbers: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = J_AND_Z[:-1] if numbers else J_AND_Z
    labels = np.array([ALPHABET.index(name) for name in names]) if numbers else names
    path = csv(tmp_path / "a.csv", frame(labels, WITH_J_AND_Z.reshape(-1, 784)[: len(labels)]))
    assert np.array_equal(read_table(path).images, IMAGES)
    counts = "3 of J, 1 of Z" if numbers else "3 of J, 1 of Z, 1 of nothing"
    said = f"a.csv: left out, since they show no letter that is held still: {counts} (still_j_z keeps J and Z)\n"
    assert capsys.readouterr().err == said
    kept = read_table(path, still_j_z=True)
    assert kept.letters == ALPHABET
    assert [kept.letters[label] for label in kept.labels] == J_AND_Z[:-1].tolist()
    assert "J" not in capsys.readouterr().err


def test_numbers_that_fit_both_numberings_are_refused_with_both_readings(tmp_path: Path) -> None:
    ten = csv(tmp_path / "ten.csv", frame(np.arange(10), FLAT[:10]))  # A to J, or A to K without J
    with pytest.raises(SettingError, match="9 is J in Kaggle's numbering and K in the course's") as caught:
        read_table(ten)
    assert caught.value.settings == ("labels",)
    assert read_table(ten, numbering="course").labels[9] == HELD_LETTERS.index("K")
    assert len(read_table(ten, numbering="kaggle")) == 9
    assert read_table(ten, numbering="kaggle", still_j_z=True).labels[9] == ALPHABET.index("J")


def test_pickles_are_never_loaded(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", x=IMAGES, y=LETTERS.astype(object))
    with pytest.raises(DataError, match=r"a\.npz: y holds Python objects, which could run code and are not read"):
        read_table(tmp_path / "a.npz")


@pytest.mark.parametrize(
    ("arrays", "said"),
    [
        ({"x": np.zeros((4, 64, 64), np.uint8), "y": NUMBERS[:4]}, "x must be (n, 28, 28)"),
        ({"x": np.zeros((4, 28, 28, 3), np.uint8), "y": NUMBERS[:4]}, "gray pictures, not (4, 28, 28, 3)"),
        ({"x": IMAGES, "y": np.eye(25)[NUMBERS]}, "of one-hot rows, save y.argmax(axis=1)"),
        ({"x": IMAGES, "y": NUMBERS[:7]}, "y must be (48,) numbers or letters, not (7,)"),
        ({"x": IMAGES > 9, "y": NUMBERS}, "x must be numbers, 0 to 255 or 0 to 1, not bool"),
        ({"x": IMAGES[:0], "y": NUMBERS[:0]}, "there are no rows"),
        ({"first": IMAGES, "second": NUMBERS}, "holds first, second, and no pictures for training"),
        ({"x": IMAGES, "y": NUMBERS > 3}, "labels must be whole numbers or letters, not bool"),
        ({"x": IMAGES.astype(np.complex64), "y": NUMBERS}, "not complex64"),
    ],
)
def test_arrays_of_another_shape_or_type_are_refused_by_name(
    arrays: dict[str, NDArray[np.generic]], said: str, tmp_path: Path
) -> None:
    with pytest.raises(DataError) as caught:
        read_table(npz(tmp_path / "a.npz", **arrays))
    assert str(tmp_path / "a.npz") in str(caught.value)
    assert said in str(caught.value)


@pytest.mark.parametrize("layout", ["parquet", "parquet of pictures", "saved to disk", "npz", "npy"])
@pytest.mark.parametrize("kept", [0, 0.1, 0.5, 0.98])
def test_a_damaged_file_is_one_line_that_names_it(layout: str, kept: float, tmp_path: Path) -> None:
    path = LAYOUTS[layout](tmp_path)
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * kept)])
    with pytest.raises(DataError) as caught:
        read_table(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


@settings(deadline=None, max_examples=150)
@given(
    layout=st.sampled_from(["csv", "gzip", "zip", "parquet", "saved to disk", "npz", "npy"]),
    place=st.floats(0, 1, exclude_max=True),
    junk=st.binary(min_size=1, max_size=8),
)
def test_a_file_with_wrong_bytes_is_read_or_refused_in_one_line(
    tmp_path_factory: pytest.TempPathFactory, layout: str, place: float, junk: bytes
) -> None:
    path = LAYOUTS[layout](tmp_path_factory.mktemp("junk"))
    content = bytearray(path.read_bytes())
    start = int(place * len(content))
    content[start : start + len(junk)] = junk
    path.write_bytes(content)
    said = ""
    try:
        read_table(path)
    except FingerspellError as error:
        said = str(error)
    assert "\n" not in said
    assert not said or path.name in said


def test_a_npz_with_files_that_are_no_arrays_is_refused(tmp_path: Path) -> None:
    for names in (("x", "y"), ("landmarks", "letter", "source", "handedness")):
        with zipfile.ZipFile(tmp_path / "train.npz", "w") as file:
            for name in names:
                file.writestr(f"{name}.npy", "no array")
        with pytest.raises(DataError, match=rf"train\.npz: cannot be read as .*npz \({names[0]} is no array\)"):
            read_training_data(find_data([tmp_path / "train.npz"]))


@pytest.mark.parametrize("arrays", [{"x": IMAGES, "y": NUMBERS}, dict.fromkeys(NPZ_ARRAYS, LETTERS)])
@pytest.mark.parametrize(
    ("before", "damaged"),
    [
        (b"}  ", b"(  "),  # a header that Python cannot read
        (b"\x93NUMPY\x01\x00v\x00", b"\x93NUMPY\x01\x00v\xff"),  # one that NumPy calls too large, in several lines
        (b"PK\x01\x02\x2d\x03\x2d", b"PK\x01\x02\x2d\x03\xff"),  # a zip of a later version
        (b"PK\x01\x02\x2d\x03\x2d\x00\x00", b"PK\x01\x02\x2d\x03\x2d\x00\x01"),  # a zip with a password
    ],
)
def test_damage_that_numpy_or_zip_reports_in_its_own_way_is_one_line(
    arrays: dict[str, NDArray[np.generic]], before: bytes, damaged: bytes, tmp_path: Path
) -> None:
    path = npz(tmp_path / "train.npz", **arrays)
    content = path.read_bytes()
    assert before in content
    path.write_bytes(content.replace(before, damaged))
    with pytest.raises(DataError, match=r"train\.npz: cannot be read as .*npz") as caught:
        read_training_data(find_data([tmp_path]))
    assert "\n" not in str(caught.value)


def test_a_pickle_is_refused_without_a_hint_to_load_it(tmp_path: Path) -> None:
    path = npy(tmp_path, "x.npy", "y.npy")
    (tmp_path / "y.npy").write_bytes(pickle.dumps(NUMBERS.tolist()))
    with pytest.raises(DataError, match=r"y\.npy: cannot be read as NumPy's \.npy") as caught:
        read_table(path)
    assert "unsafe" not in str(caught.value)


def test_a_missing_part_of_a_data_set_is_named(tmp_path: Path) -> None:
    first = LAYOUTS["saved to disk"](tmp_path)
    first.with_name("data-00001-of-00002.arrow").unlink()
    with pytest.raises(DataError, match=r"data-00001-of-00002\.arrow: cannot be read"):
        read_table(first)


@pytest.mark.parametrize("cell", [None, b"no picture", cv2.imencode(".png", np.zeros((64, 64), np.uint8))[1].tobytes()])
def test_a_cell_that_is_no_crop_is_named_by_its_row(cell: bytes | None, tmp_path: Path) -> None:
    cells = [{"bytes": cell, "path": "a.png"}]
    with pytest.raises(DataError, match=r"a\.parquet: row 1, column image") as caught:
        read_table(in_parquet(tmp_path / "a.parquet", pa.table({"image": cells, "label": [3]})))
    assert "\n" not in str(caught.value)


def test_a_folder_is_read_by_the_names_of_its_files_or_arrays(tmp_path: Path) -> None:
    for name in ("parquet", "npz", "arrays", "npy", "disk"):
        (tmp_path / name).mkdir()
    in_parquet(tmp_path / "parquet" / "train-00000-of-00001.parquet", plain_arrow())
    in_parquet(tmp_path / "parquet" / "test-00000-of-00001.parquet", plain_arrow())
    npz(tmp_path / "npz" / "train.npz", x=IMAGES, y=NUMBERS)
    npz(tmp_path / "npz" / "validation.npz", x=IMAGES, y=NUMBERS)
    npz(tmp_path / "arrays" / "letters.npz", x_train=IMAGES, y_train=NUMBERS, x_test=IMAGES, y_test=NUMBERS)
    npy(tmp_path / "npy", "x_train.npy", "y_train.npy")
    npy(tmp_path / "npy", "x_test.npy", "y_test.npy")
    saved_to_disk(tmp_path / "disk" / "train", pictures())
    saved_to_disk(tmp_path / "disk" / "test", pictures())
    for name in ("parquet", "npz", "arrays", "npy", "disk"):
        folder = tmp_path / name
        found = find_data([folder])
        assert (found.table, found.table_in, found.archives) == (find_table(folder, "train"), folder, ())
        assert np.array_equal(read_table(find_test(folder), "test").images, IMAGES)
        assert (find_test(folder) == find_table(folder, "train")) == (name == "arrays")
    assert find_table(tmp_path / "disk" / "test", "train").parent.name == "test"  # a data set itself, like a file


def test_a_test_table_is_preferred_to_one_for_validation(tmp_path: Path) -> None:
    few, table = IMAGES[:1], IMAGES[:4]
    for name, images in (("all_valid", few), ("set_test", table)):
        npz(tmp_path / f"{name}.npz", x=images, y=NUMBERS[: len(images)])
    assert len(read_table(find_test(tmp_path), "test")) == 4
    arrays = {"x_val": few, "y_val": NUMBERS[:1], "x_test": table, "y_test": NUMBERS[:4]}
    assert len(read_table(npz(tmp_path / "a.npz", **arrays), "test")) == 4
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as file:
        for name, n in (("valid.csv", 1), ("long/test.csv", 4)):
            file.writestr(name, frame().head(n).to_csv(index=False))
    assert len(read_table(tmp_path / "a.zip", "test")) == 4


def test_a_damaged_npz_in_a_folder_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "test.npz").write_bytes(npz(tmp_path / "a.npz", x=IMAGES, y=NUMBERS).read_bytes()[:900])
    assert main(["evaluate", "--data", str(tmp_path)]) == 1
    assert "test.npz: cannot be read as NumPy's .npz" in capsys.readouterr().err


def test_the_test_table_of_a_file_is_beside_it_or_in_it(tmp_path: Path) -> None:
    train = csv(tmp_path / "sign_mnist_train.csv", frame())
    with pytest.raises(DataError, match=r"sign_mnist_train\.csv has no test file beside it"):
        find_test(train)
    valid = csv(tmp_path / "sign_mnist_valid.csv", frame())
    assert find_test(train) == valid
    both = npz(tmp_path / "a.npz", x_train=IMAGES, y_train=NUMBERS, x_test=IMAGES, y_test=NUMBERS)
    assert find_test(both) == both


def test_landmarks_and_shards_are_no_tables(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    hands = npz(tmp_path / "train.npz", landmarks=np.zeros((1, 21, 3)), letter=np.array(["A"]))
    assert not has_table(hands, "train")
    assert not has_table(tmp_path, "train")
    assert find_data([hands]).archives == find_data([tmp_path]).archives == (hands,)
    assert main(["evaluate", "--data", str(hands)]) == 1
    assert "train.npz holds landmarks, without pictures" in capsys.readouterr().err
    shards = npz(tmp_path / "shard-00000.npz", images=IMAGES, labels=NUMBERS)
    (tmp_path / "shards.json").write_text("{}")
    assert main(["evaluate", "--data", str(shards)]) == 1
    assert "holds shards, which only fit reads" in capsys.readouterr().err
    with pytest.raises(DataError, match="holds shards, which only fit reads"):
        find_data([shards])


def test_a_file_that_is_no_table_is_refused_by_its_kind(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"PK")
    for command in (["evaluate"], ["fit", "--out", str(tmp_path / "run")], ["shard", "--out", str(tmp_path / "run")]):
        assert main([*command, "--data", str(tmp_path / "a.xlsx")]) == 1
        line = capsys.readouterr().err.splitlines()[-1]
        assert "a.xlsx is no table (.csv, .csv.gz, .zip, .parquet, .npz or .npy); name one, or a folder" in line


def test_a_table_is_not_measured_as_pictures_without_a_letter(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = csv(tmp_path / "a_test.csv", frame())
    for data in (path, tmp_path):
        assert main(["evaluate", "--nothing", "--data", str(data)]) == 1
        assert f"--nothing, --data: {data} is no folder with pictures in it" in capsys.readouterr().err


def learnable(letters: tuple[str, ...], n: int, seed: int) -> tuple[NDArray[np.uint8], NDArray[np.str_]]:
    """Noisy pictures, alike within a letter; the patterns do not depend on the seed."""
    patterns = np.random.default_rng(1).integers(60, 200, (len(ALPHABET), 28, 28))
    rng = np.random.default_rng(seed)
    names = np.repeat(letters, n)
    noise = rng.integers(-40, 40, (len(names), 28, 28))
    return (patterns[[ALPHABET.index(name) for name in names]] + noise).astype(np.uint8), names


FIT = ["--architecture", "lesson-pooled", "--epochs", "12"]


def test_still_pictures_of_j_and_z_become_letters_of_a_model_by_an_option(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, out = tmp_path / "letters.npz", tmp_path / "run"
    (x, y), (x_test, y_test) = learnable(ALPHABET, 8, 2), learnable(ALPHABET, 2, 3)
    npz(path, x_train=x, y_train=y, x_test=x_test, y_test=y_test)
    fit = ["fit", "--data", str(path), "--out", str(out), *FIT, "--final"]
    assert main([*fit, "--letters", "ABJ"]) == 1
    assert "--letters: J: a movement, which a picture does not show" in capsys.readouterr().err
    assert main([*fit, "--still-j-z"]) == 0
    assert read_contract(out).letters == ALPHABET
    capsys.readouterr()
    evaluate = ["evaluate", "--data", str(path), "--model", str(out), "--json"]
    assert main([*evaluate, "--still-j-z"]) == 0
    printed = capsys.readouterr()
    told = json.loads(printed.out)
    assert printed.err == ""
    assert told["signers"]["sign_mnist"]["frames"] == 52
    assert told["letters"].keys() == set(ALPHABET)
    assert told["letters"]["J"] == told["letters"]["Z"] == 1.0
    assert main(evaluate) == 0
    printed = capsys.readouterr()
    assert json.loads(printed.out)["letters"].keys() == set(HELD_LETTERS)
    assert "2 of J, 2 of Z (still_j_z keeps J and Z)" in printed.err
    assert main([*evaluate[:-3], "--model", str(shipped_models() / "sign_mnist"), "--still-j-z"]) == 1
    assert "--still-j-z: the model has neither J nor Z" in capsys.readouterr().err
    picture = tmp_path / "j.png"
    cv2.imwrite(str(picture), cv2.resize(x_test[y_test == "J"][0], (448, 448), interpolation=cv2.INTER_NEAREST))
    assert live_main(["photo", str(picture), "--model", str(out), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["error"] is None


def test_a_data_set_of_ten_letters_trains_and_measures_a_model(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ten, out = HELD_LETTERS[5:15], tmp_path / "run"
    for name, n, seed in (("train", 20, 2), ("test", 2, 3)):
        images, labels = learnable(ten, n, seed)
        csv(tmp_path / f"ten_{name}.csv", frame(labels, images.reshape(-1, 784)))
    assert main(["fit", "--data", str(tmp_path / "ten_train.csv"), "--out", str(out), *FIT, "--final"]) == 0
    assert read_contract(out).measurements["sign_mnist"].about.startswith("20 pictures of 28 x 28 pixels")
    capsys.readouterr()
    assert main(["evaluate", "--data", str(tmp_path / "ten_test.csv"), "--model", str(out), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["letters"].keys() == set(ten)
    assert told["mean"] > 0.7  # by chance 0.1


def test_a_final_run_without_a_test_table_is_refused_before_training(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = csv(tmp_path / "a_train.csv", frame())
    assert main(["fit", "--data", str(path), "--out", str(tmp_path / "run"), "--final"]) == 1
    assert "a_train.csv has no test file beside it" in capsys.readouterr().err
    assert main(["fit", "--data", str(path), "--out", str(tmp_path / "run"), "--recipe", "course"]) == 1
    assert "a_train.csv has no test file beside it" in capsys.readouterr().err
    assert not (tmp_path / "run").exists()


def test_shards_are_written_of_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    x, y = learnable(ALPHABET, 8, 2)
    path, out = npz(tmp_path / "a.npz", x=x, y=y), tmp_path / "shards"
    assert main(["shard", "--data", str(path), "--out", str(out), "--still-j-z"]) == 0
    assert tuple(json.loads((out / "shards.json").read_text())["letters"]) == ALPHABET
    assert "208 pictures of a.npz (letters as labels)" in capsys.readouterr().out
