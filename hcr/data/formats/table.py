"""Kaggle's CSV of EMNIST: on each row a label, then 784 values; with or without a line of headings."""

import io
from typing import TYPE_CHECKING, BinaryIO

import numpy as np

from hcr.data.formats import damaged, other
from hcr.data.split import MAX_IMAGES
from hcr.errors import InputError
from hcr.image import SIDE

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

VALUES = 1 + SIDE * SIDE
LONGEST_LINE = 1 << 15  # bytes; 785 headings or numbers take 3 to 9 kB. Looked at before pandas sees the file
_CHUNK = 10_000  # rows
_EMPTY_LINES = 100  # before the first row


def read_csv(stream: BinaryIO, file: str) -> tuple[np.ndarray, np.ndarray]:
    """Read a CSV: images uint8 (n, 28, 28) as stored and labels uint8 (n,).

    file: its name in errors. Raises InputError: other than 785 whole numbers a row, a pixel outside 0 to 255, labels
    of another data set, too many rows, a damaged file.
    """
    with damaged.named(file):
        first = _first_line(stream)
    head = b"" if _is_heading(first, file) else first
    images, labels = _rows(io.BufferedReader(_Rejoined(head, stream)), file)
    other.check_labels(labels, file)
    return images, labels


def _first_line(stream: BinaryIO) -> bytes:
    for _ in range(_EMPTY_LINES):
        line = stream.readline(LONGEST_LINE)
        if not line or line.strip():
            return line.removeprefix(b"\xef\xbb\xbf")
    return b""


def _is_heading(line: bytes, file: str) -> bool:
    """Whether the first line names the columns. Raises InputError where it has not 785 entries or the label elsewhere."""
    other.check_format(line, file)
    cells = line.strip().split(b",")
    if not line.strip() or b"\0" in line:
        raise InputError(f"{file}: not a CSV of {VALUES} whole numbers a row.")
    if len(cells) != VALUES:
        for separator, name in ((b";", "semicolons"), (b"\t", "tabs"), (b" ", "blanks")):
            if line.strip().count(separator) == VALUES - 1:
                raise InputError(f"{file}: its values stand between {name}; expected commas. Save it with commas.")
        found = f"has {len(cells):,} values"
        if len(line) >= LONGEST_LINE and not line.endswith(b"\n"):
            found = f"goes on for more than {LONGEST_LINE >> 10} kB"
        raise InputError(
            f"{file}: not a CSV of {VALUES} whole numbers a row: the first line {found}; "
            f"expected {VALUES} values, a label and then {VALUES - 1} pixels."
        )
    if any(_is_number(cells[place]) for place in (0, 1, VALUES - 1)):
        return False
    named = [cell.strip(b" \"'").lower() for cell in cells]
    if b"label" in named[1:]:
        raise InputError(
            f"{file}: the first line is a header, with the label in column {named.index(b'label') + 1}; put it first."
        )
    return True


def _is_number(cell: bytes) -> bool:
    try:
        float(cell.strip(b" \"'\r\n"))
    except ValueError:
        return False
    return True


def _rows(stream: io.BufferedReader, file: str) -> tuple[np.ndarray, np.ndarray]:
    import pandas as pd  # kept out of the app's start-up path

    images: list[np.ndarray] = []
    labels: list[np.ndarray] = []
    read = 0
    try:
        with damaged.named(file):
            for chunk in pd.read_csv(stream, header=None, chunksize=_CHUNK):
                values = chunk.to_numpy()
                rows = f"rows {read + 1} to {read + len(values)}"
                if values.dtype.kind not in "iu":
                    raise InputError(f"{file}: a value in {rows} is missing or no whole number.")
                if values[:, 1:].min() < 0 or values[:, 1:].max() > 255:
                    raise InputError(f"{file}: a pixel outside 0 to 255 in {rows}.")
                if values[:, 0].min() < 0 or values[:, 0].max() > 255:
                    other.check_labels(values[:, 0], file)  # before they are cut to a byte
                images.append(values[:, 1:].astype(np.uint8))
                labels.append(values[:, 0].astype(np.uint8))
                read += len(values)
                if read > MAX_IMAGES:
                    raise InputError(f"{file}: more than {MAX_IMAGES:,} rows; no EMNIST split is that large.")
    except (pd.errors.ParserError, pd.errors.EmptyDataError, UnicodeDecodeError) as error:
        raise InputError(f"{file}: not a CSV of {VALUES} whole numbers a row ({str(error).strip()}).") from error
    if not images:
        raise InputError(f"{file}: no rows in it.")
    return np.concatenate(images).reshape(-1, SIDE, SIDE), np.concatenate(labels)


class _Rejoined(io.RawIOBase):
    """A stream with the line in front again that was read from it."""

    def __init__(self, head: bytes, rest: BinaryIO) -> None:
        self._head, self._rest = head, rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        view = memoryview(buffer).cast("B")
        data = self._head[: len(view)] or self._rest.read(len(view))
        self._head = self._head[len(data) :]
        view[: len(data)] = data
        return len(data)
