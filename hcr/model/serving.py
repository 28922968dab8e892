"""The model that serves the app: always one that works, replaced as a whole when a better one arrives."""

import threading
from dataclasses import dataclass, replace

import numpy as np

from hcr import hub
from hcr.errors import InputError
from hcr.image import SIDE
from hcr.model import bundle, remote
from hcr.model.bundle import Bundle
from hcr.model.classifier import Classifier

BUNDLED_NOTE = "The model that comes with this program."


@dataclass(frozen=True)
class Serving:
    """A model at work. note: which one, from where and why this one, in a sentence for the page."""

    classifier: Classifier
    note: str


class Models:
    """Holds the model that serves. Reading `current` is one attribute access, so callbacks never wait for a change."""

    def __init__(self, serving: Serving) -> None:
        self._serving = serving

    @property
    def current(self) -> Serving:
        return self._serving

    def replace(self, serving: Serving) -> None:
        self._serving = serving


def bundled() -> Models:
    """The model that travels with the program."""
    return Models(_bundled(BUNDLED_NOTE))


def start(setting: str | None, background: bool = True) -> Models:
    """The model that `setting` asks for (HCR_MODEL: a folder, USER/NAME or USER/NAME@REVISION), or the best one there is.

    Returns at once with a model from this machine: the folder, the cached copy, or the bundled model. What must be
    asked of the Hub is asked on a thread and takes the place of the first model when it has come and passed its checks;
    with background=False that is waited for.
    """
    if not setting:
        return bundled()
    try:
        wanted = hub.parse(setting)
        if not isinstance(wanted, hub.Wanted):
            return Models(Serving(_checked(bundle.open_bundle(wanted)), f"The model in the folder {wanted}."))
    except InputError as error:
        return Models(_bundled(f"The model that comes with this program, because HCR_MODEL gives none. {error}"))
    try:
        found = remote.cached(wanted)
        first = Serving(_checked(found), _from(found, "this machine's cache")) if found else _bundled(BUNDLED_NOTE)
    except InputError:
        first = _bundled(BUNDLED_NOTE)  # a broken copy: the Hub's answer replaces it
    if first.classifier.bundle.revision == wanted.revision:
        return Models(first)  # a commit never changes: nothing to ask
    models = Models(replace(first, note=f"{first.note} The Hub is being asked for {wanted}."))
    thread = threading.Thread(target=_update, args=(models, wanted, first), daemon=True, name="model from the Hub")
    thread.start()
    if not background:
        thread.join()
    return models


def _update(models: Models, wanted: hub.Wanted, first: Serving) -> None:
    """Ask the Hub, and serve its answer; whatever goes wrong, the model that works stays and the note says why."""
    try:
        fetched = remote.fetch(wanted)
        models.replace(Serving(_checked(fetched), _from(fetched, "the Hub")))
        remote.remember(wanted, str(fetched.revision))
    except Exception as error:  # a thread has nobody above it who could handle anything
        reason = hub.explain(error, str(wanted)).rstrip(".")
        models.replace(replace(first, note=f"{first.note.rstrip('.')}, because {reason}."))


def _from(opened: Bundle, place: str) -> str:
    return f"{opened.origin} at commit {str(opened.revision)[:7]}, from {place}."


def _bundled(note: str) -> Serving:
    return Serving(Classifier(bundle.open_bundle(bundle.BUNDLED, "bundled")), note)


def _checked(opened: Bundle) -> Classifier:
    """Open the bundle's model and let it read a stroke. Raises InputError where it gives no probabilities."""
    classifier = Classifier(opened)
    stroke = np.zeros((SIDE, SIDE), np.uint8)
    stroke[4:24, 12:16] = 255
    if not np.isclose(classifier.predict(stroke).probabilities.sum(), 1, atol=1e-3):
        raise InputError(f"{opened.origin}: the model gives no probabilities for a plain stroke.")
    return classifier
