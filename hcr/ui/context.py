"""What the tabs share."""

from dataclasses import dataclass

from hcr.data.samples import Samples
from hcr.model.serving import Models


@dataclass(frozen=True)
class Context:
    """models: the model that serves, replaced as a whole when a better one arrives; samples: the images that are shown."""

    models: Models
    samples: Samples
