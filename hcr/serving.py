"""The model that serves the app: always one that works, replaced as a whole when a better one arrives."""

from dataclasses import dataclass

from hcr import bundle
from hcr.classifier import Classifier


@dataclass(frozen=True)
class Serving:
    """A model at work. note: why it is this one, in a sentence for the page."""

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
    return Models(Serving(Classifier(bundle.load(bundle.BUNDLED, "bundled")), "The model that comes with this program."))
