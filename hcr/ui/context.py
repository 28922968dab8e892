"""What the tabs share."""

from dataclasses import dataclass

from hcr.data import samples
from hcr.data.samples import Samples
from hcr.model import serving
from hcr.model.serving import Models


@dataclass(frozen=True)
class Context:
    """models: the model that serves, replaced as a whole when a better one arrives; samples: the images that are shown."""

    models: Models
    samples: Samples


def prepare(model: str | None, dataset: str | None) -> Context:
    """model: HCR_MODEL; dataset: HCR_DATASET; None for what comes with the program. Never raises for either: what cannot
    be had is replaced, and its note says so."""
    return Context(serving.start(model), samples.start(dataset))
