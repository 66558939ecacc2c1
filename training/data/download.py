"""Fetches Sign-MNIST from Kaggle, by Kaggle's own library."""

import shutil
from pathlib import Path

from live.errors import DataError

DATASET = "datamunge/sign-language-mnist"
FILES = ("sign_mnist_train.csv", "sign_mnist_test.csv")


def download(out: Path) -> list[Path]:
    """Put the two CSVs into out. Raises DataError, saying how to get them by hand, where Kaggle cannot be reached."""
    import kagglehub

    try:
        found = Path(kagglehub.dataset_download(DATASET))
    except Exception as error:  # requests', kagglehub's and the file system's, none with a common base
        raise DataError(
            f"Kaggle cannot be reached or refuses ({type(error).__name__}). By hand: open "
            f"kaggle.com/datasets/{DATASET}, press Download, put the archive.zip into {out} as it is, and use "
            f"--data {out}"
        ) from error
    out.mkdir(parents=True, exist_ok=True)
    copied = []
    for name in FILES:
        source = min(found.rglob(name), key=lambda path: len(path.parts), default=None)
        if source is None:
            raise DataError(f"Kaggle's {DATASET} no longer holds {name}; its files are in {found}")
        part = out / f".{name}.part"
        shutil.copyfile(source, part)
        copied.append(part.replace(out / name))
    return copied
