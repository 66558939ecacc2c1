"""Runs what a plan asks for, and trains the runs of a single CNN."""

import shutil

from live.readers import Figures, Fusion
from training.compute import Device
from training.data import merge
from training.engine import Dataset, ShardDataset
from training.errors import SettingError
from training.layout import CHECKPOINTS
from training.networks import train_cnn
from training.runs.cross_fitting import check_enough_photographs, cross_fit
from training.runs.datasets import cnn_dataset
from training.runs.export import save_model
from training.runs.personal import fit_personal
from training.runs.plan import NetworkPlan, PersonalPlan, make_plan
from training.runs.record import Start, check_data, check_resumed, start, training_record
from training.runs.report import measure_crops, measure_test_file, save_curves
from training.runs.settings import Settings

HELD_BACK = {
    "groups": "{:,} pictures held back, in whole groups of near-duplicates",
    "chance": "{:,} pictures held back at random, although near-duplicates of them were trained on",
}

# The fusion of a CNN that was not calibrated: a letter is shown if it is likelier than all others together.
UNCALIBRATED = Fusion({"cnn": 1.0}, 0.5)


def fit(
    settings: Settings, resume: bool = False, device: Device | None = None, trained: bool = False
) -> Figures | None:
    """Train, leave a model folder with its curves, and return its figures, if any were measured.

    resume: continue the run in settings.out, which was started with the same settings. device: what to train on, if the
    settings do not decide it. A device that cannot export only trains, and leaves a run that another process can
    finish. trained: the run was left like that, perhaps on another machine. Raises FingerspellError.
    """
    plan = make_plan(settings, resume, device, trained)
    check_resumed(plan)
    figures = _adapt(plan) if isinstance(plan, PersonalPlan) else _train_networks(plan)
    if plan.device.exports:
        shutil.rmtree(plan.out / CHECKPOINTS, ignore_errors=True)
    return figures


def _adapt(plan: PersonalPlan) -> Figures | None:
    """Adapt the base model to recorded hands."""
    data = plan.read_data()
    if data.rendered:
        raise SettingError("a personal model learns from recorded hands; leave made hands out", "data")
    check_data(plan, data.sha256)
    started = start(plan, data.sha256)
    print(*(f"data: {about}" for about in data.about), sep="\n")
    record = {
        "data": "; ".join((*data.about, f"after {plan.base.contract.training['data']}")),
        "data_sha256": data.sha256,
        "device": started.device,
    }
    return fit_personal(plan.base, merge(data.hands), plan.recipe, plan.seed, plan.out, record)


def _train_networks(plan: NetworkPlan) -> Figures | None:
    """Train networks from scratch: both readers, or a single CNN."""
    if plan.shards:
        check_data(plan, plan.shards.sha256)
        shards = ShardDataset.open(plan.shards)
        return _train_single_cnn(plan, shards, start(plan, plan.shards.sha256))
    if plan.cross_fits:
        check_enough_photographs(plan)
    data = plan.read_data()
    check_data(plan, data.sha256)
    if plan.cross_fits and not data.hands:
        plan = plan.without_hands()
    if plan.cross_fits:
        return cross_fit(plan, data, start(plan, data.sha256))
    return _train_single_cnn(plan, cnn_dataset(plan, data), start(plan, data.sha256))


def _train_single_cnn(plan: NetworkPlan, dataset: Dataset, started: Start) -> Figures | None:
    """Train one CNN on crops, of Sign-MNIST or of photographed hands, and measure the saved model."""
    if not plan.trained:
        print(f"data: {dataset.about}")
        print(f"training {plan.epochs} epochs, on the {plan.device.name}")
    model, curves = train_cnn(plan.architecture, dataset, plan.recipe, plan.epochs, plan.training)
    if not plan.device.exports:
        return None
    training = training_record(plan, started, dataset.about)
    save_model({"cnn": model}, plan.out, letters=dataset.letters, fusion={"cnn": UNCALIBRATED}, training=training)
    save_curves(plan, curves)
    # The figures are those of the saved folder, read as the recogniser reads. The test file is read only here, once per
    # model, and only if the run is final or follows the course, which validates on it.
    if plan.reads_test_file:
        return measure_test_file(plan, dataset.letters)
    if dataset.validation is None:
        return None
    about = HELD_BACK[plan.recipe.validation].format(len(dataset.validation))
    return measure_crops(plan.out, dataset.validation, "validation", "Validation", about)
