"""NIST's IDX files, already decompressed: a header of big-endian numbers, then one byte a pixel or a label."""

import struct
from typing import BinaryIO

import numpy as np

from hcr.data.formats import damaged, other
from hcr.data.split import MAX_IMAGES
from hcr.errors import InputError
from hcr.image import SIDE

IMAGE_MAGIC, LABEL_MAGIC = 2051, 2049  # unsigned bytes in three and in one dimension


def read_images(stream: BinaryIO, file: str) -> np.ndarray:
    """An IDX image file: uint8 (n, 28, 28) as stored. file: its name in errors. Raises InputError for anything else."""
    magic, count, rows, columns = struct.unpack(">4I", _exactly(stream, 16, file, "its header"))
    if magic != IMAGE_MAGIC:
        raise InputError(f"{file}: an IDX image file starts with {IMAGE_MAGIC}, this one with {magic}.")
    if (rows, columns) != (SIDE, SIDE):
        raise InputError(f"{file}: images of {rows}x{columns} pixels; EMNIST's are {SIDE}x{SIDE}.")
    return _body(stream, count, SIDE * SIDE, file).reshape(count, SIDE, SIDE)


def read_labels(stream: BinaryIO, file: str) -> np.ndarray:
    """An IDX label file: uint8 (n,), 0 to 46. file: its name in errors. Raises InputError for anything else, and for
    the labels of another data set."""
    magic, count = struct.unpack(">2I", _exactly(stream, 8, file, "its header"))
    if magic != LABEL_MAGIC:
        raise InputError(f"{file}: an IDX label file starts with {LABEL_MAGIC}, this one with {magic}.")
    labels = _body(stream, count, 1, file)
    other.check_labels(labels, file)
    return labels


def _body(stream: BinaryIO, count: int, size: int, file: str) -> np.ndarray:
    """The `count` items of `size` bytes behind a header, no more and no fewer."""
    if count > MAX_IMAGES:
        raise InputError(f"{file}: its header promises {count:,} items; no EMNIST split has more than {MAX_IMAGES:,}.")
    data = _exactly(stream, count * size, file, f"{count:,} items")
    with damaged.named(file):  # here gzip and zip hold their checksum against what they gave
        more = stream.read(1)
    if more:
        raise InputError(f"{file}: its header promises {count:,} items, but more follows. Download it again.")
    return np.frombuffer(data, np.uint8)


def _exactly(stream: BinaryIO, size: int, file: str, what: str) -> bytes:
    """`size` bytes of the stream; never reads more than that, however much a compressed file would give."""
    with damaged.named(file):
        data = stream.read(size)
    if len(data) != size:
        raise InputError(f"{file}: cut short: {what} need {size:,} bytes, found {len(data):,}. Download it again.")
    return data
