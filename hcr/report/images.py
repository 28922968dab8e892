"""The images that a report is of, where they are on this machine, and reports of other models on the same images."""

import os
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np

from hcr import hub
from hcr.alphabet import CLASSES
from hcr.data.generated.standin import DEFAULT_SIZES, stand_in
from hcr.data.orientation import upright
from hcr.data.reference import statistics
from hcr.data.samples import Samples
from hcr.data.split import Split
from hcr.errors import InputError
from hcr.model import bundle, remote
from hcr.model.bundle import Bundle
from hcr.model.classifier import Classifier
from hcr.report import evaluation
from hcr.report.evaluation import Report
from hcr.report.predictions import Provenance, predict


def split_for(provenance: Provenance, samples: Samples) -> Split | None:
    """The split that a report is of; None where this machine has other images than the report's, or none."""
    source = samples.source
    if provenance.generated:
        found = stand_in(provenance.split) if provenance.split in DEFAULT_SIZES else None
    else:
        found = samples.split(provenance.split) if not source.generated and provenance.split in source.names else None
    return found if found is not None and found.fingerprint == provenance.images_sha256 else None


def images_for(provenance: Provenance, samples: Samples) -> np.ndarray | None:
    """The images of a report, upright uint8 (n, 28, 28), by its index; None where they are not here."""
    split = split_for(provenance, samples)
    return None if split is None else upright(split.images)


def absence(provenance: Provenance, samples: Samples) -> str:
    """Why the images of a report are not shown, and how to get them: a sentence or two."""
    source = samples.source
    if not source.settled:
        return f"The images of this report are on their way. {source.note}"
    if source.generated or provenance.split not in source.names:
        return (
            "The images of this report are not on this machine. Set HCR_DATASET to a folder with the EMNIST files, or to a "
            "Hub data set, and start the program again to see them here."
        )
    return f"The {provenance.split} images here, from {source.origin}, are not those that this report is of."


def class_means() -> dict[str, np.ndarray]:
    """The mean image of each class, upright uint8 (28, 28), by name; empty where the program has none."""
    try:
        means = upright(statistics().means)
    except InputError:
        return {}
    return dict(zip(CLASSES, means, strict=True))


def report_of(name: str, like: Report, samples: Samples, progress: Callable[[Iterable[int]], Iterable[int]]) -> Report:
    """The report of another bundle on the images of `like`: its own, or one made now where the images are here.

    name: a folder, or a Hub repository with an optional @revision. Raises InputError.
    """
    other = open_bundle(name.strip())
    split = split_for(like.predictions.provenance, samples)
    try:
        found = evaluation.open_report(other)
    except InputError:
        if split is None:
            raise
    else:
        if split is None or found.predictions.provenance.images_sha256 == like.predictions.provenance.images_sha256:
            return found
    return evaluation.report(predict(Classifier(other), split, progress))


def open_bundle(name: str) -> Bundle:
    """A bundle by its folder or Hub repository. Raises InputError."""
    if not name:
        raise InputError("Name a model: a bundle's folder, or a Hub repository such as user/model@v1.")
    wanted = hub.parse(name)
    if isinstance(wanted, Path):
        if "SPACE_ID" in os.environ:  # set by Hugging Face: visitors of a public page have no business in its folders
            raise InputError("Name a model on the Hub, such as user/model@v1; folders can be compared on your own machine.")
        return bundle.open_bundle(wanted)
    try:
        return remote.fetch(wanted)
    except Exception as error:  # the Hub client has many; `explain` puts them into words
        if copy := remote.cached(wanted):
            return copy
        raise InputError(f"{name} cannot be compared: {hub.explain(error, name)}.") from error
