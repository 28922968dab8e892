"""From splits to what a network trains on: the validation part, the extra images."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from hcr.alphabet import CLASS_COUNT
from hcr.data.generated import standin
from hcr.data.orientation import upright
from hcr.data.source import read
from hcr.data.split import fingerprint
from hcr.errors import InputError
from training.data import manifest
from training.data.opening import open_data
from training.data.used import UsedSplit
from training.data.used import of as used_split

VALIDATION_PER_CLASS = 100  # 4,700 images: a 95 % interval of +-0.9 points; the rarest class has 830 to give
GENERATED_PER_CLASS = 300  # 14,100 images, drawn in about five seconds
VALIDATION_SEED = 2017  # the year EMNIST came out; one seed for every recipe, so that all select on the same images


@dataclass(frozen=True)
class TrainingData:
    """Upright uint8 images (n, 28, 28) and labels uint8 (n,), for training and for validation.

    description: where the images come from, in words; fingerprint: SHA-256 over all training images and labels;
    splits: the whole splits that all these images were taken from; source: where those were, in words;
    manifest: what acquisition verified of them (see `training.data.manifest.named`), empty where it never did.
    """

    images: np.ndarray
    labels: np.ndarray
    validation_images: np.ndarray
    validation_labels: np.ndarray
    description: str
    fingerprint: str
    splits: tuple[UsedSplit, ...]
    source: str
    manifest: dict[str, str]


def prepare(source: Path | str, extra: str | None = None) -> TrainingData:
    """Read EMNIST Balanced from `source`, cut the validation part, add the train images of the split `extra`.

    source: whatever `hcr.data.source.open_source` opens; extra: "bymerge". Extra images that are bit-identical to a test
    image are left out, as are those identical to a validation image. Raises InputError for data that cannot be trained
    on, and the failures of `training.failures` where it is on the Hub and does not come.
    """
    opened = open_data(source)
    if opened.generated and extra:
        raise InputError(f"The generated stand-in has no split {extra!r}. Leave --extra out, or give a folder with EMNIST.")
    train = standin.generate(GENERATED_PER_CLASS) if opened.generated else read(opened, "balanced-train")
    used = [train]
    chosen = validation_indices(train.labels)
    kept = np.setdiff1d(np.arange(len(train)), chosen)
    images, labels = train.images[kept], train.labels[kept]
    description = f"{len(kept):,} of {train.description}"
    if extra:
        more = read(opened, f"{extra}-train")
        used.append(more)
        held_out = _row_keys(np.concatenate([read(opened, "balanced-test").images, train.images[chosen]]))
        allowed = ~np.isin(_row_keys(more.images), held_out)
        images = np.concatenate([images, more.images[allowed]])
        labels = np.concatenate([labels, more.labels[allowed]])
        description += f", and {int(allowed.sum()):,} of {more.description}"
    return TrainingData(
        images=np.ascontiguousarray(upright(images)),
        labels=labels,
        validation_images=np.ascontiguousarray(upright(train.images[chosen])),
        validation_labels=train.labels[chosen],
        description=description,
        fingerprint=fingerprint(images, labels),
        splits=tuple(map(used_split, used)),
        source=opened.origin,
        manifest=manifest.named(opened.location) if opened.location else {},
    )


def class_probabilities(labels: np.ndarray) -> np.ndarray:
    """How often each class is drawn: in proportion to the square root of its images, float64 (47,)."""
    roots = np.sqrt(np.bincount(labels, minlength=CLASS_COUNT))
    shares: np.ndarray = roots / roots.sum()
    return shares


def validation_indices(labels: np.ndarray) -> np.ndarray:
    """Which images of a train split are kept for validation: the same number of each class, by a fixed seed; sorted.

    At most a fifth of a class is taken, so that small data sets keep something to train on.
    """
    rng = np.random.default_rng(VALIDATION_SEED)
    parts = []
    for label in range(CLASS_COUNT):
        members = np.flatnonzero(labels == label)
        parts.append(rng.permutation(members)[: min(VALIDATION_PER_CLASS, len(members) // 5)])
    return np.sort(np.concatenate(parts))


def _row_keys(images: np.ndarray) -> np.ndarray:
    """One comparable item an image: its bytes."""
    rows = np.ascontiguousarray(images).reshape(len(images), -1)
    return rows.view(np.dtype((np.void, rows.shape[1]))).ravel()
