"""The 28x28 images that every part of the program speaks of."""

import numpy as np

SIDE = 28  # pixels


def to_input(images: np.ndarray) -> np.ndarray:
    """What every network here is fed with: upright uint8 (..., 28, 28), 255 = ink -> float32 (..., 28, 28, 1) in [0, 1].

    >>> fed = to_input(np.full((2, 28, 28), 255, np.uint8))
    >>> fed.shape, fed.dtype.name, float(fed.max())
    ((2, 28, 28, 1), 'float32', 1.0)
    """
    return images[..., None].astype(np.float32) / np.float32(255)
