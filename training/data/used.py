"""Which splits a model was trained on, as its config.json says it: for the card, and so that no figure is of them."""

from dataclasses import asdict, dataclass
from typing import Any

from hcr.data.split import Split
from hcr.errors import InputError
from hcr.model.bundle import CONFIG_FILE, Config

KEY = "splits"  # in the config's `data`


@dataclass(frozen=True)
class UsedSplit:
    """A split that images were taken from. images: all that it had; official_count: images of the official split, None
    where there is none; fingerprint: SHA-256 over all its images and labels (see `hcr.data.split.fingerprint`)."""

    name: str
    images: int
    official_count: int | None
    fingerprint: str

    @property
    def partial(self) -> bool:
        """Whether it has fewer images than the official split."""
        return self.official_count is not None and self.images < self.official_count


def of(split: Split) -> UsedSplit:
    """What is written down of a split that a network trains on."""
    return UsedSplit(split.name, len(split), split.official_count, split.fingerprint)


def to_config(splits: tuple[UsedSplit, ...]) -> dict[str, Any]:
    """The entry in a config's `data`."""
    return {KEY: [asdict(split) for split in splits]}


def from_config(config: Config) -> tuple[UsedSplit, ...]:
    """The splits that a model was trained on; empty for a bundle from before they were written down. Raises InputError
    for an entry that makes no sense."""
    try:
        return tuple(UsedSplit(**entry) for entry in config.data.get(KEY, ()))
    except (TypeError, AttributeError) as error:
        raise InputError(
            f"{CONFIG_FILE}: the entry {KEY!r} of data makes no sense ({error}). Train the model again."
        ) from error
