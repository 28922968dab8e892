"""What is taken for EMNIST Balanced and is not: the data sets beside it, and formats that this program does not read."""

import re
from collections.abc import Iterable
from enum import Enum
from pathlib import PurePath

import numpy as np

from hcr.alphabet import CLASS_COUNT
from hcr.errors import InputError

FEWEST = 20  # labels from which on a set is told by them: fewer may happen to be of few classes
INSTEAD = "This program reads EMNIST Balanced and ByMerge, 47 classes with the labels 0 to 46: give their files."


class DataSet(Enum):
    """A data set of 28x28 characters with other classes: its name in words, and what it has."""

    LETTERS = "EMNIST Letters", "26 letters whose two cases are one class, with the labels 1 to 26"
    DIGITS = "EMNIST Digits or MNIST", "ten digits, with the labels 0 to 9"
    BYCLASS = "EMNIST ByClass", "62 classes, with the labels 0 to 61"
    MNIST = "MNIST", "ten digits, with the labels 0 to 9"

    @property
    def sentence(self) -> str:
        """What it is, and what to give instead."""
        name, classes = self.value
        return f"this is {name}: {classes}. {INSTEAD}"


_NAMES = (
    (re.compile(r"emnist[-_. ]letters", re.I), DataSet.LETTERS),
    (re.compile(r"emnist[-_. ]digits", re.I), DataSet.DIGITS),
    (re.compile(r"emnist[-_. ]byclass", re.I), DataSet.BYCLASS),
    (
        re.compile(r"emnist[-_. ]mnist|(?<![a-z])mnist(?![a-z])|^t10k[-_.]|^train-(images|labels)[-.]idx", re.I),
        DataSet.MNIST,
    ),
)
_MAGIC = (
    (b"MATLAB 5.0", "a Matlab file"),
    (b"\x89HDF\r\n\x1a\n", "an HDF5 file (or Matlab's, from version 7.3 on)"),
    (b"\x93NUMPY", "a NumPy array (.npy)"),
    (b"PAR1", "a Parquet file"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"%PDF", "a PDF"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
)


def set_by_name(file: str) -> DataSet | None:
    """The other data set that a file is of, by its official name; None where the name says nothing."""
    name = PurePath(file).name
    return next((found for pattern, found in _NAMES if pattern.search(name)), None)


def set_by_labels(labels: np.ndarray) -> DataSet | None:
    """The other data set that whole numbers (n,) are the labels of; None where they may be Balanced's."""
    if len(labels) < FEWEST:
        return None
    lowest, highest, different = int(labels.min()), int(labels.max()), len(np.unique(labels))
    if CLASS_COUNT <= highest <= 61 and lowest >= 0:
        return DataSet.BYCLASS
    if lowest == 1 and highest == 26 and different >= FEWEST:
        return DataSet.LETTERS
    return DataSet.DIGITS if (lowest, highest, different) == (0, 9, 10) and len(labels) >= 5 * FEWEST else None


def check_labels(labels: np.ndarray, file: str) -> None:
    """Raises InputError, which names the file, where whole numbers (n,) are no labels of Balanced or another set's."""
    if found := set_by_labels(labels):
        raise InputError(f"{file}: {found.sentence}")
    if len(labels) and (labels.min() < 0 or labels.max() >= CLASS_COUNT):
        wrong = labels.max() if labels.max() >= CLASS_COUNT else labels.min()
        raise InputError(f"{file}: the label {wrong}; EMNIST Balanced and ByMerge have 0 to {CLASS_COUNT - 1}.")


def check_format(start: bytes, file: str) -> None:
    """Raises InputError where the first bytes of a file (16 or more) are those of a format that is not read."""
    for magic, what in _MAGIC:
        if start.startswith(magic):
            raise InputError(
                f"{file}: {what}, which is not read here. Give EMNIST as IDX files (NIST's gzip.zip) or as Kaggle's CSV."
            )


def explain(names: Iterable[str]) -> str:
    """What the files of a folder or archive are, where they are something else: a sentence with a space before it, or ""."""
    names = tuple(names)
    found = {other for name in names if (other := set_by_name(name))}
    if found:
        return " It holds " + " and ".join(sorted(other.value[0] for other in found)) + f". {INSTEAD}"
    for ending, what in ((".mat", "Matlab files"), (".npz", "NumPy archives"), (".npy", "NumPy arrays")):
        if any(name.lower().endswith(ending) for name in names):
            return f" It holds {what} ({ending}), which are not read here: take NIST's gzip.zip or Kaggle's CSV."
    return ""
