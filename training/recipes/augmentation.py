"""Small changes of pose, shape and pen that leave a character what it is."""

from dataclasses import dataclass, replace

import cv2
import numpy as np

from hcr.image import SIDE

_CENTRE = (SIDE - 1) / 2
_ROWS, _COLUMNS = np.mgrid[:SIDE, :SIDE].astype(np.float32)
_ELASTIC_POINTS = 5  # control points a side: one for about seven pixels bends strokes without tearing them
_PEN = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))


@dataclass(frozen=True)
class Augmentation:
    """How far each change may go; every amount is drawn uniformly up to it, elastic ones from a normal distribution.

    Angles in radians, shifts in pixels, scales as natural logarithms, pen as the share of a one-pixel dilation or
    erosion, blur as a standard deviation in pixels with the share of images that it touches.
    """

    rotation: float = 0.21
    shear: float = 0.22
    scale: float = 0.10
    aspect: float = 0.14
    shift: float = 1.3
    elastic: float = 0.55
    pen: float = 0.75
    blur: float = 0.8
    blur_share: float = 0.2

    def times(self, share: float) -> "Augmentation":
        """The same with every amount, but blur's, so many times as far."""
        far = ("rotation", "shear", "scale", "aspect", "shift", "elastic", "pen")
        return replace(self, **{name: getattr(self, name) * share for name in far})


def augment(images: np.ndarray, rng: np.random.Generator, amount: Augmentation) -> np.ndarray:
    """A changed copy of each image: uint8 (n, 28, 28) upright -> uint8 (n, 28, 28), each scaled to reach 255.

    The generator's state alone decides what is drawn: the same seed gives the same images. What is left nearly empty
    (no pixel above 32) by its change is given back as it was.
    """
    count = len(images)
    maps = _sampling_maps(count, rng, amount)
    pen = rng.uniform(-amount.pen, amount.pen, count)
    blur = np.where(rng.random(count) < amount.blur_share, rng.uniform(0.3, amount.blur, count), 0)
    result = np.empty_like(images)
    for index in range(count):
        image = cv2.remap(images[index], maps[index, 0], maps[index, 1], cv2.INTER_LINEAR, borderValue=0)
        changed = cv2.dilate(image, _PEN) if pen[index] > 0 else cv2.erode(image, _PEN)
        image = cv2.addWeighted(image, 1 - abs(pen[index]), changed, abs(pen[index]), 0)
        if blur[index]:
            image = cv2.GaussianBlur(image, (5, 5), blur[index])
        # EMNIST's own last step: scale to the full range
        peak = int(image.max())
        result[index] = cv2.convertScaleAbs(image, alpha=255 / peak) if peak > 32 else images[index]
    return result


def _sampling_maps(count: int, rng: np.random.Generator, amount: Augmentation) -> np.ndarray:
    """Where each output pixel is taken from: float32 (count, 2, 28, 28), x then y."""

    def draw(limit: float) -> np.ndarray:
        return rng.uniform(-limit, limit, count)

    angle, shear, scale, aspect = draw(amount.rotation), draw(amount.shear), draw(amount.scale), draw(amount.aspect)
    cosine, sine = np.cos(angle), np.sin(angle)
    across, down = np.exp(-scale - aspect / 2), np.exp(-scale + aspect / 2)
    x, y = _COLUMNS.ravel() - _CENTRE, _ROWS.ravel() - _CENTRE
    xx, xy = cosine * across, (shear * cosine - sine) * across
    yx, yy = sine * down, (shear * sine + cosine) * down
    bend = _smooth(rng.normal(0, amount.elastic, (count, 2, _ELASTIC_POINTS, _ELASTIC_POINTS)))
    maps = np.empty((count, 2, SIDE * SIDE), np.float32)
    maps[:, 0] = xx[:, None] * x + xy[:, None] * y + (_CENTRE + draw(amount.shift))[:, None]
    maps[:, 1] = yx[:, None] * x + yy[:, None] * y + (_CENTRE + draw(amount.shift))[:, None]
    bent: np.ndarray = maps.reshape(count, 2, SIDE, SIDE) + bend
    return bent


def _smooth(points: np.ndarray) -> np.ndarray:
    """Linear interpolation of control points (..., p, p) to (..., 28, 28)."""
    position = np.linspace(0, points.shape[-1] - 1, SIDE)
    weights = np.maximum(0, 1 - abs(position[:, None] - np.arange(points.shape[-1]))).astype(np.float32)
    smooth: np.ndarray = weights @ points.astype(np.float32) @ weights.T
    return smooth
