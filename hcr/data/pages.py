"""What one can look at in a split without a model: pages of its images, and the averages of its classes."""

from dataclasses import dataclass

import numpy as np

from hcr.alphabet import CLASS_COUNT
from hcr.data.split import Split
from hcr.image import SIDE


@dataclass(frozen=True)
class Page:
    """indices: int64 (n,) into the split; number: from 1 to pages; total: images of the class (or of all classes)."""

    indices: np.ndarray
    number: int
    pages: int
    total: int


def page(split: Split, label: int | None, number: int, size: int, seed: int) -> Page:
    """One page of the images of a class (None for all), in stored order for seed 0, else shuffled by that seed.

    A page number outside of what there is becomes the nearest that is.
    """
    members = np.arange(len(split)) if label is None else np.flatnonzero(split.labels == label)
    if seed:
        members = np.random.default_rng(seed).permutation(members)
    pages = max(1, -(-len(members) // size))
    number = min(max(1, number), pages)
    return Page(members[(number - 1) * size : number * size], number, pages, len(members))


@dataclass(frozen=True)
class Averages:
    """counts: int64 (47,); means: uint8 (47, 28, 28), raw, black where a class has no image; ink: float64 (47,), mean
    pixel value 0 to 255; description: of what, in words."""

    counts: np.ndarray
    means: np.ndarray
    ink: np.ndarray
    description: str


def averages(split: Split) -> Averages:
    """Counts, mean images and mean ink of each class."""
    means = np.zeros((CLASS_COUNT, SIDE, SIDE))
    for label in np.unique(split.labels):
        means[label] = split.images[split.labels == label].mean(0)
    return Averages(split.counts, np.round(means).astype(np.uint8), means.mean((1, 2)), split.description)
