"""`fit`: trains networks and leaves a model folder.

TensorFlow trains in this process. Any other backend trains in a child process, since Keras uses one backend per
process; then TensorFlow writes the model here.
"""

import argparse
import importlib.util
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from live.errors import FingerspellError
from training.cli.arguments import (
    CSV_HELP,
    add_allow_missing_hands,
    add_data,
    add_numbering,
    add_seed,
    add_still_j_z,
    check_letters,
    letters,
    positive,
    stretch,
)
from training.compute import (
    BACKEND_NAMES,
    BACKENDS,
    DEVICES,
    PRECISIONS,
    Backend,
    ProcessGroup,
    end_with_parent,
    import_keras,
    join_group,
    run_child,
    train_in_child,
)
from training.errors import SettingError
from training.layout import CHECKPOINTS
from training.runs.settings import Settings

CONTINUE = "fingerspell-train fit --resume --out {}"
EXPORT = "fingerspell-train export {}"

# All other options have the name of a setting, whose value they are.
NOT_SETTINGS = ("resume", "processes", "process_id", "coordinator", "joined")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """An option that is not given is None, so that a resumed run keeps its own value."""
    _add_data_options(parser)
    _add_training_options(parser)
    _add_run_options(parser)
    _add_group_options(parser)


def _add_data_options(parser: argparse.ArgumentParser) -> None:
    data = (
        f"{CSV_HELP}, of pictures as LETTER/*.jpg or source/LETTER/*.jpg, or of landmarks as *.npz; may be given "
        "several times. The CNN learns from tables and pictures, the shape network from pictures and landmarks"
    )
    add_data(parser, data, required=False)
    parser.add_argument(
        "--letters",
        type=letters,
        metavar="ABC",
        help="train on these letters only, in this order; each is a class of the network",
    )
    parser.add_argument(
        "--leave-out",
        action="append",
        metavar="SOURCE",
        help="do not use the hands of this source, so that it can be reported on later; may be given several times",
    )
    parser.add_argument(
        "--stretched",
        type=stretch,
        action="append",
        metavar="SOURCE=FACTOR",
        help="the pictures of this source were made FACTOR times as wide as they should be, which is undone; may be "
        "given several times",
    )
    add_numbering(parser, default=None)
    add_still_j_z(parser, default=None)
    add_allow_missing_hands(parser, default=None)
    parser.add_argument(
        "--final",
        action="store_true",
        default=None,
        help="train on the whole training file, then read the test file once; without it, groups of near-duplicates "
        "are held back for validation and the test file stays unread",
    )


def _add_training_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--architecture",
        help="the CNN's architecture: steady, compact, or one of the course's: nvidia, sketch64, lesson-valid, "
        "lesson-same, lesson-strided, lesson-pooled (default: chosen by the data)",
    )
    parser.add_argument(
        "--recipe",
        help="letters (trains both readers, on hands), augmented, lesson or lesson-by-chance (on crops), or course (as "
        "the course trains); default: chosen by the architecture and the data",
    )
    parser.add_argument(
        "--from",
        type=Path,
        dest="base",
        metavar="DIR",
        help="a model folder, like models/letters, to adapt to a few recorded hands instead of training from scratch",
    )
    parser.add_argument("--epochs", type=positive, metavar="N", help="number of epochs (default: the recipe's)")
    parser.add_argument(
        "--patience",
        type=positive,
        metavar="N",
        help="stop when the validation accuracy has not risen for N epochs, and keep the best (default: never)",
    )
    add_seed(parser, default=None)
    parser.add_argument("--device", choices=DEVICES, help="what to train on (default auto)")
    parser.add_argument(
        "--precision",
        choices=PRECISIONS,
        help="numbers that the CNN trains with: mixed is faster on a GPU, slower on a CPU (default float32)",
    )
    parser.add_argument(
        "--backend",
        choices=BACKENDS,
        help="the library that Keras trains a CNN with, for a GPU that TensorFlow cannot use; TensorFlow then writes "
        "the model (default tensorflow)",
    )


def _add_run_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--resume",
        action="store_true",
        help="continue the interrupted run in --out, with the settings that it has stored",
    )
    parser.add_argument("--out", type=Path, metavar="DIR", help="model folder to write (default: a new one in runs/)")


