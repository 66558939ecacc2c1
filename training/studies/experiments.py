"""Repeats a published experiment: `python -m training.studies.experiments NAME`.

Each experiment is a few `fingerspell-train` commands. They run one after another, and the first that fails ends it.
"""

import argparse
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

RUNS = Path("runs")
MODELS = Path("models")
SEEDS = (0, 1, 2)
LESSON_RECIPES = ("lesson-by-chance", "lesson", "augmented")
COURSE_EPOCHS = (10, 20)
WORDS = Path(__file__).with_name("words") / "words.txt"  # a signer, then the words that this signer spells
FLOWING = WORDS.with_name("flowing.txt")  # the same


def train(*arguments: object, stdout: Path | None = None) -> None:
    """Run `fingerspell-train`. stdout: a file for its output. Raises CalledProcessError."""
    command = [sys.executable, "-m", "training", *map(str, arguments)]
    if stdout is None:
        subprocess.run(command, check=True)
    else:
        output = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
        stdout.write_bytes(output)


def sign_mnist(data: Path, fake_camera: Path) -> None:
    """Train the shipped CNN on the whole training file with three seeds, and measure all three on the test file."""
    models = [RUNS / f"sign_mnist-{seed}" for seed in SEEDS]
    for seed, out in zip(SEEDS, models, strict=True):
        train("fit", "--data", data, "--final", "--seed", seed, "--out", out)
    options = [option for out in models for option in ("--model", out)]
    train("evaluate", "--data", data, *options)
    train("evaluate", "--data", data, *options, "--json", stdout=MODELS / "sign_mnist" / "seeds.json")


def lessons(data: Path, fake_camera: Path) -> None:
    """Make the three runs of training/README.md, and draw their curves."""
    runs = [RUNS / recipe for recipe in LESSON_RECIPES]
    for recipe, out in zip(LESSON_RECIPES, runs, strict=True):
        train(
            "fit", "--data", data, "--architecture", "lesson-pooled", "--recipe", recipe, "--epochs", 12, "--out", out
        )
    train("compare", *runs, "--curves", MODELS / "course" / "lessons.png")


def course(data: Path, fake_camera: Path) -> None:
    """Repeat the course's two published runs, and keep their curves."""
    for epochs in COURSE_EPOCHS:
        out = RUNS / f"course-{epochs}"
        options = ("--architecture", "nvidia", "--recipe", "course", "--epochs", epochs)
        train("fit", "--data", data, *options, "--out", out)
        shutil.copyfile(out / "history.csv", MODELS / "course" / f"{epochs}_epochs.csv")
        shutil.copyfile(out / "curves.png", MODELS / "course" / f"{epochs}_epochs.png")


def words(data: Path, fake_camera: Path) -> None:
    """Film the words of words.txt, spelled by strangers, and measure how well they are read."""
    films = RUNS / "words"
    film_words(WORDS, films, fake_camera)
    train("spell", films)
    train("spell", films, "--drop", 3)


def flow(data: Path, fake_camera: Path) -> None:
    """Film words of strangers whose hands jump from letter to letter, and measure how well words that flow are read."""
    shared = fake_camera.parents[1] / "data"
    jumping, held, strangers = RUNS / "flowing", RUNS / "words", shared / "strangers"
    film_words(FLOWING, jumping, fake_camera, "--fps", 30, "--hold", 0.3, "--gap", 0)
    film_words(WORDS, held, fake_camera)
    spelled = [option for films in (jumping, held, shared / "bursts" / "strokes") for option in ("--spelled", films)]
    nothing = ("--nothing", strangers, "--nothing", shared / "no_hand")
    options = ("--data", shared / "landmarks", "--strangers", strangers, *spelled, *nothing)
    train("measure-fluent", *options, "--json", stdout=MODELS / "fluent" / "measured.json")


def film_words(listed: Path, films: Path, fake_camera: Path, *options: object) -> None:
    """Film the words that a file lists. options: of the fake camera."""
    films.mkdir(parents=True, exist_ok=True)
    for line in listed.read_text(encoding="utf-8").splitlines():
        signer, *spelled = line.split()
        for word in spelled:
            film = films / f"{signer}_{word}.mp4"
            subprocess.run([sys.executable, str(fake_camera), signer, word, str(film), *map(str, options)], check=True)


EXPERIMENTS: dict[str, Callable[[Path, Path], None]] = {
    "sign_mnist": sign_mnist,
    "lessons": lessons,
    "course": course,
    "words": words,
    "flow": flow,
}


def main() -> None:
    """Run one experiment."""
    parser = argparse.ArgumentParser(
        description="Repeat a published experiment.",
        epilog="; ".join(f"{name}: {(run.__doc__ or '').rstrip('.')}" for name, run in EXPERIMENTS.items()),
    )
    parser.add_argument("name", choices=EXPERIMENTS)
    parser.add_argument("--data", type=Path, default=Path("data/sign_mnist"), help="Sign-MNIST (default %(default)s)")
    parser.add_argument(
        "--fake-camera", type=Path, default=Path("../shared/tools/fake_camera.py"), help="makes a film of a word"
    )
    args = parser.parse_args()
    try:
        EXPERIMENTS[args.name](args.data, args.fake_camera)
    except subprocess.CalledProcessError as error:
        sys.exit(error.returncode)


if __name__ == "__main__":
    main()
