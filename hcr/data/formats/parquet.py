"""EMNIST splits from Parquet files, as the Hub keeps data sets: a column of encoded images and a column of labels."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np

from hcr.alphabet import CLASSES
from hcr.data.formats import other
from hcr.data.split import MAX_IMAGES, Split, name_of
from hcr.errors import InputError
from hcr.image import SIDE

if TYPE_CHECKING:
    from datasets import IterableDataset


def names(files: Iterable[str]) -> dict[str, list[str]]:
    """Which split each Parquet file is of, by its path: "data/test-00000-of-00001.parquet" is of "balanced-test"."""
    found: dict[str, list[str]] = {}
    for file in sorted(files):
        if file.endswith(".parquet") and (name := name_of(file)):
            found.setdefault(name, []).append(file)
    return found


def read_parquet(folder: Path, name: str) -> Split:
    """Read the split `name` from the Parquet files in a folder, one image after another into one array.

    The columns are those of `datasets`: "image" (Image) and "label" (ClassLabel with the 47 names, in any order, or
    whole numbers in EMNIST's order). Raises InputError: other columns, other classes, images of another size.
    """
    import datasets  # kept out of the app's start-up path: a second and a half
    import pyarrow.parquet

    files = names(str(file.relative_to(folder)) for file in folder.rglob("*.parquet"))[name]
    paths = [str(folder / file) for file in files]
    try:
        count = sum(pyarrow.parquet.read_metadata(path).num_rows for path in paths)
        if count > MAX_IMAGES:
            raise InputError(f"{files[0]}: {count:,} rows; no EMNIST split has more than {MAX_IMAGES:,}.")
        rows = datasets.load_dataset("parquet", data_files=paths, split="train", streaming=True)
        order = _label_order(rows, files[0])
        images, labels = np.empty((count, SIDE, SIDE), np.uint8), np.empty(count, np.uint8)
        for index, row in enumerate(rows.cast_column("image", datasets.Image(decode=False))):
            images[index] = _decode(row["image"]["bytes"], files[0], index)
            labels[index] = _label(row["label"], order, files[0], index)
        other.check_labels(labels, files[0])
    except InputError:
        raise
    except Exception as error:  # a damaged file makes pyarrow and datasets raise whatever they like
        raise InputError(f"{files[0]}: not a readable Parquet data set ({error}). Download it again.") from error
    return Split(images, labels, name, folder.name)


def _label_order(rows: "IterableDataset", file: str) -> np.ndarray:
    """From the file's labels to ours: uint8 (47,)."""
    columns = rows.features or {}
    if not {"image", "label"} <= set(columns):
        raise InputError(f"{file}: columns {', '.join(columns) or 'unknown'}; expected an image and a label column.")
    given = getattr(columns["label"], "names", None)
    if given is None:
        return np.arange(len(CLASSES), dtype=np.uint8)
    if sorted(given) != sorted(CLASSES):
        raise InputError(f"{file}: {len(given)} classes ({' '.join(given[:70])}); expected the 47 of EMNIST Balanced.")
    return np.array([CLASSES.index(name) for name in given], np.uint8)


def _label(value: object, order: np.ndarray, file: str, index: int) -> int:
    if not isinstance(value, int) or not 0 <= value < len(order):
        raise InputError(f"{file}: the label {value} in row {index}; expected 0 to {len(order) - 1}.")
    return int(order[value])


def _decode(data: bytes | None, file: str, index: int) -> np.ndarray:
    image = cv2.imdecode(np.frombuffer(data or b"", np.uint8), cv2.IMREAD_GRAYSCALE) if data else None
    if image is None or image.shape != (SIDE, SIDE):
        found = "no image" if image is None else f"{image.shape[1]}x{image.shape[0]} pixels"
        raise InputError(f"{file}: {found} in row {index}; EMNIST's images are {SIDE}x{SIDE}.")
    return image