def _add_group_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--processes",
        type=positive,
        metavar="N",
        help="train one CNN in N processes, on one host or many, each on its share of the data: start this command "
        "once for each process, with its own --process-id. --out is a folder that all of them share",
    )
    parser.add_argument(
        "--process-id", type=int, metavar="I", help="number of this process, 0 to N-1; process 0 writes the model"
    )
    parser.add_argument(
        "--coordinator", metavar="HOST:PORT", help="address at which process 0 listens, in a network that you trust"
    )
    parser.add_argument("--joined", action="store_true", help=argparse.SUPPRESS)  # a child process of this command


def run(args: argparse.Namespace) -> int:
    """Train, or, with --joined, be the child process that trains."""
    if args.resume and not args.out:
        raise FingerspellError("--resume continues a run: name its folder with --out")
    if not args.resume and not args.data:
        raise FingerspellError("fit needs --data: the folder to train on")
    group = _group(args)
    out = args.out or Path("runs") / time.strftime("%Y%m%d-%H%M%S")
    settings = settings_of(args, out)
    settings = replace(settings, backend=_backend(args, group, settings.backend))
    try:
        if args.joined:
            return _train(settings, args.resume, group)
        if settings.backend == "tensorflow":
            import_keras()
            return finish(settings, args.resume)
        return _train_elsewhere(settings, args.argv, group)
    except KeyboardInterrupt:
        if args.joined:
            return 130  # the parent reports it
        if (out / CHECKPOINTS).is_dir():
            raise KeyboardInterrupt(f"continue with: {CONTINUE.format(out)}") from None
        raise


def settings_of(args: argparse.Namespace, out: Path) -> Settings:
    """The options' values; for a resumed run, those that are not given are its own. Raises FingerspellError."""
    options = {name: getattr(args, name) for name in Settings.names() if name != "out"}
    given: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in options.items() if value is not None
    }
    started = Settings.read(out) if args.resume else Settings(data=(), out=out)
    settings = replace(started, **given)
    check_letters(settings.letters, settings.still_j_z)
    return settings


def _group(args: argparse.Namespace) -> ProcessGroup | None:
    given = (args.processes, args.process_id, args.coordinator)
    if given == (None, None, None):
        return None
    if None in given or not args.out:
        raise FingerspellError(
            "several processes need --processes N, --process-id I, --coordinator HOST:PORT and --out, each of them"
        )
    return ProcessGroup.parse(*given)


def _backend(args: argparse.Namespace, group: ProcessGroup | None, backend: Backend) -> Backend:
    if group and args.backend not in (None, "jax"):
        raise SettingError(f"{args.backend}: several processes train with Keras on JAX; leave this out", "backend")
    return "jax" if group else backend


def _train_elsewhere(settings: Settings, argv: list[str], group: ProcessGroup | None) -> int:
    """Train in a child process with another backend; then, if TensorFlow is installed, write the model here."""
    if importlib.util.find_spec(settings.backend) is None:
        raise FingerspellError(
            f"training with Keras on {BACKEND_NAMES[settings.backend]} needs that library: install {settings.backend} "
            "as its own page says for this GPU (JAX for the CPU: the extra train-jax)"
        )
    command = [sys.executable, "-m", "training", *argv, "--out", str(settings.out), "--joined"]
    if group:
        status = train_in_child(group, command, settings.device, settings.out)
    else:
        status = run_child(command, settings.backend, settings.device)
    if status < 0:
        raise FingerspellError(f"signal {-status} ended the training; continue with: {CONTINUE.format(settings.out)}")
    if status or (group and group.process):
        return status
    if importlib.util.find_spec("tensorflow") is None:
        export = EXPORT.format(settings.out)
        print(f"trained: {settings.out}; on a machine with TensorFlow, this makes a model of it: {export}")
        return 0
    import_keras()
    return finish(settings, resume=True, trained=True)


def _train(settings: Settings, resume: bool, group: ProcessGroup | None) -> int:
    """Train in a child process, and leave the rest to its parent."""
    if group:
        with join_group(group, settings.device, settings.out) as device:
            import_keras(settings.backend)
            from training.runs.fit import fit

            fit(settings, resume, device)
        return 0
    end_with_parent()
    import_keras(settings.backend)
    from training.runs.fit import fit

    fit(settings, resume)
    return 0


def finish(settings: Settings, resume: bool, trained: bool = False) -> int:
    """Train, unless the run is trained already, write the model, and print how well it reads."""
    from training.runs.fit import fit

    figures = fit(settings, resume, trained=trained)
    if figures:
        about = next(iter(figures.signers)) if len(figures.signers) == 1 else f"{len(figures.signers)} sources"
        print(f"{about}: {figures.mean:.4f} right, {figures.top3:.4f} among the first three")
    print(f"saved: {settings.out}; try it: fingerspell --model {settings.out}")
    return 0
