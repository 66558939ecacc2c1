"""Coverage-guided fuzzing of the code that reads files: `python -m tests.measurements.fuzz pictures` or `tables`.

A file must be read, or refused with a FingerspellError, within 2 seconds and 500 MB. Anything else is a finding:
libFuzzer keeps the input as a file and ends with a status other than 0. Needs Atheris, which `make soak` installs on
Linux.
"""

import argparse
import contextlib
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import psutil

try:
    import atheris
except ModuleNotFoundError:
    sys.exit("fuzzing needs Atheris, on Linux: `make soak` installs it into .venv/fuzz, for PYTHONPATH")

with atheris.instrument_imports(include=["live", "training", "PIL", "pandas"]):
    from live.errors import FingerspellError
    from live.sources.pictures import decode_picture
    from training.data import read_table
    from training.data.tables.table import COLUMNS

from tests.support import hostile

TIMEOUT_S, MEMORY_MB = 2, 500
SUFFIXES = (".csv", ".csv.gz", ".zip", ".parquet", ".npz", ".arrow")


def one_picture(content: bytes) -> None:
    """Try to read a picture."""
    with contextlib.suppress(FingerspellError):
        decode_picture(content, "picture")


def one_table(content: bytes) -> None:
    """Try to read a table. The first byte chooses the kind of file."""
    suffix = SUFFIXES[content[0] % len(SUFFIXES)] if content else ".csv"
    with (
        tempfile.NamedTemporaryFile(suffix=f"_train{suffix}", dir=FOLDER) as file,
        contextlib.suppress(FingerspellError),
    ):
        file.write(content[1:])
        file.flush()
        read_table(Path(file.name))


def tables() -> list[bytes]:
    """The first inputs, which the fuzzer varies."""
    header = ",".join(COLUMNS).encode()
    row = b"3," + b",".join([b"128"] * (len(COLUMNS) - 1))
    whole = b"\n".join([header, row, row])
    odd = [whole.replace(b"128", value, 1) for value in (b"", b"-1", b"1e400", b"nan", b"\xff", b'"', b"12.5", b" 7 ")]
    return [b"\x00" + table for table in (whole, header, b"", b"\n\n", *odd)]


TRIES: dict[str, tuple[Callable[[bytes], None], Callable[[], list[bytes]]]] = {
    "pictures": (one_picture, lambda: [file for file in hostile.pictures().values() if len(file) < 100_000]),
    "tables": (one_table, tables),
}
FOLDER = tempfile.mkdtemp(prefix="fingerspell-fuzz-")


def main() -> None:
    """Fuzz until the time is over or something is found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=TRIES)
    parser.add_argument("--minutes", type=float, default=10.0)
    args = parser.parse_args()
    one, first = TRIES[args.what]
    corpus = Path(FOLDER) / "corpus"
    corpus.mkdir()
    for n, content in enumerate(first()):
        (corpus / str(n)).write_bytes(content)
    before_mb = psutil.Process().memory_info().rss // 2**20  # Python, Pillow and pandas themselves
    limits = [
        f"-timeout={TIMEOUT_S}",
        f"-rss_limit_mb={before_mb + MEMORY_MB}",
        f"-max_total_time={round(args.minutes * 60)}",
    ]
    atheris.Setup(
        [sys.argv[0], str(corpus), *limits, f"-artifact_prefix={FOLDER}/", "-max_len=65536", "-print_final_stats=1"],
        one,
    )
    atheris.Fuzz()


if __name__ == "__main__":
    main()
