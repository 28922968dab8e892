"""The images that a report is of, where they are on this machine, and reports of other models on the same images."""

import os
from collections.abc import Callable, Iterable
from functools import lru_cache
from pathlib import Path

import numpy as np

from hcr import bundle, emnist, evaluation
from hcr.classifier import Classifier
from hcr.emnist import Split
from hcr.errors import InputError
from hcr.evaluation import Report
from hcr.orientation import upright
from hcr.predictions import Provenance, fingerprint, predict
from hcr.standin import stand_in


@lru_cache(maxsize=4)
def split_for(provenance: Provenance) -> Split | None:
    """The split that a report is of; None where the source has other images than the report, or none."""
    try:
        found = stand_in(provenance.split) if provenance.generated else _real(provenance.split)
    except (InputError, KeyError):
        return None
    return found if fingerprint(found.images, found.labels) == provenance.images_sha256 else None


def images_for(provenance: Provenance) -> np.ndarray | None:
    """The images of a report, upright uint8 (n, 28, 28), by its index; None where they are not here."""
    split = split_for(provenance)
    return None if split is None else upright(split.images)


def _real(name: str) -> Split:
    return emnist.load(os.environ.get("HCR_DATASET") or "no data set", name)


def class_means() -> dict[str, np.ndarray]:
    """The mean image of each class, upright uint8 (28, 28), by name; empty where the program has none."""
    return {}


def report_of(name: str, like: Report, progress: Callable[[Iterable[int]], Iterable[int]]) -> Report:
    """The report of another bundle on the images of `like`: its own, or one made now where the images are here.

    name: a folder, or a Hub repository with an optional @revision. Raises InputError.
    """
    other = open_bundle(name.strip())
    split = split_for(like.predictions.provenance)
    try:
        found = evaluation.load(other)
    except InputError:
        if split is None:
            raise
    else:
        if split is None or found.predictions.provenance.images_sha256 == like.predictions.provenance.images_sha256:
            return found
    return evaluation.report(predict(Classifier(other), split, progress))


def open_bundle(name: str) -> bundle.Bundle:
    """A bundle by its folder or Hub repository."""
    if not name:
        raise InputError("Name a model: a bundle's folder, or a Hub repository such as user/model@v1.")
    return bundle.load(Path(name))
