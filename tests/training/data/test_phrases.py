"""Films of fingerspelled phrases: the competition's layout is streamed, and what is damaged is said in one line."""

from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from live.errors import DataError
from live.hand import Hand
from live.letters import ALPHABET
from live.readers import step_inputs
from training.data.phrases import ASPECT, RATE_HZ, Phrases, SpelledSequence, find_phrases
from training.data.phrases.listing import ListedPhrase, letters_of
from training.data.phrases.sequences import FRAMES_A_LETTER
from training.data.synthetic import TrackedFrame, film_samples
from training.errors import SettingError

Points = NDArray[np.float64]
HANDS = ("right_hand", "left_hand")
NO_HAND = np.full((1, 21, 3), np.nan)
HEADER = "path,file_id,sequence_id,participant_id,phrase\n"


def film(n: int = 40, seed: int = 0) -> Points:
    """(n, 21, 3) a hand in shares of the picture."""
    return np.random.default_rng(seed).uniform(0.1, 0.9, (n, 21, 3))


def table(sequences: Mapping[int, tuple[Points, Points]]) -> pd.DataFrame:
    """A file of landmarks: the right and the left hand of each sequence, and columns that nobody needs."""
    parts = []
    for number, hands in sequences.items():
        n = max(map(len, hands))
        columns: dict[str, object] = {"sequence_id": np.full(n, number), "frame": np.arange(n, dtype=np.int16)}
        columns["x_face_0"] = np.zeros(n, np.float32)
        for name, points in zip(HANDS, hands, strict=True):
            points = np.broadcast_to(points, (n, 21, 3)).astype(np.float32)
            columns |= {f"{a}_{name}_{j}": points[:, j, "xyz".index(a)] for a in "xyz" for j in range(21)}
        columns["z_pose_32"] = ["no number"] * n
        parts.append(pd.DataFrame(columns))
    return pd.concat(parts, ignore_index=True)


def write(folder: Path, listed: str, files: Mapping[str, pd.DataFrame], csv: str = "train.csv") -> Path:
    """A folder of the layout. The sequences' numbers are the index, as in the competition's files."""
    folder.joinpath(csv).write_text(HEADER + listed)
    for name, frame in files.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        frame.set_index("sequence_id").to_parquet(path)
    return folder


def one(folder: Path, right: Points, left: Points = NO_HAND, phrase: str = "hello") -> Path:
    return write(folder, f"a/1.parquet,1,7,p1,{phrase}\n", {"a/1.parquet": table({7: (right, left)})})


def several(folder: Path) -> Path:
    """Six phrases of three participants, in two files that two CSVs list."""
    films = {number: (film(seed=number), NO_HAND) for number in range(1, 7)}
    rows = [f"{number},p{number % 3},word {'abcdefg'[number]}" for number in range(7)]
    write(folder, f"a/1.parquet,1,{rows[1]}\na/1.parquet,1,{rows[2]}\na/1.parquet,1,{rows[3]}\n",
          {"a/1.parquet": table({number: films[number] for number in (1, 2, 3)})})  # fmt: skip
    return write(folder, f"b/2.parquet,2,{rows[4]}\nb/2.parquet,2,{rows[5]}\nb/2.parquet,2,{rows[6]}\n",
                 {"b/2.parquet": table({number: films[number] for number in (4, 5, 6)})},
                 "supplemental_metadata.csv")  # fmt: skip


def found(folder: Path) -> Phrases:
    phrases = find_phrases(folder)
    assert phrases is not None
    return phrases


def only(folder: Path) -> SpelledSequence:
    (sequence,) = found(folder)
    return sequence


def numbers(phrases: Phrases) -> list[int]:
    return [listed.sequence_id for part in phrases.files.values() for listed in part]


def listed_only(counts: Mapping[str, int], sources: int = 5) -> Phrases:
    """Phrases in files that need not exist, with so many in each."""
    made = iter(range(sum(counts.values())))
    files = {
        Path(name): [ListedPhrase(Path(name), number, f"p{number % sources}", "a", "A")
                     for number in (next(made) for _ in range(count))]
        for name, count in counts.items()
    }  # fmt: skip
    return Phrases(Path(), files, "")


