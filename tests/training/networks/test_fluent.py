import keras
import numpy as np
import pytest

from live.readers import FLUENT_OUTPUTS, N_FEATURES, N_FLUENT_INPUTS, N_MOTION, load_fluent
from live.text.ctc import log_likelihood
from training.engine import Training
from training.networks import FluentFilm, FluentRecipe, build_fluent, step_network, train_fluent
from training.networks.fluent import FluentBatches, _CTCLoss
from training.runs.export import to_litert

pytestmark = pytest.mark.slow

TINY = FluentRecipe(width=16, dilations=(1, 2), timed_epochs=12, epochs=2, learning_rate=5e-3, batch_size=16)


def film(seed: int, n_letters: int = 3, timed: bool = True) -> FluentFilm:
    """Letters that can be read from a single input each."""
    rng = np.random.default_rng(seed)
    letters = rng.integers(1, 5, n_letters)
    inputs = rng.normal(0, 0.1, (12 * n_letters + int(rng.integers(4, 30)), N_FLUENT_INPUTS))
    spikes = np.zeros(len(inputs), np.int8)
    for n, letter in enumerate(letters):
        inputs[12 * n + 5, letter] += 3
        spikes[12 * n + 6] = letter
    return FluentFilm(inputs.astype(np.float16), letters, spikes if timed else None)


def read(model: keras.Model, inputs: np.ndarray) -> list[int]:
    best = model.predict(inputs[None].astype(np.float32), verbose=0)[0].argmax(axis=1)
    return [int(one) for one, before in zip(best, [0, *best], strict=False) if one and one != before]


@pytest.fixture(scope="module")
def trained() -> keras.Model:
    return train_fluent([film(seed) for seed in range(200)], TINY, Training(0))


def test_what_can_be_read_is_learned(trained: keras.Model) -> None:
    films = [film(seed) for seed in range(1000, 1020)]
    assert sum(read(trained, one.inputs) == one.letters.tolist() for one in films) >= 16


def test_step_by_step_it_answers_as_on_the_whole_film(trained: keras.Model) -> None:
    inputs = film(1).inputs.astype(np.float32)
    logits = trained.predict(inputs[None], verbose=0)[0]
    whole = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    network = load_fluent(to_litert(step_network(trained)))
    state = np.zeros(network.input_shape[0] - N_FLUENT_INPUTS, np.float32)
    for row, wanted in zip(inputs, whole, strict=True):
        answer, state = sorted(network(np.concatenate((row, state))), key=len)
        assert answer == pytest.approx(wanted, abs=1e-4)


def test_it_never_looks_ahead(trained: keras.Model) -> None:
    inputs = film(2).inputs.astype(np.float32)
    changed = inputs.copy()
    changed[20:] += 1
    before, after = (trained.predict(one[None], verbose=0)[0][:20] for one in (inputs, changed))
    assert after == pytest.approx(before, abs=1e-5)


def log_likelihood_of(model: keras.Model, films: list[FluentFilm]) -> float:
    """By the live decoder, which is NumPy."""
    total = 0.0
    for one in films:
        logits = model.predict(one.inputs[None].astype(np.float32), verbose=0)[0]
        steps = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
        total += float(log_likelihood(steps, one.letters[None])[0])
    return total / len(films)


def test_films_without_times_are_learned_by_ctc_alone() -> None:
    recipe = FluentRecipe(width=16, dilations=(1,), epochs=8, learning_rate=1e-2, batch_size=16, dropout=0, unsure=0)
    films = [film(seed, n_letters=1, timed=False) for seed in range(60)]
    others = [film(seed, n_letters=1) for seed in range(1000, 1010)]
    keras.utils.set_random_seed(0)
    before = log_likelihood_of(build_fluent(recipe), others)
    after = log_likelihood_of(train_fluent(films, recipe, Training(0)), others)
    assert after > before + 20


def test_the_loss_is_that_of_the_live_decoder() -> None:
    rng = np.random.default_rng(0)
    batches = FluentBatches([film(seed, timed=False) for seed in range(6)], FluentRecipe(), Training(0))
    for n in range(len(batches)):
        inputs, targets = batches[n]
        logits = rng.normal(0, 2, (*inputs.shape[:2], len(FLUENT_OUTPUTS))).astype(np.float32)
        steps = logits - np.log(np.exp(logits).sum(axis=2, keepdims=True))
        wanted = []
        for row, answers in zip(targets[:, inputs.shape[1] :], steps, strict=True):
            n_steps, n_letters = row[:2]
            wanted.append(-log_likelihood(answers[:n_steps], row[None, 2 : 2 + n_letters])[0] / (1 + n_letters))
        loss = keras.ops.convert_to_numpy(_CTCLoss()(targets, logits))
        assert loss == pytest.approx(np.mean(wanted), rel=1e-3)


def test_the_shipped_size_keeps_to_its_limit() -> None:
    assert build_fluent(FluentRecipe()).count_params() <= 1_500_000


PARTS = {
    "features": slice(N_FEATURES),
    "motion": slice(N_FEATURES, N_FEATURES + N_MOTION - 1),
    "opinions": slice(N_FEATURES + N_MOTION, None),
}


@pytest.mark.parametrize("part", PARTS)
def test_a_part_of_the_inputs_can_be_left_out(part: str) -> None:
    batches = FluentBatches([film(seed) for seed in range(8)], FluentRecipe(**{part: False}), Training(0))  # type: ignore[arg-type]
    for n in range(len(batches)):
        inputs, targets = batches[n]
        assert not inputs[:, :, PARTS[part]].any()
        assert inputs.any()
        assert targets.max() < len(FLUENT_OUTPUTS) * 100


def test_a_part_that_was_left_out_makes_no_difference() -> None:
    films = [film(seed) for seed in range(20)]
    model = train_fluent(films, FluentRecipe(width=8, dilations=(1,), timed_epochs=1, motion=False), Training(0))
    inputs = films[0].inputs.astype(np.float32)
    moved = inputs.copy()
    moved[:, PARTS["motion"]] += 1
    before, after = (model.predict(one[None], verbose=0) for one in (inputs, moved))
    assert after == pytest.approx(before, abs=1e-6)
