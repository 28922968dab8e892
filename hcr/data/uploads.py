"""Somebody's own copy of EMNIST, checked: how it is stored, and which classes look wrong. Nothing of it is kept."""

import gzip
import io
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

import numpy as np

from hcr.data.formats import damaged, idx, other, table
from hcr.data.orientation import Verdict, detect
from hcr.errors import InputError

MAX_FILE = 64 << 20  # bytes; the Balanced test split is 35 MB as CSV, the train split 53 MB as gzipped IDX
MAX_UNPACKED = 128 << 20  # bytes; the Balanced train split has 88 MB of pixels
JUDGED = 4_000  # images, spread over the file: more change no verdict
SHOWN = 12


@dataclass(frozen=True)
class CheckedUpload:
    """verdict; images: uint8 (n, 28, 28), a few of them as stored, spread over the file, with labels uint8 (n,) or
    None where the upload has none, and where they stand in it, int64 (n,); total: images in the upload."""

    verdict: Verdict
    images: np.ndarray
    labels: np.ndarray | None
    indices: np.ndarray
    total: int


def check_upload(files: list[Path]) -> CheckedUpload:
    """Judge a Kaggle-style CSV, or an IDX image file with or without its label file; each may be gzipped.

    Raises InputError with a sentence for everything that is none of this, too large, or damaged.
    """
    images, labels = read_upload(files)
    if not len(images):
        raise InputError(f"{files[0].name}: no image in it.")
    judged = np.unique(np.linspace(0, len(images) - 1, JUDGED).astype(int))
    verdict = detect(images[judged], None if labels is None else labels[judged])
    shown = np.unique(np.linspace(0, len(images) - 1, SHOWN).astype(int))
    return CheckedUpload(verdict, images[shown].copy(), None if labels is None else labels[shown], shown, len(images))


def read_upload(files: list[Path]) -> tuple[np.ndarray, np.ndarray | None]:
    """Images uint8 (n, 28, 28) as stored, and labels uint8 (n,) or None. Raises InputError, see `check_upload`."""
    if not 1 <= len(files) <= 2:
        raise InputError("Choose one CSV file, or an IDX image file together with its label file.")
    for file in files:
        if (size := file.stat().st_size) > MAX_FILE:
            raise InputError(
                f"{file.name}: {size / 2**20:.0f} MB; at most {MAX_FILE >> 20} MB can be checked here. "
                "The test split, or the first 20,000 rows, are enough to tell."
            )
        if found := other.set_by_name(file.name):
            raise InputError(f"{file.name}: {found.sentence}")
    kinds = {_kind(file): file for file in files}
    if len(kinds) < len(files):
        raise InputError("Two files of the same kind. Choose one CSV file, or an IDX image file with its label file.")
    if len(files) == 2 and "csv" in kinds:
        raise InputError("A CSV file holds its labels itself: choose it alone.")
    if "csv" in kinds:
        with _open(kinds["csv"]) as stream:
            return table.read_csv(stream, kinds["csv"].name)
    if "images" not in kinds:
        raise InputError(f"{kinds['labels'].name} holds labels only. Choose it together with its image file (idx3).")
    with _open(kinds["images"]) as stream:
        images = idx.read_images(stream, kinds["images"].name)
    if "labels" not in kinds:
        return images, None
    with _open(kinds["labels"]) as stream:
        labels = idx.read_labels(stream, kinds["labels"].name)
    if len(images) != len(labels):
        raise InputError(
            f"{kinds['images'].name} has {len(images):,} images but {kinds['labels'].name} has {len(labels):,} labels."
        )
    return images, labels


def _kind(file: Path) -> str:
    """ "images", "labels" or "csv": by the IDX magic number, else by the name."""
    with _open(file) as stream, damaged.named(file.name):
        start = stream.read(64)
    if not start:
        raise InputError(f"{file.name}: the file is empty.")
    if start[:2] == b"PK":
        raise InputError(_in_zip(file))
    other.check_format(start, file.name)
    magic = int.from_bytes(start[:4], "big")
    name = file.name.lower()
    if magic == idx.LABEL_MAGIC or "idx1" in name:
        return "labels"
    if magic == idx.IMAGE_MAGIC or "idx3" in name or "ubyte" in name:
        return "images"
    return "csv"


def _in_zip(file: Path) -> str:
    """What a file is that starts as a zip does."""
    try:
        with zipfile.ZipFile(file) as archive:
            held = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        held = []
    if held and all(name.endswith(".npy") for name in held):
        return f"{file.name}: a NumPy archive (.npz), which is not read here. Give IDX files or a CSV."
    return f"{file.name} is a zip file. Unpack it and choose the files inside."


def _open(file: Path) -> BinaryIO:
    """The file, decompressed where it is gzipped, by its first bytes; it gives at most MAX_UNPACKED bytes."""
    with file.open("rb") as stream:
        packed = stream.read(2) == b"\x1f\x8b"
    opened = cast(BinaryIO, gzip.open(file) if packed else file.open("rb"))  # noqa: SIM115, closed by what wraps it
    return cast(BinaryIO, _Bounded(opened, file.name))


class _Bounded(io.BufferedIOBase):
    """A stream that refuses to give more than MAX_UNPACKED bytes, however small the compressed file is, and takes no
    memory for more than that, whatever a header promises."""

    def __init__(self, stream: BinaryIO, name: str) -> None:
        self._stream, self._name, self._left = stream, name, MAX_UNPACKED

    def readable(self) -> bool:
        return True

    def read(self, size: int | None = -1) -> bytes:
        wanted = self._left + 1 if size is None or size < 0 else size
        data = self._stream.read(min(wanted, self._left + 1))
        self._left -= len(data)
        if self._left < 0:
            raise InputError(f"{self._name}: more than {MAX_UNPACKED >> 20} MB once unpacked; at most that can be checked.")
        return data

    def read1(self, size: int = -1) -> bytes:
        return self.read(1 << 16 if size < 0 else size)

    def close(self) -> None:
        self._stream.close()
        super().close()
