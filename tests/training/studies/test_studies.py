from collections.abc import Callable

import pytest

from live.errors import FingerspellError
from training.studies.bench import BenchComparison, Comparison
from training.studies.gain import Gain, SignerGain
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
