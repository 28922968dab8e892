"""The one door to EMNIST: what is asked for is opened or refused, with the sentence that says what is there instead."""

import gzip
import zipfile
from pathlib import Path

import numpy as np
import pytest

from hcr.data import files, samples
from hcr.data.generated import standin
from hcr.data.source import open_source, read, stand_in
from hcr.data.split import HUB_NAMES, OFFICIAL_COUNTS, Split, name_of
from hcr.errors import InputError
from tests.emnist_files import csv, csv_rows, idx_files, idx_images, idx_labels, parquet, write

TEST = standin.generate(3, seed=5, name="balanced-test")
TRAIN = standin.generate(4, seed=6, name="balanced-train")


def renamed(split: Split, name: str) -> Split:
    return Split(split.images, split.labels, name, "a test")


def relabelled(labels: np.ndarray) -> Split:
    """Balanced's name on another set's labels."""
    return Split(TEST.images[: len(labels)], labels.astype(np.uint8), "balanced-test", "a test")


@pytest.mark.parametrize(
    "content",
    [
        idx_files(TEST),
        {"emnist-balanced-test.csv": csv(csv_rows(TEST))},
        {"emnist-balanced-test.csv.gz": gzip.compress(csv(csv_rows(TEST)))},
        {"data/test-00000-of-00001.parquet": parquet(TEST)},
    ],
    ids=["IDX", "CSV", "gzipped CSV", "Parquet"],
)
def test_every_format_gives_the_same(tmp_path: Path, content) -> None:
    source = open_source(write(tmp_path / "mine", content))
    split = read(source, "balanced-test")
    assert (source.names, source.origin) == (("balanced-test",), "the folder mine")
    assert split.fingerprint == TEST.fingerprint
    assert (split.name, split.source) == ("balanced-test", "the folder mine")


def test_generated_has_a_name_of_its_own() -> None:
    source = open_source("generated")
    assert source.generated
    assert read(source, "balanced-test").generated
    with pytest.raises(InputError, match="no EMNIST bymerge-train here, only balanced-test and balanced-train"):
        read(source, "bymerge-train")


def test_a_split_that_is_not_there_is_refused(tmp_path: Path) -> None:
    source = open_source(write(tmp_path, idx_files(TEST)))
    with pytest.raises(InputError, match="no EMNIST balanced-train here, only balanced-test"):
        read(source, "balanced-train")


@pytest.mark.parametrize("name", ["nowhere", "no/such/folder", "x" * 5000, "a\0b"])
def test_what_is_no_source_is_refused(name: str) -> None:
    with pytest.raises(InputError):
        open_source(name)


@pytest.mark.parametrize(
    ("held", "sentence"),
    [
        (idx_files(renamed(TEST, "letters-test")), "It holds EMNIST Letters"),
        ({"emnist-digits-test.csv": b""}, "It holds EMNIST Digits"),
        ({"emnist-byclass-train.csv": b""}, "It holds EMNIST ByClass"),
        ({"t10k-images-idx3-ubyte": b"", "train-labels-idx1-ubyte.gz": b""}, "It holds MNIST"),
        ({"matlab/emnist-balanced.mat": b"MATLAB 5.0"}, r"It holds Matlab files \(.mat\), which are not read here"),
        ({"emnist.npz": b"PK"}, "It holds NumPy archives"),
    ],
    ids=["Letters", "Digits", "ByClass", "MNIST", "Matlab", "NumPy"],
)
def test_a_folder_of_something_else_is_named(tmp_path: Path, held, sentence: str) -> None:
    write(tmp_path, held)
    with pytest.raises(InputError, match=sentence):
        open_source(tmp_path)
    with pytest.raises(InputError, match=sentence):
        files.read_split(tmp_path, "balanced-train")
    shown = samples.start(str(tmp_path))  # the Explorer falls back, and says the same
    assert shown.source.generated
    assert sentence.split(" (")[0].replace("\\", "").split("(")[0].strip() in shown.source.note


@pytest.mark.parametrize(
    ("labels", "sentence"),
    [
        (np.tile(np.arange(1, 27), 5), "EMNIST Letters"),
        (np.tile(np.arange(10), 14), "EMNIST Digits or MNIST"),
        (np.tile(np.arange(62), 2), "EMNIST ByClass"),
    ],
    ids=["Letters", "Digits", "ByClass"],
)
def test_other_labels_under_balanceds_name_are_refused(tmp_path: Path, labels, sentence: str) -> None:
    """Letters' A has the label 1, which is Balanced's "1"."""
    split = relabelled(labels)
    for number, content in enumerate(
        (
            idx_files(split),
            {"emnist-balanced-test.csv": csv(csv_rows(split))},
        )
    ):
        source = open_source(write(tmp_path / str(number), content))
        with pytest.raises(InputError, match=f"this is {sentence}"):
            read(source, "balanced-test")


def test_a_file_that_is_no_archive_is_named(tmp_path: Path) -> None:
    for name, content in {"a.mat": b"MATLAB 5.0 MAT", "a.npy": b"\x93NUMPY", "a.h5": b"\x89HDF\r\n\x1a\n"}.items():
        write(tmp_path, {name: content + bytes(100)})
        with pytest.raises(InputError, match="which is not read here"):
            open_source(tmp_path / name)


def test_a_zip_with_a_damaged_member_is_a_sentence(tmp_path: Path) -> None:
    contents = {
        "emnist-balanced-test-images-idx3-ubyte": idx_images(TEST.images),
        "emnist-balanced-test-labels-idx1-ubyte": idx_labels(TEST.labels),
    }
    archive = tmp_path / "emnist.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in contents.items():
            file.writestr(name, content)
    whole = archive.read_bytes()
    for place in (40, 300, 2000):  # in the member's own header, and in its data
        damaged = bytearray(whole)
        damaged[place : place + 30] = bytes(30)
        archive.write_bytes(damaged)
        with pytest.raises(InputError):
            read(open_source(archive), "balanced-test")


@pytest.mark.parametrize("name", OFFICIAL_COUNTS)
def test_the_hubs_names_lead_back(name: str) -> None:
    assert name_of(f"data/{HUB_NAMES[name]}-00000-of-00001.parquet") == name
    assert name_of("letters/train-00000-of-00001.parquet") is None


def test_a_late_stand_in_takes_nothings_place() -> None:
    first = stand_in("first", settled=False)
    shown = samples.Samples(first)
    arrived = stand_in("arrived")
    assert shown.replace(arrived)
    assert not shown.replace(stand_in("late"), only=first)
    assert shown.source is arrived