def test_a_sequence_has_its_hand_its_times_its_letters_and_its_signer(tmp_path: Path) -> None:
    points = film()
    sequence = only(one(tmp_path, points, phrase="Say hello"))
    assert (sequence.letters, sequence.source, sequence.sequence_id) == ("SAYHELLO", "p1", 7)
    assert sequence.path == tmp_path / "a" / "1.parquet"
    assert sequence.landmarks.shape == (40, 21, 3)
    assert sequence.landmarks.dtype == np.float32
    np.testing.assert_allclose(sequence.landmarks, points * (1, 1 / ASPECT, 1), rtol=1e-6)
    np.testing.assert_allclose(sequence.times_s, np.arange(40) / RATE_HZ)


def test_the_pictures_shape_can_be_given(tmp_path: Path) -> None:
    points = film()
    one(tmp_path, points)
    phrases = find_phrases(tmp_path, aspect=2.0)
    assert phrases is not None
    np.testing.assert_allclose(next(iter(phrases)).landmarks, points * (1, 0.5, 1), rtol=1e-6)
    for aspect in (0.0, -1.0, float("nan"), float("inf")):
        with pytest.raises(SettingError):
            find_phrases(tmp_path, aspect)


def test_a_left_hand_is_mirrored(tmp_path: Path) -> None:
    points = film()
    np.testing.assert_allclose(only(one(tmp_path, NO_HAND, points)).landmarks, points * (-1, 1 / ASPECT, 1), rtol=1e-6)


def test_the_hand_that_is_found_in_more_frames_spells(tmp_path: Path) -> None:
    right, left = film(seed=1), film(seed=2)
    right[5:30] = np.nan
    landmarks = only(one(tmp_path, right, left)).landmarks
    np.testing.assert_allclose(landmarks, left * (-1, 1 / ASPECT, 1), rtol=1e-6)
    np.testing.assert_allclose(only(one(tmp_path, left, left)).landmarks[:, :, 0], left[:, :, 0], rtol=1e-6)


@pytest.mark.parametrize(
    "lost",
    [
        lambda points: points * np.nan,
        lambda points: points * (1, 1, np.nan),
        lambda points: np.where(np.arange(21)[:, None] == 20, np.nan, points),
        lambda points: points * 0,
        lambda points: points * 1e30,
        lambda points: points * np.inf,
    ],
    ids=["all NaN", "no depth", "one joint", "zeros", "far away", "infinite"],
)
def test_a_frame_without_a_whole_hand_is_nan_and_keeps_its_time(
    tmp_path: Path, lost: Callable[[Points], Points]
) -> None:
    points = film()
    points[10:13] = lost(points[10:13])
    sequence = only(one(tmp_path, points))
    missing = np.isin(np.arange(40), (10, 11, 12))
    assert np.isnan(sequence.landmarks[missing]).all()
    assert np.isfinite(sequence.landmarks[~missing]).all()
    assert len(sequence.times_s) == 40


def test_frames_that_the_file_lacks_leave_a_gap_in_time_and_the_order_of_rows_does_not_matter(tmp_path: Path) -> None:
    frame = table({7: (film(), NO_HAND), 8: (film(seed=8), NO_HAND)})
    kept = frame[~((frame.sequence_id == 7) & frame.frame.isin([20, 21]))].sample(frac=1, random_state=0)
    write(tmp_path, "a/1.parquet,1,7,p1,hello\n", {"a/1.parquet": kept})
    sequence = only(tmp_path)
    there = np.delete(np.arange(40), [20, 21])
    np.testing.assert_allclose(sequence.times_s, there / RATE_HZ)
    np.testing.assert_allclose(sequence.landmarks[:, :, 0], film()[there][:, :, 0], rtol=1e-6)


@pytest.mark.parametrize(
    "save",
    [
        lambda frame, path: frame.to_parquet(path, index=False),
        lambda frame, path: frame.set_index(frame.pop("sequence_id").rename(None)).to_parquet(path),
        lambda frame, path: frame.astype({"frame": float}).set_index("sequence_id").to_parquet(path, row_group_size=17),
        lambda frame, path: frame.astype(
            {name: float for name in frame.columns if "hand" in name}
        ).set_index("sequence_id").to_parquet(path, compression="zstd"),
        lambda frame, path: frame[frame.columns[::-1]].to_parquet(path),
    ],
    ids=["a column", "an unnamed index", "row groups", "float64", "other order"],
)  # fmt: skip
def test_a_file_reads_the_same_however_it_was_saved(tmp_path: Path, save: Callable[[pd.DataFrame, Path], None]) -> None:
    several(tmp_path)
    usual = list(found(tmp_path))
    for name, ids in (("a/1.parquet", (1, 2, 3)), ("b/2.parquet", (4, 5, 6))):
        save(table({number: (film(seed=number), NO_HAND) for number in ids}), tmp_path / name)
    for before, after in zip(usual, found(tmp_path), strict=True):
        assert (before.letters, before.source, before.sequence_id) == (after.letters, after.source, after.sequence_id)
        np.testing.assert_array_equal(before.landmarks, after.landmarks)
        np.testing.assert_array_equal(before.times_s, after.times_s)


