"""Downloads Sign-MNIST from Kaggle, with Kaggle's own library."""

import shutil
from pathlib import Path

from live.errors import DataError

DATASET = "datamunge/sign-language-mnist"
FILES = ("sign_mnist_train.csv", "sign_mnist_test.csv")


def download(out: Path) -> list[Path]:
    """Put the two CSVs into `out`. Raises DataError, with the steps to do it by hand, if Kaggle cannot be reached."""
    import kagglehub

    try:
        folder = Path(kagglehub.dataset_download(DATASET))
    except Exception as error:  # from requests, kagglehub or the file system; they share no base class
        raise DataError(
            f"Kaggle cannot be reached or refuses ({type(error).__name__}). By hand: open "
            f"kaggle.com/datasets/{DATASET}, press Download, put archive.zip into {out} without unpacking it, and "
            f"train on the folder {out}"
        ) from error
    out.mkdir(parents=True, exist_ok=True)
    copied = []
    for name in FILES:
        source = min(folder.rglob(name), key=lambda path: len(path.parts), default=None)
        if source is None:
            raise DataError(f"Kaggle's {DATASET} no longer holds {name}; its files are in {folder}")
        part = out / f".{name}.part"
        shutil.copyfile(source, part)
        copied.append(part.replace(out / name))
    return copied
