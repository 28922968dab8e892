"""What a model was trained on, so that no figure is of it: the splits, in its config.json and on its card; each image, in
the folder of its run."""

import hashlib
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from hcr.data.split import Split
from hcr.errors import InputError
from hcr.model.bundle import CONFIG_FILE, Config

KEY = "splits"  # in the config's `data`
SEEN = "images_trained_on"  # in the config's `metrics`: how many images of the report the model was trained on
IMAGES_FILE = "training/images.npy"  # 8 bytes an image, 1.8 MB for Balanced and ByMerge; it stays where the run was


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


def remember(images: np.ndarray, folder: Path) -> None:
    """Keep in a run's folder what tells later whether an image was trained on, or chosen by. images: upright uint8
    (n, 28, 28)."""
    file = folder / IMAGES_FILE
    file.parent.mkdir(exist_ok=True)
    fresh = file.with_name(f"{file.name}.part")
    with fresh.open("wb") as stream:
        np.save(stream, np.unique(_hashes(images)))
    fresh.replace(file)


def count_seen(images: np.ndarray, folder: Path) -> int | None:
    """How many of these images, upright uint8 (n, 28, 28), the model in a folder was trained on, to a pixel; None where the
    folder is not that of its run. Raises InputError where the record is damaged."""
    file = folder / IMAGES_FILE
    if not file.is_file():
        return None
    try:
        return int(np.isin(_hashes(images), np.load(file, allow_pickle=False)).sum())
    except (OSError, ValueError, EOFError) as error:
        raise InputError(f"{file}: damaged ({error}). Train the model again with --restart.") from error


def _hashes(images: np.ndarray) -> np.ndarray:
    """64 bits of each image: uint64 (n,)."""
    digests = (hashlib.blake2b(image.tobytes(), digest_size=8).digest() for image in images)
    return np.frombuffer(b"".join(digests), "<u8")