@pytest.mark.parametrize(
    "encode",
    [
        lambda text: text.encode("utf-8-sig"),
        lambda text: text.encode("utf-16"),
        lambda text: text.replace(",", ";").encode(),
        lambda text: text.replace(",", "\t").replace("\n", "\r\n").encode(),
        lambda text: text.replace("\n", "\r").encode(),
        lambda text: text.replace("\n", "\n\n").encode(),
        lambda text: ",".join(f'"{cell}"' for cell in text.replace("\n", '"\n"').split(",")).rstrip('"').encode(),
    ],
    ids=["byte order mark", "UTF-16", "semicolons", "tabs and CRLF", "old Mac", "empty lines", "quotes"],
)
def test_a_csv_reads_the_same_however_it_was_saved(tmp_path: Path, encode: Callable[[str], bytes]) -> None:
    several(tmp_path)
    usual = found(tmp_path)
    path = tmp_path / "train.csv"
    path.write_bytes(encode(path.read_text()))
    assert found(tmp_path).files == usual.files


def test_words_that_mean_nothing_to_pandas_are_phrases(tmp_path: Path) -> None:
    words = ["null", "nan", "None", "NA"]
    films = {number: (film(), NO_HAND) for number in range(4)}
    rows = "".join(f"a/1.parquet,1,{number},p1,{word}\n" for number, word in enumerate(words))
    write(tmp_path, rows, {"a/1.parquet": table(films)})
    assert [sequence.letters for sequence in found(tmp_path)] == ["NULL", "NAN", "NONE", "NA"]


def test_all_csvs_of_a_folder_are_read_or_one_that_is_named(tmp_path: Path) -> None:
    several(tmp_path)
    assert sorted(sequence.sequence_id for sequence in found(tmp_path)) == [1, 2, 3, 4, 5, 6]
    assert sorted(sequence.sequence_id for sequence in found(tmp_path / "train.csv")) == [1, 2, 3]


def test_other_folders_are_not_of_this_layout(tmp_path: Path) -> None:
    assert find_phrases(tmp_path) is None
    assert find_phrases(tmp_path / "missing") is None
    tmp_path.joinpath("sign_mnist_train.csv").write_text("label,pixel1,pixel2\n1,2,3\n")
    tmp_path.joinpath("empty.csv").write_text("")
    tmp_path.joinpath("isolated.csv").write_text("path,participant_id,sequence_id,sign\na.parquet,1,2,blow\n")
    tmp_path.joinpath("noise.csv").write_bytes(bytes(range(256)))
    assert find_phrases(tmp_path) is None
    assert find_phrases(tmp_path / "isolated.csv") is None


