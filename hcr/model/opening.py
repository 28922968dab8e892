"""A model asked for by name is opened or refused, never replaced."""

from pathlib import Path

from hcr import hub
from hcr.errors import InputError
from hcr.model import bundle, remote
from hcr.model.classifier import Classifier


def open_model(name: str | None = None) -> Classifier:
    """A bundle's folder or USER/NAME[@REVISION] on the Hub, ready to read; None: the bundled model. Raises InputError."""
    if name is None:
        return Classifier(bundle.open_bundle(bundle.BUNDLED, "bundled"))
    wanted = hub.parse(name)
    if isinstance(wanted, Path):
        return Classifier(bundle.open_bundle(wanted))
    try:
        return Classifier(remote.fetch(wanted))
    except Exception as error:
        raise InputError(f"{name}: {hub.explain(error, name)}.") from error
