"""The 28x28 images that every part of the program speaks of."""

import numpy as np

SIDE = 28  # pixels


def to_input(images: np.ndarray) -> np.ndarray:
    """What every network here is fed with: upright uint8 (n, 28, 28) -> float32 (n, 28, 28, 1) in [0, 1]."""
    return images[..., None].astype(np.float32) / np.float32(255)
