"""The `fingerspell-train` command."""

import argparse
import contextlib
import importlib.util
import json
import os
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from live.errors import FingerspellError
from live.files import default_model
from live.lessons import ALPHABET_FILE
from live.letters import HELD_LETTERS, MOVING_LETTERS
from live.quiet import quiet_stderr
from training.compute import (
    BACKEND_NAMES,
    BACKEND_VARIABLE,
    BACKENDS,
    Backend,
    Together,
    end_with_parent,
    joined,
    run_child,
    train_in_child,
)
from training.layout import read_settings

if TYPE_CHECKING:
    from training.runs.fit import Settings


DATA_HELP = "folder with the Sign-MNIST CSVs (.csv, .csv.gz or .zip)"
FIT_SETTINGS = (
    "data", "architecture", "recipe", "letters", "epochs", "patience", "seed", "precision", "labels", "final",
    "leave_out", "base", "backend",
)  # fmt: skip
GO_ON = "fingerspell-train fit --resume --out {}"
EXPORT = "fingerspell-train export {}"
LABELS_HELP = "the CSVs' label numbers, where the file itself does not tell (default %(default)s)"


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status. What goes wrong becomes one line on stderr."""
    args = _parser().parse_args(argv)
    args.argv = sys.argv[1:] if argv is None else argv
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    try:
        return int(args.run(args))
    except FingerspellError as error:
        print(f"fingerspell-train: {error}", file=sys.stderr)
        return 1
    except ImportError as error:
        print(
            f"fingerspell-train: a part that training needs is not installed ({error}); run `make install`, or "
            "`pip install '.[train]'` in the project's folder",
            file=sys.stderr,
        )
        return 1
    except BrokenPipeError:  # `fingerspell-train … | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except MemoryError:
        print(
            "fingerspell-train: the memory does not suffice; `fingerspell-train shard` writes data as files of which "
            "fit holds a few at a time",
            file=sys.stderr,
        )
        return 1
    except OSError as error:
        print(f"fingerspell-train: {error.filename or 'a file'}: {error.strerror or error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        out = getattr(args, "out", None)
        begun = args.run is _fit and out is not None and (out / "checkpoints").is_dir()
        if getattr(args, "joined", False):
            return 130  # its parent says it
        print(f"fingerspell-train: stopped{f'; go on with: {GO_ON.format(out)}' if begun else ''}", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="fingerspell-train", description="Train and measure the readers.")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    def command(name: str, run: Any, text: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=text, description=text)
        made.set_defaults(run=run)
        return made

    fit = command("fit", _fit, "Train a network and leave a model folder.")
    fit.add_argument(
        "--data",
        type=Path,
        action="append",
        help=f"{DATA_HELP}, of pictures as LETTER/*.jpg or source/LETTER/*.jpg, or of landmarks as *.npz; may be "
        "given several times. With pictures or landmarks both readers are trained, else the CNN alone",
    )
    fit.add_argument(
        "--architecture",
        help="of the CNN: steady, compact, or one of the course's: nvidia, sketch64, lesson-valid, lesson-same, "
        "lesson-strided, lesson-pooled; default: by the data",
    )
    fit.add_argument(
        "--recipe",
        help="letters (both readers, on hands), augmented, lesson, lesson-by-chance (on crops) or course (as "
        "the course does it); default: by the architecture and the data",
    )
    fit.add_argument(
        "--letters", type=_letters, metavar="ABC", help="only these, in this order: ten make a network of ten classes"
    )
    fit.add_argument(
        "--from",
        type=Path,
        dest="base",
        metavar="DIR",
        help="a model folder, like models/letters, to make your own by a few recorded hands instead of training anew",
    )
    fit.add_argument("--epochs", type=_positive, help="default: the recipe's")
    fit.add_argument(
        "--patience",
        type=_positive,
        metavar="N",
        help="stop once the validation figure has not risen for N epochs, and keep the best (default: never)",
    )
    fit.add_argument("--seed", type=_seed, help="default 0")
    fit.add_argument("--device", choices=("auto", "gpu", "cpu"), default="auto", help="default %(default)s")
    fit.add_argument(
        "--precision",
        choices=("float32", "mixed"),
        help="of the CNN's training: mixed is faster on a GPU, slower on a CPU (default float32)",
    )
    fit.add_argument(
        "--backend",
        choices=BACKENDS,
        help="what Keras trains one CNN with, on a GPU that TensorFlow cannot use; TensorFlow then writes the model "
        "(default tensorflow)",
    )
    fit.add_argument("--labels", choices=("auto", "kaggle", "course"), help=LABELS_HELP.replace("%(default)s", "auto"))
    fit.add_argument(
        "--resume",
        action="store_true",
        help="go on with the run in --out, which was broken off; its settings are known and need not be given again",
    )
    fit.add_argument(
        "--final",
        action="store_true",
        default=None,
        help="train on the whole training file, then read the test file once; without it, groups of near-duplicates "
        "are held back for validation and the test file stays unread",
    )
    fit.add_argument(
        "--leave-out",
        action="append",
        metavar="SOURCE",
        help="a source of hands that takes no part at all, to report on later; may be given several times",
    )
    fit.add_argument("--out", type=Path, help="model folder to write (default: a new one under runs/)")
    fit.add_argument(
        "--processes",
        type=_positive,
        metavar="N",
        help="train one CNN by N processes, on one host or many, each on its share of the data: give this command to "
        "each of them, with its own --process-id. --out is a folder that all of them see",
    )
    fit.add_argument("--process-id", type=int, metavar="I", help="0 to N-1; process 0 writes the model")
    fit.add_argument("--coordinator", metavar="HOST:PORT", help="where process 0 listens, in a network that you trust")
    fit.add_argument("--joined", action="store_true", help=argparse.SUPPRESS)  # a child of this command

    export = command("export", _export, "Write the model folder of a run that was trained where TensorFlow is not.")
    export.add_argument("out", type=Path, metavar="RUN", help="folder that fit --backend has left")
    export.add_argument(
        "--data",
        type=Path,
        action="append",
        help="where what it was trained on lies here (default: where it lay there)",
    )

    shard = command("shard", _shard, "Write crops as many files, so that fit need not hold them all in memory.")
    shard.add_argument(
        "--data", type=Path, action="append", required=True, help="as for fit; one such folder is held at a time"
    )
    shard.add_argument("--out", type=Path, required=True, help="new folder, which fit's --data then takes")
    shard.add_argument(
        "--size", type=_positive, help="pictures a file, of which fit holds four (default: so many that it has 8 MB)"
    )
    shard.add_argument("--letters", type=_letters, metavar="ABC", help="as for fit")
    shard.add_argument("--labels", choices=("auto", "kaggle", "course"), default="auto", help=LABELS_HELP)
    shard.add_argument("--seed", type=_seed, default=0, help="default %(default)s")

    strokes = command("strokes", _strokes, "Train the network that knows J and Z, on strokes made of held hands.")
    strokes.add_argument(
        "--data", type=Path, action="append", required=True, help="a folder of landmarks or pictures, as for fit"
    )
    strokes.add_argument("--leave-out", action="append", default=[], metavar="SOURCE", help="as for fit")
    strokes.add_argument("--films", type=_positive, help="made to learn from; default: the recipe's")
    strokes.add_argument("--seed", type=_seed, default=0, help="default %(default)s")
    strokes.add_argument("--out", type=Path, default=Path("runs/strokes"), help="default %(default)s")

    alphabet = command("alphabet", _alphabet, "Make the chart's typical hands anew.")
    alphabet.add_argument(
        "--data", type=Path, action="append", required=True, help="a folder of landmarks or pictures, as for fit"
    )
    alphabet.add_argument("--out", type=Path, default=ALPHABET_FILE, help="default: the one that the app shows")

    spell = command("spell", _spell, "Measure how well films of words are spelled.")
    spell.add_argument("films", type=Path, metavar="FOLDER", help="with films named SIGNER_WORD.mp4")
    spell.add_argument("--drop", type=_positive, default=0, metavar="N", help="leave every N-th frame out")
    spell.add_argument("--model", type=Path, help="model folder (default: what ships)")
    spell.add_argument("--json", action="store_true", help="one JSON object")
    idle = command("idle", _idle, "Measure how seldom anything is spelled where nobody spells.")
    idle.add_argument(
        "--data",
        type=Path,
        action="append",
        required=True,
        help="pictures without a hand, or of signing people as signer/LETTER/*.jpg, who then talk with their hands",
    )
    idle.add_argument("--minutes", type=_positive, default=15, help="of each folder (default %(default)s)")
    idle.add_argument("--seed", type=_seed, default=0, help="default %(default)s")
    idle.add_argument("--model", type=Path, help="model folder (default: what ships)")
    idle.add_argument("--json", action="store_true", help="one JSON object")

    evaluate = command("evaluate", _evaluate, "Measure a model on a data folder.")
    evaluate.add_argument(
        "--data", type=Path, required=True, help=f"{DATA_HELP}, or of pictures as signer/LETTER/*.jpg"
    )
    evaluate.add_argument(
        "--model", type=Path, action="append", help="model folder (default: what ships); several: their mean and spread"
    )
    evaluate.add_argument(
        "--reader",
        choices=("both", "cnn", "shape"),
        default="both",
        help="let one network answer alone (default: both)",
    )
    evaluate.add_argument(
        "--change",
        choices=(
            *("none", "flipped", "darker", "brighter", "flatter", "jpeg", "half", "painted"),
            *("sent-640-70", "sent-640-50", "sent-640-35", "sent-480-40", "sent-400-40", "sent-320-40", "sent-320-25"),
        ),
        default="none",
        help="do this to every picture first: flip it left to right, brightness x0.5 or x1.6, contrast x0.6, JPEG "
        "quality 30, half the resolution, paint its hand over with what is behind (then give --nothing, too), or send "
        "it as the page does: its longer side in pixels, then the quality of the JPEG",
    )
    evaluate.add_argument("--nothing", action="store_true", help="no picture of the folder shows a letter")
    evaluate.add_argument(
        "--square", action="store_true", help="do not look for the hand: read the square in the middle"
    )
    evaluate.add_argument("--confusion", type=_png, metavar="PNG", help="draw what was read for what, too")
    evaluate.add_argument("--labels", choices=("auto", "kaggle", "course"), default="auto", help=LABELS_HELP)
    evaluate.add_argument(
        "--record", metavar="TITLE", help="write the figures into the model's model.json, by this name"
    )
    evaluate.add_argument("--json", action="store_true", help="one JSON object")

    compare = command("compare", _compare, "Print runs of fit side by side.")
    compare.add_argument("runs", type=Path, nargs="+", metavar="RUN", help="folder that fit has written")
    compare.add_argument("--curves", type=_png, metavar="PNG", help="draw their curves into one picture, too")
    compare.add_argument("--json", action="store_true", help="one JSON object a run")

    summary = command("summary", _summary, "Print a network's layers, output shapes and parameters.")
    summary.add_argument("name", metavar="NAME")
    summary.add_argument("--json", action="store_true", help="one JSON object")

    shape = command("shape", _shape, "Print what a convolution makes of a picture's size, and the formula.")
    shape.add_argument("--input", type=_positive, required=True, help="pixels a side that go in")
    shape.add_argument("--kernel", type=_positive, required=True, help="pixels a side of the kernel")
    shape.add_argument("--stride", type=_positive, default=1, help="default %(default)s")
    shape.add_argument("--padding", choices=("valid", "same"), default="valid", help="default %(default)s")
    shape.add_argument("--filters", type=_positive, default=1, help="default %(default)s")
    shape.add_argument("--channels", type=_positive, default=1, help="that go in (default %(default)s)")
    shape.add_argument("--json", action="store_true", help="one JSON object")

    bench = command("bench", _bench, "Time the live reader beside Keras' predict and MediaPipe, in one run.")
    bench.add_argument("--model", type=Path, default=default_model(), help="model folder (default: what ships)")
    bench.add_argument(
        "--picture", type=Path, metavar="FILE", help="with a hand in it: time the whole frame, beside MediaPipe, too"
    )
    bench.add_argument("--json", action="store_true", help="one JSON object")

    command("doctor", _doctor, "Say what training computes on here: which library, which CPU or GPU.")

    download = command("download", _download, "Fetch Sign-MNIST from Kaggle.")
    download.add_argument("--out", type=Path, default=Path("data/sign_mnist"), help="default %(default)s")
    return parser


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number of at least 1")
    return int(text)


def _png(text: str) -> Path:
    if not text.lower().endswith(".png"):
        raise argparse.ArgumentTypeError(f"{text!r} is not named like a picture, *.png")
    return Path(text)


def _letters(text: str) -> tuple[str, ...]:
    letters = tuple(text.upper().replace(",", ""))
    wrong = sorted(set(letters) - set(HELD_LETTERS))
    if wrong or len(set(letters)) < len(letters) or len(letters) < 2:
        moving = (
            " (J and Z are movements, of which a picture shows nothing)" if set(wrong) & set(MOVING_LETTERS) else ""
        )
        raise argparse.ArgumentTypeError(f"{text!r} is not two or more of {''.join(HELD_LETTERS)}, each once{moving}")
    return letters


def _seed(text: str) -> int:
    if not text.isdecimal() or int(text) >= 2**32:
        raise argparse.ArgumentTypeError(f"{text!r} is not a seed (0 to {2**32 - 1})")
    return int(text)


def _fit(args: argparse.Namespace) -> int:
    if args.resume and not args.out:
        raise FingerspellError("--resume goes on with a run: name its folder with --out")
    if not args.resume and not args.data:
        raise FingerspellError("fit needs --data: the folder to train on")
    together = _together(args)
    args.backend = _backend(args, together)
    args.out = args.out or Path("runs") / time.strftime("%Y%m%d-%H%M%S")
    if args.joined:
        return _train(args, together)
    if args.backend == "tensorflow":
        _import_keras()
        return _finish(_settings(args), args.resume)
    if importlib.util.find_spec(args.backend) is None:
        raise FingerspellError(
            f"training by Keras on {BACKEND_NAMES[args.backend]} needs it: install {args.backend} as its own page says "
            "for this GPU (JAX for the CPU: the extra train-jax)"
        )
    command = [sys.executable, "-m", "training", *args.argv, "--out", str(args.out), "--joined"]
    if together:
        status = train_in_child(together, command, args.device, args.out)
    else:
        status = run_child(command, args.backend, args.device)
    if status < 0:
        raise FingerspellError(f"the training was ended by signal {-status}; go on with: {GO_ON.format(args.out)}")
    if status or (together and together.process):
        return status
    if importlib.util.find_spec("tensorflow") is None:
        print(f"trained: {args.out}; where TensorFlow is, this makes a model of it: {EXPORT.format(args.out)}")
        return 0
    _import_keras()
    return _finish(_settings(args), resume=True, trained=True)


def _train(args: argparse.Namespace, together: Together | None) -> int:
    """In a child: train, and leave the rest to its parent."""
    if together:
        with joined(together, args.device, args.out) as device:
            _import_keras(args.backend)
            from training.runs.fit import fit

            fit(_settings(args), args.resume, device)
        return 0
    end_with_parent()
    _import_keras(args.backend)
    from training.runs.fit import fit

    fit(_settings(args), args.resume)
    return 0


def _finish(settings: "Settings", resume: bool, trained: bool = False) -> int:
    """Train, unless others have, write the model, and say how well it reads."""
    from training.runs.fit import fit

    figures = fit(settings, resume, trained=trained)
    if figures:
        about = next(iter(figures["signers"])) if len(figures["signers"]) == 1 else f"{len(figures['signers'])} sources"
        print(f"{about}: {figures['mean']:.4f} right, {figures['top3']:.4f} among the first three")
    print(f"saved: {settings.out}; try it: fingerspell --model {settings.out}")
    return 0


def _export(args: argparse.Namespace) -> int:
    _import_keras()
    from training.runs.fit import Settings

    settings = Settings.begun(args.out)
    return _finish(replace(settings, data=tuple(args.data or settings.data)), resume=True, trained=True)


def _backend(args: argparse.Namespace, together: Together | None) -> Backend:
    """What Keras trains with: as told, as the run was begun, or TensorFlow."""
    if together and args.backend not in (None, "jax"):
        raise FingerspellError(f"--backend {args.backend}: several processes train by Keras on JAX; leave it out")
    begun = read_settings(args.out).get("backend") if args.resume else None
    told: Backend = "jax" if together else args.backend or begun or "tensorflow"
    return told


def _settings(args: argparse.Namespace) -> "Settings":
    from training.runs.fit import Settings

    out = args.out
    given = {name: value for name, value in vars(args).items() if value is not None and name in FIT_SETTINGS}
    given |= {name: tuple(given[name]) for name in ("data", "leave_out") if name in given}
    settings = Settings.begun(out) if args.resume else Settings(data=(), out=out)
    return replace(settings, device=args.device, **given)


def _together(args: argparse.Namespace) -> Together | None:
    given = (args.processes, args.process_id, args.coordinator)
    if given == (None, None, None):
        return None
    if None in given or not args.out:
        raise FingerspellError(
            "several processes need --processes N, --process-id I, --coordinator HOST:PORT and --out, each of them"
        )
    return Together.of(*given)


def _shard(args: argparse.Namespace) -> int:
    _import_keras()
    from training.runs.fit import cut_in_shards

    shards = cut_in_shards(args.data, args.out, args.labels, args.letters, args.seed, args.size)
    print(shards.about)
    print(f"saved: {args.out}; train on it: fingerspell-train fit --data {args.out}")
    return 0


def _alphabet(args: argparse.Namespace) -> int:
    from training.data import make_alphabet

    make_alphabet(args.data, args.out)
    print(f"saved: {args.out}")
    return 0


def _strokes(args: argparse.Namespace) -> int:
    _import_keras()
    from training.networks import StrokeRecipe
    from training.runs.strokes import fit_strokes

    recipe = StrokeRecipe(films=args.films) if args.films else StrokeRecipe()
    figures = fit_strokes(args.data, args.out, args.leave_out, args.seed, recipe)
    for name, row in figures["read"].items():
        print(f"{name:<32}" + "  ".join(f"{letter} {share:.1%}" for letter, share in row.items()))
    print(f"{figures['mean']:.1%} of made strokes read once and as themselves; seen a minute where there are none: ")
    print(", ".join(f"{kind} {rate:.2f}" for kind, rate in figures["false_per_min"].items()))
    print(f"saved: {args.out}")
    return 0


def _spell(args: argparse.Namespace) -> int:
    from live.files import default_model
    from live.hand import fetch_networks
    from live.readers import LetterClassifier
    from live.recognizer import Recognizer
    from training.studies.spelling import spell_films

    classifier, networks = LetterClassifier.load(args.model or default_model()), fetch_networks()
    figures = spell_films(args.films, lambda: Recognizer.complete(classifier, networks), args.drop)
    if args.json:
        print(json.dumps(figures))
        return 0
    for name, text in figures["films"].items():
        print(f"{name:<24} {text}")
    for signer, rate in figures["signers"].items():
        print(f"{signer}: letter error rate {rate:.3f}")
    print(f"mean {figures['mean']:.3f}")
    if figures["commit_s"]:
        print(
            "from the first steady frame to the commit: p50 {p50:.2f} s, p95 {p95:.2f} s".format(**figures["commit_s"])
        )
    return 0


def _idle(args: argparse.Namespace) -> int:
    from live.files import default_model
    from live.hand import fetch_networks
    from live.readers import LetterClassifier
    from live.recognizer import Recognizer
    from training.studies.spelling import idle

    classifier, networks = LetterClassifier.load(args.model or default_model()), fetch_networks()
    figures = idle(lambda: Recognizer.complete(classifier, networks), args.data, args.minutes, args.seed)
    if args.json:
        print(json.dumps(figures))
        return 0
    for name, told in figures.items():
        print(
            f"{name} ({told['kind']}): {told['per_5_min']:.2f} letters in five minutes, in {told['minutes']} minutes "
            f"{told['letters'] or 'none'}; a hand in {told['hand']:.0%} of the frames"
        )
    return 0


def _evaluate(args: argparse.Namespace) -> int:
    from live.hand import LiteRTHandTracker, fetch_networks
    from live.readers import LetterClassifier
    from training.data import has_csv
    from training.measure import evaluate, in_words, record

    if args.nothing and (args.record or args.confusion or len(args.model or ()) > 1):
        raise FingerspellError("--nothing measures one model and records nothing: leave --record and --confusion out")
    tracker = None if args.square or has_csv(args.data, "test") else LiteRTHandTracker(fetch_networks())
    readers = None if args.reader == "both" else (args.reader,)
    found: dict[str, dict[str, Any]] = {}
    for folder in args.model or [default_model()]:
        classifier = LetterClassifier.load(folder, readers)
        figures, answers = evaluate(classifier, args.data, args.labels, tracker, args.change, args.nothing)
        found[str(folder)] = figures
        if args.record:
            record(folder, args.record.lower().replace(" ", "_"), args.record, _about(figures), figures)
        if args.confusion:
            from training.measure.plots import plot_confusion

            plot_confusion(answers, classifier.contract.letters, args.confusion)
    if len(found) == 1:
        (figures,) = found.values()
        print(json.dumps(figures) if args.json else in_words(figures))
        return 0
    means = [figures["mean"] for figures in found.values()]
    spread = {"mean": statistics.fmean(means), "min": min(means), "max": max(means), "sd": statistics.stdev(means)}
    if args.json:
        print(json.dumps({**spread, "models": found}))
        return 0
    for name, figures in found.items():
        print(f"{figures['mean']:.5f}  {name}")
    print(
        f"mean of {len(means)} models {spread['mean']:.5f}, from {spread['min']:.5f} to {spread['max']:.5f}, "
        f"standard deviation {spread['sd']:.5f}"
    )
    return 0


def _about(figures: dict[str, Any]) -> str:
    """What a record says of where its figures come from."""
    from training.measure import SIGN_MNIST, SIGN_MNIST_TEST

    signers = figures["signers"].values()
    if figures["signers"].keys() == {SIGN_MNIST}:
        return SIGN_MNIST_TEST[1]
    counted = f"{sum(each['frames'] for each in signers):,} pictures of {len(signers)} people"
    if figures["no_hand"] is None:
        return f"{counted}. The hand was not looked for: the square in the middle of each picture was read."
    return f"{counted}. No hand was found on {figures['no_hand']:.1%} of them."


def _compare(args: argparse.Namespace) -> int:
    from training.layout import read_history
    from training.measure.compare import compare, in_words

    rows = compare(args.runs)
    if args.curves:
        from training.measure.plots import plot_runs

        histories = {str(run): history for run in args.runs if (history := read_history(run)) is not None}
        if not histories:
            raise FingerspellError("--curves: none of these runs has a curve")
        plot_runs(histories, args.curves)
    print("\n".join(json.dumps(row) for row in rows) if args.json else in_words(rows))
    return 0


def _summary(args: argparse.Namespace) -> int:
    _import_keras()
    from training.studies.summary import in_words, summary

    told = summary(args.name)
    print(json.dumps(told) if args.json else in_words(told))
    return 0


def _shape(args: argparse.Namespace) -> int:
    from training.studies.convolution import convolution

    told = convolution(args.input, args.kernel, args.stride, args.padding, args.filters, args.channels)
    print(json.dumps(told.to_json()) if args.json else told.in_words())
    return 0


def _bench(args: argparse.Namespace) -> int:
    _import_keras()
    from training.studies.bench import bench

    told = bench(args.model, args.picture)
    if args.json:
        print(json.dumps(told))
        return 0
    for what, stages, ratios in (
        ("one crop through the CNN", told["stages"], told["times_slower_than_live"]),
        ("one frame with a hand", told.get("frame", {}), told.get("frame_times_slower_than_live", {})),
    ):
        if stages:
            print(what)
        for name, times in stages.items():
            ratio = f"   {ratios[name]:,.1f} times slower" if name in ratios else ""
            print(f"{name:>22}  p50 {times['p50_ms']:8.3f} ms   p95 {times['p95_ms']:8.3f} ms{ratio}")
    return 0


def _doctor(args: argparse.Namespace) -> int:
    from training.compute.doctor import examine

    for backend, device in examine().items():
        print(f"--backend {backend}: {device}")
    return 0


def _download(args: argparse.Namespace) -> int:
    from training.data.download import download

    for path in download(args.out):
        print(path)
    return 0


def _import_keras(backend: Backend = "tensorflow") -> None:
    """Import it, and what it computes with, without their greetings."""
    import logging

    os.environ[BACKEND_VARIABLE] = backend
    with quiet_stderr():
        import keras  # noqa: F401

        with contextlib.suppress(ImportError):
            import tensorflow  # noqa: F401  # whatever Keras trains with, it writes the log
    logging.getLogger("tensorflow").setLevel(logging.ERROR)  # it warns of every network trained after the fifth


if __name__ == "__main__":
    sys.exit(main())
