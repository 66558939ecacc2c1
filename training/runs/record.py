"""Records in a run's folder what the run is, and checks that a resumed run is the same."""

import json
import shutil
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from live.files import write_file
from training.compute import check_agreement
from training.errors import SettingError
from training.layout import CHECKPOINTS, SETTINGS_FILE, read_settings
from training.progress import Stopwatch
from training.runs.export import versions
from training.runs.plan import NetworkPlan, Plan


@dataclass(frozen=True)
class Start:
    """The start of a run's training. device: what it is trained on, as written to model.json."""

    device: str
    data_sha256: str
    stopwatch: Stopwatch = field(default_factory=Stopwatch)


def check_data(plan: Plan, data_sha256: str) -> None:
    """Check that networks which are trained already were trained on this data. Raises FingerspellError."""
    if plan.trained and read_settings(plan.out).get("data_sha256") != data_sha256:
        raise SettingError(f"{plan.out} was trained on other data; give the same", "data")


def check_resumed(plan: Plan) -> None:
    """Check, before data is read, that a resumed run is not over and has the same settings. Raises FingerspellError."""
    if plan.resume and not plan.trained:
        _check_same(plan, plan.settings.to_json() | {"versions": versions()}, read_settings(plan.out))


def start(plan: Plan, data_sha256: str) -> Start:
    """Store what the run is, or check that the folder holds this very run. Raises FingerspellError."""
    stored = read_settings(plan.out) if plan.resume or plan.trained else {}
    earlier = [str(name) for name in stored.get("devices", [])]
    if plan.trained:
        return Start(", then ".join(earlier), data_sha256)
    values = plan.settings.to_json() | {"data_sha256": data_sha256, "versions": versions()}
    if plan.resume:
        _check_same(plan, values, stored)
    if plan.device.processes > 1:
        _check_group(values)
    devices = list(dict.fromkeys([*earlier, plan.device.name]))
    if plan.device.process == 0:
        if not plan.resume:
            shutil.rmtree(plan.out / CHECKPOINTS, ignore_errors=True)  # from an earlier run
            (plan.out / CHECKPOINTS).mkdir(parents=True)
        content = json.dumps(values | {"devices": devices}, indent=2) + "\n"
        write_file(plan.out / SETTINGS_FILE, content.encode())
    if plan.device.processes > 1:
        check_agreement("the run's start", "")  # waits until no process can read an earlier run's checkpoints
    return Start(", then ".join(devices), data_sha256)


def _check_same(plan: Plan, values: dict[str, Any], stored: dict[str, Any]) -> None:
    elsewhere = ("data",) if plan.device.process else ()
    check_same(plan.out, {name: value for name, value in values.items() if name not in elsewhere}, stored)


def check_same(out: Path, values: dict[str, Any], stored: dict[str, Any]) -> None:
    """Check that the run in `out`, which is to be resumed, was started with these values, and is not over.

    stored: what its SETTINGS_FILE holds. Raises SettingError.
    """
    for name, value in values.items():
        if stored.get(name) != value:
            message = f"{out} was started with {name} {stored.get(name)!r}, not {value!r}"
            raise SettingError(f"{message}; give the same, or start a new run", "resume")
    if not (out / CHECKPOINTS).is_dir():
        raise SettingError(f"the run in {out} is finished, and nothing is left to do", "resume")


def _check_group(values: dict[str, Any]) -> None:
    """Check that all processes do the same. The data may be in another place on each host."""
    check_agreement("the versions of Python, Keras or JAX", json.dumps(values["versions"]))
    settings = {name: value for name, value in values.items() if name not in ("data", "versions")}
    check_agreement("the data's content, or a setting", json.dumps(settings))


def training_record(plan: NetworkPlan, started: Start, data: str) -> dict[str, Any]:
    """What model.json says of the training once it is finished. data: a description."""
    recipe = plan.recipe
    values = {
        "data": data,
        "data_sha256": started.data_sha256,
        "recipe": plan.recipe_name,
        "augmentation": asdict(recipe.augmentation) if recipe.augmentation else None,
        "epochs": plan.epochs,
        "members": recipe.members,
        "seed": plan.seed,
        "device": started.device,
    }
    return values if plan.trained else values | {"seconds": started.stopwatch.seconds}
