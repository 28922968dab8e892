"""One split of EMNIST: its images as they are stored, with their labels, and what is said of it."""

import hashlib
import re
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from hcr.alphabet import CLASS_COUNT
from hcr.errors import InputError
from hcr.image import SIDE

OFFICIAL_COUNTS = {"balanced-train": 112_800, "balanced-test": 18_800, "bymerge-train": 697_932, "bymerge-test": 116_323}
"""Images in each official split (Cohen et al. 2017, table II)."""

TRAIN_SPLITS = ("balanced-train", "bymerge-train")

HUB_NAMES = {
    "balanced-train": "train",
    "balanced-test": "test",
    "bymerge-train": "bymerge_train",
    "bymerge-test": "bymerge_test",
}
"""What each split is called where it is one of a data set on the Hub; see `name_of` for the way back."""

_PART = re.compile(r"(-\d+-of-\d+)?(\.parquet)?$")
_OTHERS = {"letters", "digits", "byclass", "mnist"}  # EMNIST's other sets, with other classes

MAX_IMAGES = 1_000_000  # more than the largest official split (814,255): a larger header is a lie


@dataclass(frozen=True)
class Split:
    """Images as EMNIST stores them, with their labels.

    images: uint8 (n, 28, 28), 0 = paper, 255 = ink, raw (transposed); labels: uint8 (n,), 0 to 46;
    name: the split's official name, such as "balanced-test"; source: where it came from, in words.
    """

    images: np.ndarray
    labels: np.ndarray
    name: str
    source: str
    generated: bool = False

    def __post_init__(self) -> None:
        if self.images.dtype != np.uint8 or self.images.shape != (len(self.labels), SIDE, SIDE):
            raise InputError(
                f"{self.source}: {len(self.labels):,} labels and images of shape {self.images.shape}, {self.images.dtype}; "
                f"expected uint8 images of shape ({len(self.labels)}, {SIDE}, {SIDE})."
            )

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def counts(self) -> np.ndarray:
        """Images of each class: int64 (47,)."""
        return np.bincount(self.labels, minlength=CLASS_COUNT)

    @property
    def official_count(self) -> int | None:
        """Images in the official split of this name; None for a split that NIST does not have."""
        return None if self.generated else OFFICIAL_COUNTS.get(self.name)

    @cached_property
    def fingerprint(self) -> str:
        """See `fingerprint`."""
        return fingerprint(self.images, self.labels)

    @property
    def description(self) -> str:
        """A sentence on what this is and whether it is whole."""
        if self.generated:
            return f"{len(self):,} generated characters (not EMNIST)"
        total = self.official_count
        if total is None:
            return f"{len(self):,} images of {self.name}"
        if len(self) == total:
            return f"all {total:,} images of EMNIST {self.name}"
        return f"{len(self):,} images of EMNIST {self.name}, partial: the official split has {total:,}"


def name_of(file: str) -> str | None:
    """The official split that a Parquet file or a split on the Hub is of, by the words of its path: "balanced-test" for
    "data/test-00000-of-00001.parquet", "bymerge-train" for "bymerge_train"; None for anything else."""
    words = re.split(r"[/_. -]+", _PART.sub("", file).lower())
    if words[-1] not in ("train", "test") or set(words) & _OTHERS:
        return None
    return f"{'bymerge' if 'bymerge' in words else 'balanced'}-{words[-1]}"


def fingerprint(images: np.ndarray, labels: np.ndarray) -> str:
    """SHA-256, in hexadecimal, over the bytes of the images as stored and of the labels."""
    digest = hashlib.sha256(images.tobytes())
    digest.update(labels.tobytes())
    return digest.hexdigest()