@pytest.mark.parametrize(("frames", "phrase"), [(200, "a" * 49), (600, "word")])
def test_a_phrase_too_long_for_the_network_is_left_out(
    tmp_path: Path, frames: int, phrase: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(DataError, match="1 of more than 48 letters or 19 seconds"):
        list(found(one(tmp_path, film(frames), phrase=phrase)))


@settings(deadline=None)
@given(st.text(st.sampled_from("abzABZ  09+-/.@:'_éßıſ\u00a0\t")))
def test_a_phrase_is_its_letters_or_is_left_out(phrase: str) -> None:
    letters = letters_of(phrase)
    plain = all(character in "abcdefghijklmnopqrstuvwxyz " for character in phrase.replace("A", "a").replace(
        "B", "b").replace("Z", "z"))  # fmt: skip
    assert (letters is not None) == plain
    if letters is not None:
        assert set(letters) <= set(ALPHABET)
        assert letters.lower() == phrase.replace(" ", "").lower()


def test_phrases_with_digits_or_signs_are_left_out_whole_and_counted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["3 creekhouse", "www.a-b.com", "+1-23", "", "two words", "one"]
    films = {number: (film(), NO_HAND) for number in range(6)}
    rows = "".join(f"a/1.parquet,1,{number},p1,{word}\n" for number, word in enumerate(words))
    write(tmp_path, rows, {"a/1.parquet": table(films)})
    assert [sequence.letters for sequence in found(tmp_path)] == ["TWOWORDS", "ONE"]
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 3
    assert said[0].startswith("left out: 3 of 6 phrases (28 characters)")
    assert "digits or signs, like '3 creekhouse'" in said[0]
    assert said[1].startswith("left out: 1 empty phrases")
    assert said[2].startswith("left out: 1 spaces")


def test_what_cannot_be_learned_from_is_left_out_and_said_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    films = {1: film(), 3: NO_HAND, 4: film(6), 5: film(), 6: film(), 7: film(), 8: film(), 9: film()}
    frame = table({number: (points, NO_HAND) for number, points in films.items()}).astype({"frame": float})
    frame.loc[frame.sequence_id == 5, "frame"] = 3
    frame.loc[(frame.sequence_id == 6) & (frame.frame == 39), "frame"] = 1e9
    frame.loc[(frame.sequence_id == 7) & (frame.frame == 2), "frame"] = np.nan
    frame.loc[(frame.sequence_id == 8) & (frame.frame == 2), "frame"] = 2.5
    frame.loc[(frame.sequence_id == 9) & (frame.frame > 37), "frame"] = np.inf
    rows = "".join(f"a/1.parquet,1,{number},p1,word\n" for number in range(1, 10))
    phrases = found(write(tmp_path, rows, {"a/1.parquet": frame}))
    for _ in range(2):
        assert [sequence.sequence_id for sequence in phrases] == [1]
    said = capsys.readouterr().err.splitlines()
    assert Counter(line.partition(" sequences, ")[2] for line in said) == {
        "that are in none of their files": 1,
        "without a hand": 1,
        "with a hand on fewer than 2 frames for each letter": 1,
        "whose frames are not numbered one after the other": 1,
    }
    assert [line.split()[2] for line in said if "numbered" in line] == ["5"]


@pytest.mark.parametrize(("phrase", "frames"), [("abcd", 8), ("aabb", 12), ("aaaa", 14)])
def test_a_letter_and_the_rest_between_equal_letters_need_frames(tmp_path: Path, phrase: str, frames: int) -> None:
    assert FRAMES_A_LETTER == 2
    sequence = only(one(tmp_path, film(frames), phrase=phrase))
    assert sequence.letters == phrase.upper()
    hands = [Hand(landmarks, "right", 1.0) for landmarks in sequence.landmarks]
    seen = [TrackedFrame(float(time_s), hand) for time_s, hand in zip(sequence.times_s, hands, strict=True)]
    steps = step_inputs(film_samples(seen, lambda hand: np.full(24, 1 / 24, np.float32)))
    assert len(steps) >= frames // 2  # what CTC needs: each letter, and a rest between equal ones
    assert np.isfinite(steps).all()
    with pytest.raises(DataError, match="1 with a hand on fewer than 2 frames"):
        list(found(one(tmp_path, film(frames - 1), phrase=phrase)))


def test_files_are_read_one_after_the_other(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    several(tmp_path)
    streamed = iter(found(tmp_path))
    order = [next(streamed).sequence_id]
    rest = {1: "b/2.parquet", 4: "a/1.parquet"}[order[0]]
    tmp_path.joinpath(rest).unlink()  # would be too late if it had been read
    order += [sequence.sequence_id for sequence in streamed]
    assert len(order) == 3
    assert f"left out: 3 of 6 sequences: {tmp_path / rest}: cannot be read" in capsys.readouterr().err


def test_a_file_that_is_damaged_inside_is_left_out_with_a_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    several(tmp_path)
    path = tmp_path / "b" / "2.parquet"
    content = bytearray(path.read_bytes())
    content[4:2000] = b"\xff" * 1996  # pages, far from the end that names the columns
    path.write_bytes(content)
    assert [sequence.sequence_id for sequence in found(tmp_path)] == [1, 2, 3]
    assert capsys.readouterr().err.count(f"left out: 3 of 6 sequences: {path}: cannot be read as Parquet") == 1


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


def change(edit: Callable[[pd.DataFrame], object]) -> Callable[[Path], None]:
    def saved(path: Path) -> None:
        frame = pd.read_parquet(path).reset_index()
        edit(frame)
        frame.to_parquet(path, index=False)

    return saved


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (cut, "cannot be read as Parquet"),
        (lambda path: path.write_bytes(b""), "cannot be read as Parquet"),
        (lambda path: path.write_bytes(b"PAR1" * 9), "cannot be read as Parquet"),
        (Path.unlink, "is listed, but missing; download what .* lacks$"),
        (change(lambda frame: frame.pop("y_left_hand_3")), "has no column y_left_hand_3"),
        (change(lambda frame: frame.pop("frame")), "has no column frame"),
        (change(lambda frame: frame.pop("sequence_id")), "has no column or index sequence_id"),
        (
            change(lambda frame: frame.__setitem__("x_right_hand_0", "text")),
            "column x_right_hand_0 holds .*string, not numbers",
        ),
        (change(lambda frame: frame.__setitem__("sequence_id", "7")), "column sequence_id holds .*string, not numbers"),
    ],
)  # fmt: skip
def test_unsuitable_landmarks_are_refused_at_once_in_one_line(
    tmp_path: Path, damage: Callable[[Path], None], message: str
) -> None:
    path = one(tmp_path, film()) / "a" / "1.parquet"
    damage(path)
    with pytest.raises(DataError, match=message) as raised:
        find_phrases(tmp_path)
    assert str(raised.value).startswith(str(path))
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("listed", "message"),
    [
        ("", "there are no rows"),
        ("a/1.parquet,1,7,p1\n", "row 2: has 4 cells, and the header 5"),
        ("a/1.parquet,1,7,p1,hello\na/1.parquet,1,7,p1,hello\n", "lists sequence 7 of 1.parquet twice"),
        ("a/1.parquet,1,seven,p1,hello\n", "row 2, column sequence_id: 'seven' is not a whole number"),
        ("a/1.parquet,1,7.5,p1,hello\n", "row 2, column sequence_id: '7.5' is not a whole number"),
        (f"a/1.parquet,1,{10**19},p1,hello\n", "row 2, column sequence_id: '1000.*' is not a whole number"),
        (",1,7,p1,hello\n", "row 2, column path: the cell is empty"),
        ("a/1.parquet,1,7,,hello\n", "row 2, column participant_id: the cell is empty"),
        ("../1.parquet,1,7,p1,hello\n", "row 2, column path: '../1.parquet' leads out of the folder"),
        ("/a/1.parquet,1,7,p1,hello\n", "row 2, column path: '/a/1.parquet' leads out of the folder"),
        ("..\\1.parquet,1,7,p1,hello\n", "leads out of the folder"),
        ("a/1.parquet,1,7,p1,555-0100\n", "none of 1 phrases is of letters alone, like '555-0100'"),
        ("a/1.parquet,1,7,p1,\n", "none of 1 phrases is of letters alone; "),
        (f'a/1.parquet,1,7,p1,"{"x" * 200_000}\n', "row 2: cannot be read"),
    ],
)
def test_a_damaged_csv_is_refused_in_one_line(tmp_path: Path, listed: str, message: str) -> None:
    one(tmp_path, film())
    tmp_path.joinpath("train.csv").write_text(HEADER + listed)
    with pytest.raises(DataError, match=message) as raised:
        find_phrases(tmp_path)
    assert str(raised.value).startswith(str(tmp_path))
    assert "\n" not in str(raised.value)


