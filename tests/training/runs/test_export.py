from pathlib import Path

import pytest

from live import files
from live.readers.classifier import LetterClassifier
from live.readers.contract import read_contract
from tests.support import models
from training.runs import export


def test_saving_again_replaces_the_old_weights(tmp_path: Path) -> None:
    first = models.write(tmp_path)
    second = models.write(tmp_path)
    assert first.readers["cnn"].sha256 != second.readers["cnn"].sha256
    files = second.readers["cnn"].files.values()
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["model.json", *files])


@pytest.mark.parametrize("writes_before_the_crash", [0, 1, 2])
def test_a_crash_while_saving_leaves_the_old_model_working(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, writes_before_the_crash: int
) -> None:
    old = models.write(tmp_path)
    written = 0

    def dies(path: Path, content: bytes) -> None:
        nonlocal written
        if written == writes_before_the_crash:
            path.with_name(f".{path.name}.part").write_bytes(content[: len(content) // 2])
            raise KeyboardInterrupt
        written += 1
        export_write(path, content)

    export_write = files.write_file
    monkeypatch.setattr(export, "write_file", dies)
    with pytest.raises(KeyboardInterrupt):
        models.write(tmp_path)
    assert read_contract(tmp_path) == old
    LetterClassifier.load(tmp_path)
