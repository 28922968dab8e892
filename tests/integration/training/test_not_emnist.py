"""Data that is not EMNIST, or is damaged, is refused in a sentence and leaves nothing behind."""

from pathlib import Path

import numpy as np
import pytest

from hcr.alphabet import CLASSES
from hcr.data.orientation import upright
from hcr.data.split import Split
from tests.integration.conftest import mapping
from training.data.acquire import write_idx


def wrong_orientation(train: Split, test: Split, folder: Path) -> None:
    for split in (train, test):
        write_idx(Split(upright(split.images).copy(), split.labels, split.name, ""), folder)


def wrong_order(train: Split, test: Split, folder: Path) -> None:
    for split in (train, test):
        write_idx(Split(split.images, ((split.labels.astype(int) + 1) % 47).astype(np.uint8), split.name, ""), folder)


def missing_class(train: Split, test: Split, folder: Path) -> None:
    write_idx(train, folder)
    kept = test.labels != CLASSES.index("f")
    write_idx(Split(test.images[kept], test.labels[kept], test.name, ""), folder)


def cut_short(train: Split, test: Split, folder: Path) -> None:
    images, _ = write_idx(train, folder)
    write_idx(test, folder)
    images.write_bytes(images.read_bytes()[:-500])


def other_mapping(train: Split, test: Split, folder: Path) -> None:
    write_idx(train, folder)
    write_idx(test, folder)
    (folder / "emnist-balanced-mapping.txt").write_bytes(mapping(CLASSES[::-1]))


def no_test(train: Split, test: Split, folder: Path) -> None:
    write_idx(train, folder)


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (wrong_orientation, "balanced-train: expected images stored raw, as EMNIST has them. Upright: already turned."),
        (wrong_order, "expected the class order 0123456789ABC"),
        (missing_class, "balanced-test: no image of 1 of 47 classes (f)."),
        (cut_short, "emnist-balanced-train-images-idx3-ubyte.gz: cannot be decompressed"),
        (other_mapping, "emnist-balanced-mapping.txt: the classes are in the order trqnhg"),
        (no_test, "no EMNIST balanced-test here, only balanced-train."),
    ],
)
def test_data_that_is_not_emnist(splits, training, tmp_path: Path, spoil, sentence: str) -> None:
    (tmp_path / "source").mkdir()
    spoil(*splits, tmp_path / "source")
    result = training("acquire", "--from", tmp_path / "source", "--to", tmp_path / "data")
    assert (result.returncode, sentence in result.stderr) == (2, True), result.stderr
    assert not (tmp_path / "data" / "manifest.json").exists()


def test_nothing_there(training, tmp_path: Path) -> None:
    result = training("acquire", "--from", "nowhere", "--to", tmp_path / "data")
    assert (result.returncode, result.stderr.startswith("nowhere: no such folder")) == (2, True)
