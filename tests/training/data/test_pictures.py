"""Folders of labelled pictures: how their names are read, which pictures are crops, and what is left out."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from live.errors import DataError
from live.files import shipped_models
from live.hand.crop import crop_hand
from live.hand.landmarks import Hand
from live.hand.tracker import LiteRTHandTracker
from live.letters import ALPHABET, HELD_LETTERS
from tests.conftest import write_landmarks, write_sign_mnist
from tests.support import drawn
from training.cli.main import main
from training.data.folders import find_data, read_training_data
from training.data.pictures import VIEWS, labelled_pictures, read_crops, read_photographs, unlabelled_pictures
from training.data.split import STAYS, groups_apart, held_back, joined, near_duplicate_groups
from training.data.tables import read_table
from training.data.types import Crops, live_view, merge, merge_crops
from training.errors import SettingError

NUMBERS: Mapping[str, Callable[[str], str]] = {
    "kaggle": lambda letter: str(ALPHABET.index(letter)),
    "course": lambda letter: str(HELD_LETTERS.index(letter)),
}


def write(folder: Path, name: str, side: int = 28, file: str = "0.png") -> Path:
    """A picture of noise in a folder of this name."""
    path = folder / name / file
    path.parent.mkdir(parents=True, exist_ok=True)
    noise = np.random.default_rng(len(list(path.parent.iterdir()))).integers(0, 256, (side, side), dtype=np.uint8)
    cv2.imwrite(str(path), noise)
    return path


def read(folder: Path, **how: object) -> dict[str, str]:
    """The letters that the pictures in a folder have, by their paths."""
    found = labelled_pictures(folder, **how)  # type: ignore[arg-type]
    return {str(picture.path.relative_to(folder).parent): picture.letter for picture in found}


def test_pictures_are_labelled_by_their_folders(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("anna/L", "anna/J", "ben/nothing", "ben/holidays"):
        write(tmp_path, name)
    found = {(picture.source, picture.letter) for picture in labelled_pictures(tmp_path)}
    assert found == {("anna", "L"), ("ben", "nothing")}
    said = capsys.readouterr().err
    assert "1 still pictures of J, a letter that is drawn in the air" in said
    assert "1 still pictures of holidays, a folder not named after a letter" in said
    assert {picture.source for picture in labelled_pictures(tmp_path / "anna")} == {"anna"}
    assert {picture.source for picture in labelled_pictures(tmp_path / "anna" / "L")} == {"anna"}


def test_letters_may_be_in_lower_case_beside_upper_case(tmp_path: Path) -> None:
    for name in ("A", "b", "anna/c", "a"):
        write(tmp_path, name)
    assert read(tmp_path) == {"A": "A", "b": "B", "anna/c": "C", "a": "A"}


def test_signers_may_have_the_names_of_letters_or_numbers(tmp_path: Path) -> None:
    for name in ("A/a", "A/b", "1/c"):
        write(tmp_path, name)
    assert read(tmp_path) == {"A/a": "A", "A/b": "B", "1/c": "C"}


@pytest.mark.parametrize("numbering", NUMBERS)
def test_numbers_of_all_letters_tell_their_numbering(
    numbering: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = {NUMBERS[numbering](letter): letter for letter in HELD_LETTERS}
    for name in names:
        write(tmp_path, name)
    assert read(tmp_path) == names
    last = {"kaggle": 24, "course": 23}[numbering]
    assert f"folders 0 to {last} are read as {numbering} numbers of letters" in capsys.readouterr().err


def test_numbers_of_the_whole_alphabet_have_j_and_z(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names = {str(number): letter for number, letter in enumerate(ALPHABET)}
    for name in names:
        write(tmp_path, name)
    assert read(tmp_path, still_j_z=True) == names
    assert read(tmp_path) == {name: letter for name, letter in names.items() if letter in HELD_LETTERS}
    assert "1 still pictures of 25, a letter that is drawn in the air" in capsys.readouterr().err


@settings(deadline=None, max_examples=50)
@given(st.sets(st.integers(0, 25), min_size=1))
def test_numbers_are_read_in_one_way_or_refused(numbers: set[int]) -> None:
    kaggle = {str(number): ALPHABET[number] for number in numbers}
    course = {str(number): HELD_LETTERS[number] for number in numbers if number < 24}
    with TemporaryDirectory() as name:
        for number in numbers:
            (Path(name) / str(number)).mkdir()
            (Path(name) / str(number) / "0.png").touch()
        assert read(Path(name), numbering="kaggle", still_j_z=True) == kaggle
        if len(course) == len(numbers):
            assert read(Path(name), numbering="course") == course
        try:
            found = read(Path(name), still_j_z=True)
        except (SettingError, DataError):
            assert course != kaggle
        else:
            assert found == (course if numbers == set(range(24)) else kaggle)


def test_numbers_that_could_be_either_numbering_are_refused_until_told(tmp_path: Path) -> None:
    for name in ("0", "3", "12"):
        write(tmp_path, name)
    with pytest.raises(
        SettingError, match=r"folder 12: 12 is M in Kaggle's numbering and N in the course's.*kaggle or course"
    ) as caught:
        labelled_pictures(tmp_path)
    assert caught.value.settings == ("labels",)
    assert read(tmp_path, numbering="kaggle") == {"0": "A", "3": "D", "12": "M"}
    assert read(tmp_path, numbering="course") == {"0": "A", "3": "D", "12": "N"}


def test_digits_are_not_taken_for_letters(tmp_path: Path) -> None:
    for number in range(10):
        write(tmp_path, str(number))
    with pytest.raises(SettingError, match="9 is J in Kaggle's numbering and K in the course's"):
        labelled_pictures(tmp_path)
    write(tmp_path, "a")
    with pytest.raises(DataError, match=r"named after letters \(a\) and by numbers \(0\); name all after letters"):
        labelled_pictures(tmp_path)


def test_numbers_below_a_letter_are_no_letters(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("A", "A/1", "2024"):
        write(tmp_path, name)
    assert read(tmp_path) == {"A": "A"}
    said = capsys.readouterr().err
    assert "1 still pictures of A/1, a folder not named after a letter" in said
    assert "1 still pictures of 2024, a folder not named after a letter" in said


def test_the_asl_alphabet_is_read_without_what_is_no_letter(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("A", "B", "J", "del", "nothing", "space"):
        write(tmp_path, f"asl_alphabet_train/asl_alphabet_train/{name}", file=f"{name}1.png")
    for name in ("A", "B", "nothing"):
        write(tmp_path, "asl_alphabet_test/asl_alphabet_test", file=f"{name}_test.png")
    found = find_data([tmp_path])
    assert [picture.letter for picture in found.crops] == ["A", "B"]
    said = capsys.readouterr().err
    for line in (
        "left out: 1 still pictures of del, a folder not named after a letter",
        "left out: 1 still pictures of space, a folder not named after a letter",
        "left out: 1 still pictures of J, a letter that is drawn in the air",
        "left out: 1 pictures of nothing, which only evaluate uses",
        "left out: 3 pictures in folders named test or valid, which are not trained on",
    ):
        assert said.count(line) == 1
    tested = labelled_pictures(tmp_path, "test")
    assert [picture.letter for picture in tested] == ["A", "B", "nothing"]
    assert "only the 3 pictures in folders named test are read" in capsys.readouterr().err


def test_only_the_rest_of_a_set_is_trained_on_if_a_part_is_for_testing(tmp_path: Path) -> None:
    for name in ("train/A", "valid/A", "Test/A", "latest/A"):
        write(tmp_path, name)
    assert set(read(tmp_path, split="train")) == {"train/A", "latest/A"}
    assert set(read(tmp_path, split="test")) == {"Test/A"}
    assert len(read(tmp_path)) == 4
    assert set(read(tmp_path / "Test", split="train")) == {"A"}  # named by itself
    for path in (tmp_path / "Test").rglob("*.png"):
        path.unlink()
    assert set(read(tmp_path, split="test")) == {"valid/A"}


def test_a_set_of_test_pictures_alone_is_not_trained_on(tmp_path: Path) -> None:
    write(tmp_path, "test/A")
    with pytest.raises(DataError, match="all 1 pictures are in folders named test or valid, which are not trained on"):
        find_data([tmp_path])


def test_crops_have_the_bytes_of_the_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    labels = sorted(NUMBERS["kaggle"](letter) for letter in HELD_LETTERS)
    table = read_table(write_sign_mnist(tmp_path / "train.csv", labels))
    for number, (image, label) in enumerate(zip(table.images, table.labels, strict=True)):
        (tmp_path / "pictures" / HELD_LETTERS[label]).mkdir(parents=True)
        cv2.imwrite(str(tmp_path / "pictures" / HELD_LETTERS[label] / f"{number}.png"), image)
    data = read_training_data(find_data([tmp_path / "pictures"]))
    assert data.crops is not None
    order = np.argsort(table.labels)
    assert np.array_equal(data.crops.images, table.images[order])
    assert np.array_equal(data.crops.labels, table.labels[order])
    assert not data.hands
    said = capsys.readouterr().err
    assert said.count("24 pictures of at most 64 pixels a side are read as crops of hands") == 1
    both = read_training_data(find_data([tmp_path, tmp_path / "pictures"]))
    assert both.crops is not None
    assert len(both.crops) == 48
    assert both.about == ("the 24 pictures of train.csv (kaggle label numbers)", "24 crops of 1 sources in pictures")
    groups = groups_apart(both.crops)
    assert np.array_equal(groups[:24], groups[24 + np.argsort(order)])  # a picture in both is held back from both


@pytest.mark.parametrize(("side", "crop"), [(64, True), (65, False)])
def test_a_picture_is_a_crop_up_to_64_pixels(side: int, crop: bool, tmp_path: Path) -> None:
    write(tmp_path, "A", side)
    (picture,) = labelled_pictures(tmp_path)
    assert picture.is_crop == crop


def test_crops_and_photographs_of_one_folder_are_both_read(tracker: LiteRTHandTracker, tmp_path: Path) -> None:
    write(tmp_path, "anna/A")
    (tmp_path / "ben" / "L").mkdir(parents=True)
    cv2.imwrite(str(tmp_path / "ben" / "L" / "1.png"), drawn.signed("L"))
    data = read_training_data(find_data([tmp_path]))
    assert data.crops is not None
    assert [data.letters[label] for label in data.crops.labels] == ["A"]
    assert [data.letters[label] for label in data.hands[0].labels] == ["L"]
    assert len(data.about) == 2


def test_j_and_z_are_kept_if_wanted(tmp_path: Path) -> None:
    for name in ("A", "J", "z"):
        write(tmp_path, name)
    crops = read_crops(tmp_path, labelled_pictures(tmp_path, still_j_z=True))
    assert crops is not None
    assert [crops.letters[label] for label in crops.labels] == ["A", "J", "Z"]


def crops_of(images: np.ndarray, labels: list[int], signers: list[str] | None) -> Crops:
    named = None if signers is None else np.array(signers)
    return Crops(images.astype(np.uint8), np.array(labels, np.int64), "", "", signers=named)


def test_a_signer_is_held_back_as_a_whole_with_all_near_duplicates() -> None:
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (12, 28, 28))
    signers = [name for name in ("anna", "ben", "cem") for _ in range(4)]
    labels = [0, 0, 1, 1] * 3
    groups = groups_apart(crops_of(images, labels, signers))
    assert len(set(groups)) == 3
    assert all(len(set(groups[first : first + 4])) == 1 for first in (0, 4, 8))
    images[4] = images[0]  # ben and anna share a picture
    groups = groups_apart(crops_of(images, labels, signers))
    assert len(set(groups)) == 2
    assert groups[0] == groups[4] != groups[8]
    mask = held_back(crops_of(images, labels, signers), groups, 0.2, seed=0)
    assert mask[:8].all() != mask[8:].all()
    assert mask[:8].any() != mask[8:].any()


@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=40), st.floats(0.05, 0.9),
    st.integers(0, 9),
)  # fmt: skip
def test_every_letter_keeps_pictures_in_training(pictures: list[tuple[int, int]], share: float, seed: int) -> None:
    labels, groups = np.array(pictures).T
    images = np.zeros((len(labels), 28, 28), np.uint8)
    mask = held_back(crops_of(images, labels.tolist(), ["one"] * len(labels)), groups, share, seed)
    assert set(labels[~mask]) == set(labels)
    assert not set(groups[mask]) & set(groups[~mask])


def test_signers_are_not_kept_together_where_nothing_could_be_held_back() -> None:
    images = np.random.default_rng(0).integers(0, 256, (8, 28, 28))
    crops = crops_of(images, [0, 0, 0, 0, 1, 1, 1, 1], ["anna"] * 4 + ["ben"] * 4)  # each signed another letter
    assert np.array_equal(groups_apart(crops), near_duplicate_groups(crops))


def test_crops_of_unknown_signers_stay_apart_beside_known_ones() -> None:
    images = np.random.default_rng(0).integers(0, 256, (8, 28, 28))
    known = crops_of(images[:4], [0] * 4, ["anna", "anna", "ben", "ben"])
    unknown = crops_of(images[4:], [0] * 4, None)
    groups = groups_apart(merge_crops([unknown, known]))
    assert len(set(groups[:4])) == 4
    assert len(set(groups[4:])) == 2
    assert not set(groups[:4]) & set(groups[4:])


def test_a_person_with_crops_and_photographs_is_one_group() -> None:
    def part(*sources: str) -> Crops:
        crops = crops_of(np.zeros((len(sources), 28, 28)), [0] * len(sources), None)
        return replace(crops, sources=np.array(sources) if any(sources) else None)

    crops, photographs = part("anna", "anna", "ben"), part("anna", "cem", "cem")
    numbers = [np.array([0, 1, 2]), np.array([3, 4, 5])]
    groups = joined([crops, photographs], numbers)
    assert groups[0] == groups[1] == groups[3]
    assert len(set(groups.tolist())) == 4
    for other in (part("", "", ""), part("dina", "emil", "emil")):
        assert len(set(joined([other, photographs], numbers).tolist())) == 6
    only_anna = joined([part("anna", "anna", "anna"), part("anna", "anna", "anna")], numbers)
    assert len(set(only_anna.tolist())) == 6  # otherwise nothing could be held back


def test_the_group_that_stays_is_never_held_back() -> None:
    groups = np.array([STAYS] * 6 + [1, 2])
    crops = crops_of(np.zeros((8, 28, 28)), [0] * 8, None)
    for seed in range(9):
        mask = held_back(crops, groups, 0.5, seed)
        assert mask.any()
        assert not mask[:6].any()


def test_letters_that_a_model_to_adapt_lacks_are_learned_beside_its_own(tmp_path: Path) -> None:
    write_landmarks(tmp_path / "hands.npz", "LW", sources=("one",), each=3)
    data = read_training_data(find_data([tmp_path]), known=("A", "W"))
    assert data.letters == ("A", "W", "L")
    assert len(data.hands[0]) == 6


def test_photographs_go_through_the_tracker_and_the_crop_of_live(
    tracker: LiteRTHandTracker, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for source, letter in (("anna", "L"), ("anna", "Y"), ("ben", "W")):
        (tmp_path / source / letter).mkdir(parents=True)
        cv2.imwrite(str(tmp_path / source / letter / "1.png"), drawn.signed(letter))
    cv2.imwrite(str(tmp_path / "ben" / "W" / "2.png"), drawn.signed(None))
    hands = read_photographs(tmp_path, labelled_pictures(tmp_path), tracker, seed=0)
    assert "left out: 1 of 4 pictures in" in capsys.readouterr().err
    assert (len(hands), sorted(set(hands.sources.tolist()))) == (3, ["anna", "ben"])
    assert "4 pictures of 2 sources" in hands.about
    assert "3 with a hand" in hands.about
    assert hands.crops is not None
    assert hands.crops.shape == (3, VIEWS, 28, 28)
    hand = tracker.detect(drawn.signed("L"))
    assert hand is not None
    assert np.array_equal(live_view(hands)[0], crop_hand(drawn.signed("L"), hand))
    assert np.array_equal(hands.landmarks[0], hand.right_landmarks)
    assert not np.array_equal(hands.crops[0, 1], hands.crops[0, 2])
    again = read_photographs(tmp_path, labelled_pictures(tmp_path), tracker, seed=0)
    assert again.crops is not None
    assert np.array_equal(again.crops, hands.crops)
    both = merge([hands, again])
    assert len(both.select(both.labels == both.labels[0])) == 2


@pytest.mark.parametrize("stretch", [3 / 2, 2 / 3])
def test_a_stretch_is_undone_before_the_hand_is_looked_for(stretch: float, tmp_path: Path) -> None:
    write_landmarks(tmp_path / "told.npz", "L", sources=("anna", "ben"), each=3)
    wide = dict(np.load(tmp_path / "told.npz"))
    wide["landmarks"][wide["source"] == "anna", :, 0] *= stretch
    np.savez(tmp_path / "told.npz", **wide)
    for source in ("cleo", "dora"):
        picture = drawn.signed("L")
        height, width = picture.shape[:2]
        size = round(width * stretch) if source == "cleo" else width, height
        (tmp_path / source / "L").mkdir(parents=True)
        cv2.imwrite(str(tmp_path / source / "L" / "1.png"), cv2.resize(picture, size))
    stretched = {"anna": stretch, "cleo": stretch}
    told, seen = read_training_data(find_data([tmp_path]), stretched=stretched).hands
    shapes = {str(source): np.ptp(points[:, :2], axis=0) for hands in (told, seen) for source, points in
              zip(hands.sources, hands.landmarks, strict=True)}  # fmt: skip
    widths = {source: width / height for source, (width, height) in shapes.items()}
    assert widths["anna"] == pytest.approx(widths["ben"], rel=0.1)
    # the tracker sees a picture whose pixels were made from others
    assert widths["cleo"] == pytest.approx(widths["dora"], rel=0.15)
    assert "anna unstretched" in told.about
    assert "cleo unstretched" in seen.about
    still_wide = read_training_data(find_data([tmp_path])).hands[0]
    assert told.landmarks[:, :, 1:] == pytest.approx(still_wide.landmarks[:, :, 1:])
    assert not np.allclose(told.landmarks, still_wide.landmarks)
    with pytest.raises(SettingError, match="emma is the source of no hand") as caught:
        read_training_data(find_data([tmp_path]), stretched={"emma": stretch})
    assert caught.value.settings == ("stretched",)


def test_hands_that_were_recorded_with_crops_cannot_be_unstretched(tmp_path: Path) -> None:
    write_landmarks(tmp_path / "told.npz", "L", sources=("anna",), each=3)
    crops = np.zeros((3, 28, 28), np.uint8)
    np.savez(tmp_path / "told.npz", **dict(np.load(tmp_path / "told.npz")), crops=crops, masks=crops)
    with pytest.raises(SettingError, match="anna was recorded with crops, whose stretch cannot be undone") as caught:
        read_training_data(find_data([tmp_path]), stretched={"anna": 1.5})
    assert caught.value.settings == ("stretched",)
    assert len(read_training_data(find_data([tmp_path])).hands[0]) == 3


class CountingTracker:
    """Finds no hand, and counts the pictures in which it has looked."""

    looked = 0

    def detect(self, frame_bgr: np.ndarray) -> Hand | None:
        self.looked += 1
        return None

    find = detect


def test_photographs_without_hands_are_refused_as_soon_as_that_is_certain(tmp_path: Path) -> None:
    for number in range(10):
        write(tmp_path, "A", side=80, file=f"{number}.png")
    labelled, tracker = labelled_pictures(tmp_path), CountingTracker()
    said = "no hand was found on 6 of the first 6 pictures, so most of the 10 would be left out"
    with pytest.raises(SettingError, match=said) as caught:
        read_photographs(tmp_path, labelled, tracker, seed=0)
    assert caught.value.settings == ("allow_missing_hands",)
    assert tracker.looked == 6
    with pytest.raises(DataError, match="no hand was found on any of 10 pictures"):
        read_photographs(tmp_path, labelled, tracker, seed=0, allow_missing_hands=True)


def test_few_hands_are_trained_on_if_that_is_allowed(tracker: LiteRTHandTracker, tmp_path: Path) -> None:
    (tmp_path / "L").mkdir()
    for number, letter in enumerate(("L", None, None)):
        cv2.imwrite(str(tmp_path / "L" / f"{number}.png"), drawn.signed(letter))
    with pytest.raises(SettingError, match="no hand was found on 2 of the first 3 pictures"):
        read_training_data(find_data([tmp_path]))
    data = read_training_data(find_data([tmp_path]), allow_missing_hands=True)
    assert len(data.hands[0]) == 1


def test_a_damaged_picture_is_left_out_and_most_of_them_are_refused(
    tracker: LiteRTHandTracker, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "L").mkdir()
    for number in range(3):
        cv2.imwrite(str(tmp_path / "L" / f"{number}.png"), drawn.signed("L"))
    damaged = tmp_path / "L" / "1.png"
    damaged.write_bytes(damaged.read_bytes()[:2000])
    hands = read_photographs(tmp_path, labelled_pictures(tmp_path), tracker, seed=0)
    assert len(hands) == 2
    assert f"left out: {damaged}: is damaged or cut short" in capsys.readouterr().err
    small = [write(tmp_path, "small/A", file=f"{number}.png") for number in range(3)]
    for path in small[1:]:
        path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(DataError, match="only 1 of 3 pictures can be read"):
        read_crops(tmp_path / "small", labelled_pictures(tmp_path / "small"))


def test_a_damaged_crop_is_left_out_although_its_size_cannot_be_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(3):
        write(tmp_path, "A", file=f"{number}.png")
    (tmp_path / "A" / "1.png").write_bytes(b"")
    data = read_training_data(find_data([tmp_path]))
    assert data.crops is not None
    assert len(data.crops) == 2
    assert not data.hands
    assert f"left out: {tmp_path / 'A' / '1.png'}: the file is empty" in capsys.readouterr().err


def test_a_phones_photograph_is_no_crop_beside_crops(tmp_path: Path) -> None:
    write(tmp_path, "A")
    (tmp_path / "A" / "1.heic").touch()
    assert [picture.is_crop for picture in labelled_pictures(tmp_path)] == [True, False]


def test_a_folder_named_like_a_picture_is_none(tmp_path: Path) -> None:
    write(tmp_path, "A")
    (tmp_path / "A" / "old.png").mkdir()
    assert len(labelled_pictures(tmp_path)) == len(unlabelled_pictures(tmp_path)) == 1


def test_the_folder_of_a_letter_may_be_the_one_that_the_command_runs_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path, "anna/A")
    monkeypatch.chdir(tmp_path / "anna" / "A")
    assert main(["evaluate", "--data", ".", "--model", str(shipped_models() / "sign_mnist"), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (list(told["signers"]), list(told["letters"])) == (["anna"], ["A"])