def test_a_csv_in_another_encoding_is_refused_with_its_row(tmp_path: Path) -> None:
    path = one(tmp_path, film()) / "train.csv"
    path.write_bytes(f"{HEADER}a/1.parquet,1,7,p1,hello\na/1.parquet,1,8,p1,café\n".encode("cp1252"))
    with pytest.raises(DataError, match=r"train\.csv: row 3: is not utf-8; save the file as UTF-8"):
        find_phrases(tmp_path)


def test_a_csv_without_a_needed_column_is_refused(tmp_path: Path) -> None:
    tmp_path.joinpath("train.csv").write_text("path,sequence_id,phrase\na/1.parquet,7,hello\n")
    with pytest.raises(DataError, match="row 1: column participant_id is missing"):
        find_phrases(tmp_path)


def test_a_copy_of_a_csv_is_not_counted_twice(tmp_path: Path) -> None:
    path = one(tmp_path, film()) / "train.csv"
    tmp_path.joinpath("train_copy.csv").write_bytes(path.read_bytes())
    with pytest.raises(DataError, match=r"lists sequence 7 of 1\.parquet, as train\.csv does"):
        find_phrases(tmp_path)
    assert len(found(path)) == 1


def test_missing_files_of_one_csv_are_named_with_what_to_do(tmp_path: Path) -> None:
    several(tmp_path).joinpath("b", "2.parquet").unlink()
    with pytest.raises(DataError, match=r"2\.parquet is listed, but missing; .* or name the CSV whose files you have"):
        find_phrases(tmp_path)


