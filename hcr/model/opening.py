"""A model asked for by name is opened or refused, never replaced. (Only `hcr.model.serving` falls back, and says so.)"""

from pathlib import Path

import numpy as np

from hcr import hub
from hcr.errors import InputError
from hcr.hub import Unreachable, Wanted
from hcr.image import SIDE
from hcr.model import bundle, remote
from hcr.model.bundle import Bundle
from hcr.model.classifier import Classifier


def open_model(name: str | None = None) -> Classifier:
    """The model of that name, checked and ready to read.

    name: a bundle's folder, or a repo on the Hub as USER/NAME or USER/NAME@REVISION; None for the model that comes with
    the program. The Hub is asked with this machine's own token. A copy in this machine's cache is used where it is of the
    very commit that is asked for, or where the Hub gives no answer and the copy is of that revision. Raises InputError.
    """
    if name is None:
        return bundled()
    wanted = hub.parse(name)
    classifier = tested(find_bundle(wanted))
    if isinstance(wanted, Wanted):
        remote.remember(wanted, str(classifier.bundle.revision))
    return classifier


def find_bundle(wanted: Wanted | Path) -> Bundle:
    """The bundle that `hcr.hub.parse` gave a name of, its files checked but its model not yet opened; as `open_model`
    finds it. Raises InputError."""
    if isinstance(wanted, Path):
        return bundle.open_bundle(wanted)
    try:
        copy = remote.cached(wanted)
    except InputError:
        copy = None  # broken: the Hub has to give another one
    if copy is not None and copy.revision == wanted.revision:  # a commit never changes: nothing to ask
        return copy
    try:
        return remote.fetch(wanted)
    except Unreachable:
        if copy is None:
            raise
        return copy


def bundled() -> Classifier:
    """The model that travels with the program."""
    return Classifier(bundle.open_bundle(bundle.BUNDLED, "bundled"))


def from_cache(wanted: Wanted) -> Classifier | None:
    """This machine's copy of a repo at a revision, checked; None where there is none, or it is broken."""
    try:
        found = remote.cached(wanted)
        return None if found is None else tested(found)
    except InputError:
        return None


def from_hub(wanted: Wanted) -> Classifier:
    """The Hub's answer, which `from_cache` finds from now on. Raises InputError; Unreachable where there is no answer."""
    fetched = tested(remote.fetch(wanted))
    remote.remember(wanted, str(fetched.bundle.revision))
    return fetched


def tested(opened: Bundle) -> Classifier:
    """Open the bundle's model and let it read a stroke. Raises InputError where it gives no probabilities."""
    classifier = Classifier(opened)
    stroke = np.zeros((SIDE, SIDE), np.uint8)
    stroke[4:24, 12:16] = 255
    if not np.isclose(classifier.predict(stroke).probabilities.sum(), 1, atol=1e-3):
        raise InputError(f"{opened.origin}: the model gives no probabilities for a plain stroke.")
    return classifier
