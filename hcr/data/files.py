"""EMNIST splits from NIST's IDX files (gzip or not) or the Kaggle CSV files, in a folder or a zip.

Every reader gives the images as they are stored: transposed (see `hcr.data.orientation`).
"""

import gzip
import struct
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

import numpy as np

from hcr.alphabet import CLASS_COUNT
from hcr.data.split import MAX_IMAGES, Split
from hcr.errors import InputError
from hcr.image import SIDE

_IMAGES, _LABELS = "-images-idx3-ubyte", "-labels-idx1-ubyte"
IMAGE_MAGIC, LABEL_MAGIC = 2051, 2049  # IDX: unsigned bytes in three and in one dimension


def read_split(source: Path | str, name: str) -> Split:
    """Read the split `name` ("balanced-train", "balanced-test", "bymerge-train", ...) from a folder or a zip file.

    Looks for `emnist-NAME-images-idx3-ubyte` with its labels file, each plain or .gz, then for `emnist-NAME.csv`,
    at the top or in any sub-folder. Raises InputError: nothing found, or a file is damaged.
    """
    path = Path(source)
    if not path.exists():
        raise InputError(f"{path}: no such folder or zip file. Give the folder that holds the EMNIST files.")
    with _files(path) as files:
        stems = {Path(file).name.removesuffix(".gz"): file for file in sorted(files)}
        images_file, labels_file = stems.get(f"emnist-{name}{_IMAGES}"), stems.get(f"emnist-{name}{_LABELS}")
        csv_file = stems.get(f"emnist-{name}.csv")
        if images_file and labels_file:
            with files.open(images_file) as stream:
                images = read_idx_images(stream, images_file)
            with files.open(labels_file) as stream:
                labels = read_idx_labels(stream, labels_file)
            if len(images) != len(labels):
                raise InputError(f"{images_file} has {len(images):,} images but {labels_file} has {len(labels):,} labels.")
            return Split(images, labels, name, str(path))
        if csv_file:
            with files.open(csv_file) as stream:
                images, labels = read_csv(stream, csv_file)
            return Split(images, labels, name, str(path))
    raise InputError(
        f"{path}: no EMNIST {name} here. Expected emnist-{name}-images-idx3-ubyte(.gz) and "
        f"emnist-{name}-labels-idx1-ubyte(.gz), or emnist-{name}.csv."
    )


def available(source: Path | str) -> tuple[str, ...]:
    """The names of all splits that a folder or a zip file has files of, sorted. Raises InputError for neither of them."""
    with _files(Path(source)) as files:
        stems = {Path(file).name.removesuffix(".gz") for file in files}
    pairs = {stem.removesuffix(_IMAGES) for stem in stems if stem.endswith(_IMAGES)}
    pairs &= {stem.removesuffix(_LABELS) for stem in stems if stem.endswith(_LABELS)}
    tables = {stem.removesuffix(".csv") for stem in stems if stem.endswith(".csv")}
    return tuple(sorted(stem.removeprefix("emnist-") for stem in pairs | tables if stem.startswith("emnist-")))


def read_idx_images(stream: BinaryIO, file: str) -> np.ndarray:
    """Read an IDX image file (already decompressed): uint8 (n, 28, 28). `file` names it in errors."""
    magic, count, rows, columns = struct.unpack(">4I", _exactly(stream, 16, file, "its header"))
    if magic != IMAGE_MAGIC:
        raise InputError(f"{file}: an IDX image file starts with {IMAGE_MAGIC}, this one with {magic}.")
    if (rows, columns) != (SIDE, SIDE):
        raise InputError(f"{file}: images of {rows}x{columns} pixels; EMNIST's are {SIDE}x{SIDE}.")
    pixels = _body(stream, count, SIDE * SIDE, file)
    return pixels.reshape(count, SIDE, SIDE)


def read_idx_labels(stream: BinaryIO, file: str) -> np.ndarray:
    """Read an IDX label file (already decompressed): uint8 (n,), 0 to 46. `file` names it in errors."""
    magic, count = struct.unpack(">2I", _exactly(stream, 8, file, "its header"))
    if magic != LABEL_MAGIC:
        raise InputError(f"{file}: an IDX label file starts with {LABEL_MAGIC}, this one with {magic}.")
    labels = _body(stream, count, 1, file)
    _check_labels(labels, file)
    return labels


