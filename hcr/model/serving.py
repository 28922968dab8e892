"""The model that serves the app: always one that works, replaced as a whole when a better one arrives.

The app alone falls back to another model than the one that was asked for, and its note says so; whoever asks for a model
by name elsewhere gets it or an error (`hcr.model.opening`).
"""

import threading
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path

from hcr import hub
from hcr.errors import InputError
from hcr.hub import Wanted
from hcr.model import bundle, opening
from hcr.model.classifier import Classifier


class Place(Enum):
    """Where a model was opened from."""

    PROGRAM = "the program"
    FOLDER = "a folder"
    CACHE = "this machine's cache"
    HUB = "the Hub"


@dataclass(frozen=True)
class Serving:
    """A model at work. place: where it is from; asking: what the Hub is being asked for now; failure: why what was asked
    for does not serve, or is not known to be the newest."""

    classifier: Classifier
    place: Place
    asking: Wanted | None = None
    failure: InputError | None = None

    @property
    def note(self) -> str:
        """Which model serves, from where and why this one, in sentences for the page."""
        opened = self.classifier.bundle
        if self.place is Place.PROGRAM:
            which = "The model that comes with this program."
        elif self.place is Place.FOLDER:
            which = f"The model in the folder {opened.folder}."
        else:
            which = f"{opened.origin} at commit {str(opened.revision)[:7]}, from {self.place.value}."
        asking = f" The Hub is being asked for {self.asking}." if self.asking else ""
        return f"{which}{asking}{f' {self.failure}' if self.failure else ''}"


class Models:
    """Holds the model that serves. Reading `current` is one attribute access, so callbacks never wait for a change."""

    def __init__(self, serving: Serving) -> None:
        self._serving = serving
        self._asking: threading.Thread | None = None

    @property
    def current(self) -> Serving:
        """The model that serves now."""
        return self._serving

    def replace(self, serving: Serving) -> None:
        """Let another model serve from now on."""
        self._serving = serving

    def ask(self, wanted: Wanted) -> None:
        """Ask the Hub on a thread, and serve its answer; whatever goes wrong, the model that works stays."""
        first = self._serving
        self._serving = replace(first, asking=wanted)

        def answer() -> None:
            try:
                self.replace(Serving(opening.from_hub(wanted), Place.HUB))
            except Exception as error:  # a thread has nobody above it who could handle anything
                self.replace(replace(first, failure=hub.refused(error, str(wanted))))

        self._asking = threading.Thread(target=answer, daemon=True, name="model from the Hub")
        self._asking.start()

    def wait(self) -> Serving:
        """The model that serves once the Hub has answered, or has failed to."""
        if self._asking is not None:
            self._asking.join()
        return self._serving


def start(setting: str | None) -> Models:
    """The model that `setting` asks for (HCR_MODEL: a folder, USER/NAME or USER/NAME@REVISION), or the best one there is.

    Returns at once with a model from this machine: the folder, the cached copy, or the bundled model. What must be
    asked of the Hub is asked on a thread and takes the place of the first model when it has come and passed its checks.
    """
    if not setting:
        return Models(Serving(opening.bundled(), Place.PROGRAM))
    try:
        wanted = hub.parse(setting)
        if isinstance(wanted, Path):
            return Models(Serving(opening.tested(bundle.open_bundle(wanted)), Place.FOLDER))
    except InputError as error:
        return Models(Serving(opening.bundled(), Place.PROGRAM, failure=error))
    copy = opening.from_cache(wanted)
    models = Models(Serving(copy, Place.CACHE) if copy else Serving(opening.bundled(), Place.PROGRAM))
    if copy is None or copy.bundle.revision != wanted.revision:  # a commit never changes: nothing to ask
        models.ask(wanted)
    return models
