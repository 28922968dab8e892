"""What the tabs share."""

from dataclasses import dataclass, field

from hcr.data import samples
from hcr.data.samples import Samples
from hcr.model import serving
from hcr.model.serving import Models
from hcr.ui.server.apart import Eyes


@dataclass(frozen=True)
class Context:
    """models: the model that serves, replaced as a whole when a better one arrives; samples: the images that are shown;
    eyes: what looks at pictures that are uploaded."""

    models: Models
    samples: Samples
    eyes: Eyes = field(default_factory=Eyes)


def prepare(model: str | None, dataset: str | None) -> Context:
    """model: HCR_MODEL; dataset: HCR_DATASET; None for what comes with the program. Never raises for either: what cannot
    be had is replaced, and its note says so."""
    return Context(serving.start(model), samples.start(dataset))
