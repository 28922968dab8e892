"""EMNIST stores its images transposed. From raw to upright, back, and the steps between."""

import numpy as np


def upright(images: np.ndarray) -> np.ndarray:
    """Turn raw images upright: `np.rot90(np.fliplr(image))` for each image.

    images: any dtype, (28, 28) or (n, 28, 28) (any square size works). Returns a view of the same shape and dtype:
    for a square image the flip and the turn together are the transpose.
    """
    return np.swapaxes(images, -2, -1)


def raw(images: np.ndarray) -> np.ndarray:
    """Turn upright images back to the way EMNIST stores them; the transpose is its own inverse."""
    return np.swapaxes(images, -2, -1)


def steps(image: np.ndarray) -> tuple[tuple[str, np.ndarray], ...]:
    """The fix one step at a time, for one raw image (28, 28): (name, image) pairs, the last one upright."""
    flipped = np.fliplr(image)
    return (("raw", image), ("fliplr", flipped), ("rot90", np.rot90(flipped)))


def eight(image: np.ndarray) -> tuple[tuple[str, np.ndarray], ...]:
    """All orientations of one image (28, 28): four turns (counter-clockwise, in degrees), unflipped then flipped."""
    return tuple(
        (f"{'flip + ' if flip else ''}{90 * turns}°", np.rot90(np.fliplr(image) if flip else image, turns))
        for flip in (False, True)
        for turns in range(4)
    )
