"""The images that a report is of, where they are on this machine, and reports of other models on the same images."""

import os
from collections.abc import Callable, Iterable

import numpy as np

from hcr import hub
from hcr.alphabet import CLASSES
from hcr.data.generated.standin import DEFAULT_SIZES, stand_in
from hcr.data.orientation import upright
from hcr.data.reference import statistics
from hcr.data.samples import Samples
from hcr.data.split import Split
from hcr.errors import InputError
from hcr.model import opening, remote
from hcr.model.apart import Apart
from hcr.model.bundle import Bundle
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
    """The report of another bundle on the images of `like`: its own, or one made now where the images are here, by a
    process of its own (see `hcr.model.apart`).

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
    with Apart(other) as network:
        return evaluation.report(predict(network, split, progress))


def open_bundle(name: str) -> Bundle:
    """The bundle that somebody wants to compare with, by its folder or Hub repository. Raises InputError.

    On one's own machine whoever sits before the page is its owner: folders, and whatever this machine's Hub token may
    read. A Space's visitors get what the owner lists in HCR_COMPARE (USER/NAME, separated by commas), fetched without any
    token; no folder, and no copy that the owner's token brought here.
    """
    if not name:
        raise InputError("Name a model: a bundle's folder, or a Hub repository such as user/model@v1.")
    if "SPACE_ID" not in os.environ:  # set by Hugging Face
        return opening.find_bundle(hub.parse(name))
    allowed = [entry.strip() for entry in os.environ.get("HCR_COMPARE", "").split(",") if entry.strip()]
    if not allowed:
        raise InputError("This Space compares with no other model. Run the program on your own machine to compare models.")
    if name.partition("@")[0] not in allowed:
        raise InputError(f"This Space compares with {', '.join(allowed)} only. Name one of them, such as {allowed[0]}@v1.")
    return remote.fetch(hub.parse_repo(name), token=False)
