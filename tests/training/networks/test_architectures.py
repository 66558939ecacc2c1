"""The course's networks, and what convolutions make of sizes, against Keras itself."""

import json

import keras
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from live.errors import FingerspellError
from training.cli.main import main
from training.networks.architectures import ARCHITECTURES, build
from training.studies.convolution import Padding, convolution


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("nvidia", 264_049),
        ("sketch64", 1_626_250),
        ("lesson-valid", 2_002_698),
        ("lesson-same", 3_231_498),
        ("lesson-strided", 85_770),
        ("lesson-pooled", 113_386),
    ],
)
def test_the_courses_networks_have_as_many_parameters_as_there(
    name: str, parameters: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["summary", name, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["total"] == parameters


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_every_architecture_takes_its_own_pictures_and_any_number_of_letters(name: str) -> None:
    side = ARCHITECTURES[name].side
    assert build(name, 7).input_shape == (None, side, side, 1)
    assert build(name, 7).output_shape == (None, 7)


@given(
    side=st.integers(1, 40),
    kernel=st.integers(1, 9),
    stride=st.integers(1, 6),
    padding=st.sampled_from(["valid", "same"]),
    filters=st.integers(1, 4),
    channels=st.integers(1, 3),
)
@settings(max_examples=60)
def test_the_formula_gives_what_keras_gives(
    side: int, kernel: int, stride: int, padding: Padding, filters: int, channels: int
) -> None:
    if padding == "valid" and kernel > side:
        with pytest.raises(FingerspellError, match=f"a kernel of {kernel} does not fit into {side} pixels"):
            convolution(side, kernel, stride, padding, filters, channels)
        return
    told = convolution(side, kernel, stride, padding, filters, channels)
    layer = keras.layers.Conv2D(filters, kernel, strides=stride, padding=padding)
    assert layer(keras.ops.ones((1, side, side, channels))).shape == (1, told.output, told.output, filters)
    assert told.parameters == layer.count_params()
    if padding == "same":  # the zeros lie where it says: by hand they give the same
        layer.padding = "valid"
        picture = keras.random.normal((1, side, side, channels), seed=1)
        pads = (told.pad_before, told.pad_after)
        by_hand = layer(keras.ops.pad(picture, [(0, 0), pads, pads, (0, 0)]))
        layer.padding = "same"
        assert keras.ops.max(keras.ops.abs(by_hand - layer(picture))) < 1e-4


def test_shape_prints_the_formula_and_both_sides_of_the_padding(capsys: pytest.CaptureFixture[str]) -> None:
    layer = ["--input", "28", "--kernel", "3", "--stride", "2", "--padding", "same", "--filters", "32"]
    assert main(["shape", *layer]) == 0
    out = capsys.readouterr().out
    assert "floor((28 - 3 + 1) / 2) + 1 = 14" in out
    assert "(0 before, 1 after)" in out
    assert main(["shape", *layer, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["output"], told["parameters"]) == (14, 320)


@pytest.mark.parametrize(
    ("layer", "fault"),
    [
        (["--input", "2", "--kernel", "3"], "does not fit into 2 pixels"),
        (["--input", "28", "--kernel", "3", "--filters", "2000000"], "from 1 to 1,000,000"),
    ],
)
def test_a_layer_that_cannot_be_is_told_in_one_line(
    layer: list[str], fault: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["shape", *layer]) == 1
    err = capsys.readouterr().err
    assert fault in err
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize("side", ["0", "-1", "x", "2.5"])
def test_a_size_that_is_no_whole_number_is_told(side: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["shape", f"--input={side}", "--kernel", "3"])
    assert "is not a whole number of at least 1" in capsys.readouterr().err