@settings(deadline=None, max_examples=60)
@given(rows=st.text(st.sampled_from("a/1.parquet,\n\"';\t\0\r7é")) | st.text(), cell=st.text(max_size=30))
def test_no_csv_crashes_the_reader(tmp_path_factory: pytest.TempPathFactory, rows: str, cell: str) -> None:
    folder = tmp_path_factory.mktemp("phrases")
    content = f"{HEADER}a/1.parquet,1,7,{cell},{cell}\n{rows}"
    folder.joinpath("train.csv").write_bytes(content.encode("utf-8", "surrogatepass"))
    with pytest.raises(DataError) as raised:  # at least, since there is no Parquet file
        find_phrases(folder)
    assert len(str(raised.value).splitlines()) == 1


def test_participants_can_be_left_out(tmp_path: Path) -> None:
    phrases = found(several(tmp_path))
    assert phrases.sources == ("p0", "p1", "p2")
    assert {sequence.source for sequence in phrases.without_sources(["p1"])} == {"p0", "p2"}
    with pytest.raises(SettingError, match="p9 is the participant of no phrase"):
        phrases.without_sources(["p9"])
    with pytest.raises(SettingError, match="nothing is left"):
        phrases.without_sources(["p0", "p1", "p2"])


@settings(deadline=None)
@given(st.integers(2, 400))
def test_whole_participants_are_held_back_and_nothing_is_lost(n: int) -> None:
    phrases = listed_only({"a": n, "b": n}, sources=n)
    training, validation = phrases.split()
    assert not set(training.sources) & set(validation.sources)
    assert sorted(numbers(training) + numbers(validation)) == numbers(phrases)
    assert len(training) > 0
    assert len(validation) > 0
    assert phrases.split() == (training, validation)


def test_about_every_tenth_participant_is_held_back_whoever_else_is_left_out() -> None:
    phrases = listed_only({"a": 1000}, sources=1000)
    training, validation = phrases.split()
    assert 70 <= len(validation) <= 130
    rest_training, rest_validation = phrases.without_sources([f"p{number}" for number in range(0, 1000, 3)]).split()
    assert set(rest_training.sources) <= set(training.sources)
    assert set(rest_validation.sources) <= set(validation.sources)


def test_one_participant_cannot_be_split(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="of one participant"):
        found(one(tmp_path, film())).split()


@settings(deadline=None)
@given(st.lists(st.integers(1, 50), min_size=1, max_size=12), st.data())
def test_processes_share_all_files_and_have_nearly_equally_many_phrases(counts: list[int], data: st.DataObject) -> None:
    phrases = listed_only({str(number): count for number, count in enumerate(counts)})
    processes = data.draw(st.integers(1, len(counts)))
    shares = [phrases.share(process, processes) for process in range(processes)]
    paths = [path for share in shares for path in share.files]
    assert sorted(paths) == sorted(phrases.files)
    assert sorted(number for share in shares for number in numbers(share)) == numbers(phrases)
    assert max(map(len, shares)) - min(map(len, shares)) <= max(counts)
    assert [phrases.share(process, processes) for process in range(processes)] == shares


def test_more_processes_than_files_are_refused() -> None:
    with pytest.raises(SettingError, match="2 files are too few for 3 processes"):
        listed_only({"a": 1, "b": 1}).share(0, 3)


def test_an_epoch_can_have_an_order_of_its_own(tmp_path: Path) -> None:
    phrases = found(several(tmp_path))
    assert numbers(phrases.shuffled(3)) == numbers(phrases.shuffled(3))
    assert len({tuple(numbers(phrases.shuffled(seed))) for seed in range(8)}) > 1
    plain = {sequence.sequence_id: sequence for sequence in phrases}
    for sequence in phrases.shuffled(1):
        np.testing.assert_array_equal(sequence.landmarks, plain.pop(sequence.sequence_id).landmarks)
    assert not plain


def test_the_data_describes_itself(tmp_path: Path) -> None:
    phrases = found(several(tmp_path))
    assert phrases.about == f"6 phrases, 30 letters, of 3 participants in {tmp_path.name}"
    before = phrases.sha256
    path = tmp_path / "train.csv"
    path.write_text(path.read_text().replace("word", "sign"))
    assert found(tmp_path).sha256 != before
