from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import cv2
import pytest

from live.errors import DataError, FingerspellError
from live.files import default_model
from live.hand.tracker import LiteRTHandTracker
from live.readers.classifier import LetterClassifier
from live.recognizer import Reading, Recognizer
from tests.support import drawn
from training.data import LabelledPicture
from training.studies.bench import BenchComparison, Comparison
from training.studies.personal.corrections import (
    CorrectionsGain,
    Share,
    SignerCorrections,
    correct_signer,
    corrections_gain,
    first_misread,
)
from training.studies.personal.gain import Gain, SignerGain
from training.studies.script import run


def raising(error: Exception) -> Callable[[], None]:
    def main() -> None:
        raise error

    return main


def test_an_error_for_people_becomes_one_line_and_others_stay() -> None:
    with pytest.raises(SystemExit) as caught:
        run(raising(FingerspellError("there is no data")))
    assert caught.value.code == "there is no data"
    with pytest.raises(ZeroDivisionError):
        run(raising(ZeroDivisionError()))


def test_a_comparison_gives_ratios_of_p50_and_names_the_frame_only_with_a_picture() -> None:
    comparison = Comparison({"live": {"p50_ms": 0.5, "p95_ms": 1.0}, "rival": {"p50_ms": 10.0, "p95_ms": 11.0}})
    assert comparison.times_slower_than_live == {"rival": 20.0}
    assert list(BenchComparison(comparison).to_json()) == ["stages", "times_slower_than_live"]
    with_frame = BenchComparison(comparison, comparison).to_json()
    assert with_frame["frame"] == comparison.times
    assert with_frame["frame_times_slower_than_live"] == {"rival": 20.0}


def test_the_gain_of_a_single_signer_has_no_figure_by_others() -> None:
    assert Gain({"anna": SignerGain(0.5, 1.0, None)}).to_json() == {
        "mean": {"before": 0.5, "after": 1.0},
        "signers": {"anna": {"before": 0.5, "after": 1.0}},
    }
    both = Gain({"anna": SignerGain(0.5, 1.0, 0.25), "ben": SignerGain(0.5, 0.5, 0.75)}).to_json()
    assert both["mean"] == {"before": 0.5, "after": 0.75, "by others' models": 0.5}


def test_the_first_misread_frame_of_each_letter_is_corrected_and_frames_without_a_hand_are_not() -> None:
    none = Reading.without_hand(0.0)
    as_m, as_s = (replace(none, top=((letter, 0.9),)) for letter in "MS")
    assert first_misread("MMMMSS", [none, as_m, as_s, as_s, as_s, as_m]) == {"M": 2, "S": 5}


def test_a_corrected_signer_is_read_better_and_the_corrected_frame_is_not_counted(
    tmp_path: Path, classifier: LetterClassifier, tracker: LiteRTHandTracker
) -> None:
    pictures = []
    for number, (letter, drawn_letter) in enumerate([("I", "Y"), ("I", "Y"), ("I", "Y"), ("L", "L"), ("W", "W")]):
        path = tmp_path / f"{number}.png"
        cv2.imwrite(str(path), drawn.signed(drawn_letter))
        pictures.append(LabelledPicture(path, letter, "anna", False))
    recognizer = Recognizer(classifier, tracker)
    assert correct_signer(recognizer, pictures) == SignerCorrections(Share(0.5, 0.0), Share(1.0, 1.0), corrected=1)
    assert len(recognizer.corrections) == 0


def test_the_gain_of_corrections_is_averaged_over_the_signers() -> None:
    anna = SignerCorrections(Share(0.25, 0.0), Share(1.0, 1.0), corrected=2)
    ben = SignerCorrections(Share(0.75, 0.5), Share(0.5, 1.0), corrected=1)
    values = CorrectionsGain({"anna": anna, "ben": ben}).to_json()
    assert values["mean"] == {"errors": {"before": 0.5, "after": 0.25}, "others": {"before": 0.75, "after": 1.0}}


def test_a_folder_without_signers_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="SIGNER/LETTER"):
        corrections_gain(tmp_path, default_model())
