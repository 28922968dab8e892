"""What real EMNIST looks like on the whole: class means, counts and one covariance. No image of it travels along."""

from dataclasses import dataclass
from functools import cache

import numpy as np

from hcr.assets import STATISTICS
from hcr.errors import InputError
from hcr.image import SIDE

FILE = STATISTICS
FEATURE_SIDE = SIDE // 2  # pixels a side of the halved images that orientations are compared on


@dataclass(frozen=True)
class Statistics:
    """means: uint8 (47, 28, 28), raw, the mean image of each class; counts: int64 (47,), images they were made from;
    ink: float64 (47,), mean pixel value; whitening: float32 (196, 196), features -> unit covariance within a class;
    temperature: divides log-likelihoods so that they are calibrated; strange_distance: squared Mahalanobis distance
    that one in a thousand real images exceeds; description: of which images, in words."""

    means: np.ndarray
    counts: np.ndarray
    ink: np.ndarray
    whitening: np.ndarray
    temperature: float
    strange_distance: float
    description: str


@cache
def statistics() -> Statistics:
    """The statistics that travel with the program. Raises InputError where their file is missing or damaged."""
    try:
        with np.load(FILE, allow_pickle=False) as file:
            return Statistics(
                means=file["means"],
                counts=file["counts"],
                ink=file["ink"],
                whitening=file["whitening"].astype(np.float32),
                temperature=float(file["temperature"]),
                strange_distance=float(file["strange_distance"]),
                description=str(file["description"]),
            )
    except (OSError, KeyError, ValueError) as error:
        raise InputError(f"{FILE}: not readable ({error}). Run `python -m training statistics DIR` to make it.") from error


def to_features(images: np.ndarray) -> np.ndarray:
    """Images uint8 (n, 28, 28) -> float32 (n, 14, 14), means of 2x2 pixels, 0 to 1; the same for all orientations."""
    blocks = images.reshape(-1, FEATURE_SIDE, 2, FEATURE_SIDE, 2)
    halved: np.ndarray = blocks.mean((2, 4), dtype=np.float32) / np.float32(255)
    return halved
