"""Splits written to files the way NIST, Kaggle and the Hub offer them."""

import gzip
import io
import struct
from pathlib import Path

import cv2
import numpy as np
import pyarrow
import pyarrow.parquet

from hcr.alphabet import CLASSES
from hcr.data.split import Split


def idx_images(images: np.ndarray, count: int | None = None, magic: int = 2051) -> bytes:
    """An IDX image file; count and magic may lie."""
    return struct.pack(">4I", magic, len(images) if count is None else count, 28, 28) + images.tobytes()


def idx_labels(labels: np.ndarray) -> bytes:
    return struct.pack(">2I", 2049, len(labels)) + labels.tobytes()


def idx_files(split: Split) -> dict[str, bytes]:
    """Both files by their official names, gzipped."""
    stem = f"emnist-{split.name}"
    return {
        f"{stem}-images-idx3-ubyte.gz": gzip.compress(idx_images(split.images), 1),
        f"{stem}-labels-idx1-ubyte.gz": gzip.compress(idx_labels(split.labels), 1),
    }


def csv_rows(split: Split) -> np.ndarray:
    """int64 (n, 785): a label, then the pixels."""
    return np.concatenate([split.labels[:, None], split.images.reshape(len(split), -1)], 1).astype(int)


def csv(rows: np.ndarray) -> bytes:
    stream = io.StringIO()
    np.savetxt(stream, rows, fmt="%d", delimiter=",")
    return stream.getvalue().encode()


def parquet(split: Split, names: str | None = CLASSES) -> bytes:
    """As `datasets` writes Image and ClassLabel columns; the label's names in any order, None for whole numbers alone."""
    import datasets

    features: dict = {"image": datasets.Image(), "label": datasets.Value("int64")}
    labels = [int(label) for label in split.labels]
    if names is not None:
        features["label"] = datasets.ClassLabel(names=list(names))
        labels = [names.index(CLASSES[label]) for label in labels]
    pictures = [{"bytes": cv2.imencode(".png", image)[1].tobytes(), "path": None} for image in split.images]
    schema = datasets.Features(features).arrow_schema
    stream = io.BytesIO()
    pyarrow.parquet.write_table(pyarrow.table({"image": pictures, "label": labels}, schema=schema), stream)
    return stream.getvalue()


def write(folder: Path, files: dict[str, bytes]) -> Path:
    """Write the files into a folder, which is made; returns the folder."""
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder
