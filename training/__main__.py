"""The `fingerspell-train` command."""

import argparse
import os
import sys
import time
from pathlib import Path


def main() -> int:
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    parser = argparse.ArgumentParser(prog="fingerspell-train")
    sub = parser.add_subparsers(dest="command", required=True)
    f = sub.add_parser("fit")
    f.add_argument("--data", type=Path, required=True)
    f.add_argument("--architecture", default="compact")
    f.add_argument("--recipe", default="augmented")
    f.add_argument("--epochs", type=int)
    f.add_argument("--seed", type=int, default=0)
    f.add_argument("--device", default="auto")
    f.add_argument("--labels", default="auto")
    f.add_argument("--final", action="store_true")
    f.add_argument("--out", type=Path)
    a = parser.parse_args()
    from training.fit import Settings, fit
    out = a.out or Path("runs") / time.strftime("%Y%m%d-%H%M%S")
    fit(Settings(a.data, out, a.architecture, a.recipe, a.epochs, a.seed, a.device, a.labels, a.final))
    return 0


if __name__ == "__main__":
    sys.exit(main())
