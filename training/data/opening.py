"""A source of EMNIST for training: what is asked for, or the failure that says why not."""

from pathlib import Path

from hcr.data import source
from hcr.data.source import Source
from hcr.errors import InputError
from training.failures import Failure, from_hub


def open_data(name: Path | str) -> Source:
    """Open what `hcr.data.source.open_source` does. Raises InputError for what is no EMNIST, and the failures of
    `training.failures` where the Hub does not give it."""
    try:
        return source.open_source(name)
    except InputError:
        raise
    except Exception as error:
        failure = from_hub(error, str(name))
        if isinstance(failure, Failure):
            raise type(failure)(
                f"{name}: no such folder or file here, so it was looked for on the Hub. {failure}"
            ) from error
        raise failure from error
