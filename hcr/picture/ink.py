"""A picture -> ink: how much pen is on each pixel, whatever the paper and the light."""

from dataclasses import dataclass

import cv2
import numpy as np
from PIL import Image

cv2.setNumThreads(1)  # pictures are small here: to wake other threads costs more than they save
WORK_SIDE = 512  # the longest side on which ink is looked for: strokes stay wide enough, megapixels do not cost seconds
SMALL_SIDE = 96  # a smaller crop is enlarged, so that all lengths below are many pixels
BACKGROUND_SPAN = 0.35  # of the shorter side; wider than any pen stroke, narrower than a shadow
MIN_CONTRAST = 18  # grey levels between paper and ink below which nothing is drawn
CLEAN_MARGIN, ROUGH_MARGIN = 0.05, 0.22  # of the pen's tone, cut off at both ends: grain, smudges and faint grid go
NOISE_FACTOR = 4.5  # ink must stand this many standard deviations of the paper above it


@dataclass(frozen=True)
class Gray:
    """A picture in grey levels. image: mode L; reduced: pixels of the picture itself per pixel of `image`, since a large
    one is opened at a fraction of its size."""

    image: Image.Image
    reduced: float = 1.0


@dataclass(frozen=True)
class Ink:
    """strength: float32 (h, w), 0 = paper, 1 = ink; scale: pixels of the grey image per ink pixel; reduced: pixels of the
    picture itself per pixel of the grey image."""

    strength: np.ndarray
    scale: float
    reduced: float = 1.0


def find_ink(picture: Gray) -> Ink:
    """Separate ink from paper.

    Dark on light or light on dark is decided by which of the two lies along the edge. Uneven light is taken out with a
    local background (morphological opening), noise and faint grid with a ramp between the paper's noise and the pen.
    A picture without ink gives zeros.
    """
    gray = np.asarray(picture.image)
    height, width = gray.shape
    longest = max(gray.shape)
    scale = longest / WORK_SIDE if longest > WORK_SIDE else min(1.0, longest / SMALL_SIDE)
    if scale != 1.0:
        size = (max(1, round(width / scale)), max(1, round(height / scale)))
        gray = cv2.resize(gray, size, interpolation=cv2.INTER_AREA if scale > 1 else cv2.INTER_CUBIC)
    low, high = int(gray.min()), int(gray.max())
    empty = Ink(np.zeros(gray.shape, np.float32), scale, picture.reduced)
    if high - low < MIN_CONTRAST:
        return empty
    bright = gray if _light_on_dark(gray) else 255 - gray
    tone = _even_tone(bright)
    strength = _over_rough_paper(bright) if tone is None else _over_even_paper(bright, tone)
    return empty if strength is None else Ink(strength, scale, picture.reduced)


def _light_on_dark(gray: np.ndarray) -> bool:
    """True where the ink is lighter than the paper: paper is what the edge of the picture mostly shows."""
    _, light = cv2.threshold(gray, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    edge = np.concatenate([light[0], light[-1], light[:, 0], light[:, -1]])
    light_edge, light_all = np.count_nonzero(edge) / edge.size, np.count_nonzero(light) / light.size
    return bool(light_edge + 0.5 * light_all < 0.75)


def _even_tone(bright: np.ndarray) -> int | None:
    """The tone of paper that has one exact tone, as a canvas or a scan cleaned by a program has; None for other paper."""
    counts = cv2.calcHist([bright], [0], None, [256], [0, 256])
    tone = int(counts.argmax())
    return tone if counts[tone] > bright.size / 2 else None


def _over_even_paper(bright: np.ndarray, tone: int) -> np.ndarray | None:
    """Strength above paper of one tone; only the part that holds any ink is looked at."""
    lift = np.maximum(bright, tone) - np.uint8(tone)
    x, y, width, height = cv2.boundingRect(lift)
    if not width:
        return None
    inked = _ramp(lift[y : y + height, x : x + width].astype(np.float32), even=True)
    if inked is None:
        return None
    strength = np.zeros(bright.shape, np.float32)
    strength[y : y + height, x : x + width] = inked
    return strength


def _over_rough_paper(bright: np.ndarray) -> np.ndarray | None:
    """Strength above paper with grain, shadows and smudges: above what a morphological opening makes of it."""
    span = max(3, round(min(bright.shape) * BACKGROUND_SPAN)) | 1
    smooth = cv2.GaussianBlur(bright, (0, 0), 1.0)
    background = cv2.morphologyEx(smooth, cv2.MORPH_OPEN, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (span, span)))
    background = cv2.GaussianBlur(background, (0, 0), span / 4)
    return _ramp(smooth.astype(np.float32) - background, even=False)


def _ramp(lift: np.ndarray, even: bool) -> np.ndarray | None:
    """Grey levels above the paper, which is of one tone where `even` -> strength 0 to 1; None where nothing stands out
    of the noise."""
    clipped = np.clip(lift, 0, 255).astype(np.uint8)
    pen = cv2.threshold(clipped, 0, 1, cv2.THRESH_BINARY | cv2.THRESH_OTSU)[1].astype(bool)
    if not pen.any() or pen.all():
        return None
    level = float(np.percentile(lift[pen], 60))
    noise = 0.0 if even else _deviation(lift[~pen])
    if level < MIN_CONTRAST or level < NOISE_FACTOR * noise:
        return None
    margin = CLEAN_MARGIN if even else ROUGH_MARGIN
    bottom = max(margin * level, NOISE_FACTOR / 2 * noise)
    return np.clip((lift - bottom) / max((1 - margin) * level - bottom, 1.0), 0, 1).astype(np.float32)


def _deviation(values: np.ndarray) -> float:
    """Standard deviation of what is normally distributed in `values`, outliers left out (1.4826 median deviations)."""
    return 1.4826 * float(np.median(np.abs(values - np.median(values))))
