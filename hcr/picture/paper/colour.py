"""Colours -> one tone a pixel, such that ink differs from paper: brightness, or what parts them where that does not."""

from collections.abc import Callable

import cv2
import numpy as np
from PIL import Image

SAMPLE = 128  # pixels of a picture's longest side that are looked at
_LOCAL = 10.0  # of those: a colour is compared with what lies about it, so that uneven light does not count
_BRIGHTNESS = np.array([0.299, 0.587, 0.114])  # what Pillow's mode L is made of
_WORSE = 0.4  # brightness is given up where it tells ink from paper less than this share of what the best mixture does

ToGray = Callable[[Image.Image], Image.Image]


def best_tone(picture: Image.Image) -> ToGray:
    """How to make a picture without transparency grey: from any part of it, in its mode, to mode L.

    The first principal axis of the colours' local differences is taken where brightness hardly differs (red on green,
    yellow on white).
    """
    if picture.mode in ("1", "L"):
        return _to_brightness
    sample = np.asarray(sampled(picture).convert("RGB"), np.float32)
    if not np.any(sample[..., :2] != sample[..., 1:]):  # grey in colours
        return _to_brightness
    differences = (sample - cv2.GaussianBlur(sample, (0, 0), _LOCAL)).reshape(-1, 3)
    spread = np.cov(differences, rowvar=False)
    axis = np.linalg.eigh(spread)[1][:, -1]
    axis = axis * np.copysign(1 / np.abs(axis).sum(), axis @ _BRIGHTNESS)
    if _BRIGHTNESS @ spread @ _BRIGHTNESS >= _WORSE**2 * (axis @ spread @ axis):
        return _to_brightness
    mixture = (*map(float, axis), -255 * float(np.minimum(axis, 0).sum()))
    return lambda part: part.convert("RGB").convert("L", mixture)


def sampled(picture: Image.Image) -> Image.Image:
    """A picture's pixels, in its mode, at even distances: at most SAMPLE of them in a row."""
    share = min(1.0, SAMPLE / max(picture.size))
    size = (max(1, round(picture.width * share)), max(1, round(picture.height * share)))
    return picture.resize(size, Image.Resampling.NEAREST)


def _to_brightness(part: Image.Image) -> Image.Image:
    return part.convert("L")