def read_csv(stream: BinaryIO, file: str) -> tuple[np.ndarray, np.ndarray]:
    """Read Kaggle's CSV: on each row a label, then 784 values, no header row.

    Returns images uint8 (n, 28, 28) and labels uint8 (n,). `file` names the file in errors.
    """
    import pandas as pd  # kept out of the app's start-up path

    images: list[np.ndarray] = []
    labels: list[np.ndarray] = []
    read = 0
    try:
        for chunk in pd.read_csv(stream, header=None, chunksize=10_000):
            if chunk.shape[1] != 1 + SIDE * SIDE:
                raise InputError(f"{file}: rows of {chunk.shape[1]} values; expected 785, a label and then 784 pixels.")
            values = chunk.to_numpy()
            whole = values.dtype.kind in "iu"
            if not whole:
                raise InputError(
                    f"{file}: a value in rows {read + 1} to {read + len(values)} is missing or no whole number."
                )
            if values[:, 1:].min() < 0 or values[:, 1:].max() > 255:
                raise InputError(f"{file}: a pixel outside 0 to 255 in rows {read + 1} to {read + len(values)}.")
            _check_labels(values[:, 0], file)
            images.append(values[:, 1:].astype(np.uint8))
            labels.append(values[:, 0].astype(np.uint8))
            read += len(values)
            if read > MAX_IMAGES:
                raise InputError(f"{file}: more than {MAX_IMAGES:,} rows; no EMNIST split is that large.")
    except (pd.errors.ParserError, pd.errors.EmptyDataError, UnicodeDecodeError) as error:
        raise InputError(f"{file}: not a CSV of 785 whole numbers a row ({str(error).strip()}).") from error
    if not images:
        raise InputError(f"{file}: no rows in it.")
    return np.concatenate(images).reshape(-1, SIDE, SIDE), np.concatenate(labels)


def _check_labels(labels: np.ndarray, file: str) -> None:
    if len(labels) and (labels.min() < 0 or labels.max() >= CLASS_COUNT):
        wrong = labels.max() if labels.max() >= CLASS_COUNT else labels.min()
        raise InputError(
            f"{file}: the label {wrong}; EMNIST Balanced and ByMerge have 0 to {CLASS_COUNT - 1}. "
            "(ByClass, with its 62 classes, is another data set.)"
        )


def _body(stream: BinaryIO, count: int, size: int, file: str) -> np.ndarray:
    """The `count` items of `size` bytes behind an IDX header, no more and no fewer."""
    if count > MAX_IMAGES:
        raise InputError(f"{file}: its header promises {count:,} items; no EMNIST split has more than {MAX_IMAGES:,}.")
    data = _exactly(stream, count * size, file, f"{count:,} items")
    if stream.read(1):
        raise InputError(f"{file}: its header promises {count:,} items, but more follows. Download it again.")
    return np.frombuffer(data, np.uint8)


def _exactly(stream: BinaryIO, size: int, file: str, what: str) -> bytes:
    """`size` bytes of the stream; never reads more than that, however much a compressed file would give."""
    try:
        data = stream.read(size)
    except (EOFError, gzip.BadGzipFile, zipfile.BadZipFile, OSError) as error:
        raise InputError(f"{file}: cannot be decompressed ({error}). Download it again.") from error
    if len(data) != size:
        raise InputError(f"{file}: cut short: {what} need {size:,} bytes, found {len(data):,}. Download it again.")
    return data


class _Files:
    """The files of a folder or of a zip, by name; a .gz is opened decompressed."""

    def __init__(self, names: list[str], open_raw) -> None:
        self._names = names
        self._open_raw = open_raw

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    @contextmanager
    def open(self, name: str) -> Iterator[BinaryIO]:
        with self._open_raw(name) as raw_stream:
            if name.endswith(".gz"):
                with gzip.open(raw_stream) as stream:
                    yield cast(BinaryIO, stream)
            else:
                yield raw_stream


@contextmanager
def _files(path: Path) -> Iterator[_Files]:
    if path.is_dir():
        names = [str(file.relative_to(path)) for file in path.rglob("emnist-*") if file.is_file()]
        yield _Files(names, lambda name: (path / name).open("rb"))
        return
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError) as error:
        raise InputError(f"{path}: neither a folder nor a zip file ({error}).") from error
    with archive:
        yield _Files(archive.namelist(), lambda name: cast(BinaryIO, archive.open(name)))
