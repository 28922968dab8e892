"""One glyph -> the 28x28 image that EMNIST's own process would have made of it.

Source: Cohen et al. 2017, figure 1: from a 128x128 binary image, Gaussian blur (sigma 1), crop to the ink, centre in a
square with the aspect kept, pad, bicubic down to 28x28, scale to the full range.

NIST's writers had like pens, so how wide a stroke is against its glyph tells how large the glyph was in the 128-pixel
image: blur and padding are taken in that image's own pixels, and a small glyph gets relatively more of both.
"""

import cv2
import numpy as np

from hcr.image import SIDE

FRAME = 128
LONGEST = 110  # pixels of a glyph's longer side in the 128-pixel work frame: 24 of 28
BLUR = 1.0  # standard deviation, in pixels of NIST's image

# The two that the paper leaves open, set so that drawings come out as EMNIST Balanced train is (500 images, no model
# involved): longer side at a tenth of full ink 24.2 pixels there 24.0, share of grey pixels 1.61 there 1.62, stroke
# width 2.9 there 3.0; and EMNIST's own images enlarged come back with the smallest mean difference.
PEN_WIDTH = 6.0  # pixels of NIST's image
PAD = 3.5  # pixels of NIST's image

# Stroke width against the glyph's longer side in EMNIST Balanced train, as `stroke_width` measures it: 1 %, 40 % and 99 %
# of 6,000 images. A thinner stroke is brought to the common width, a wider one to the widest.
NARROWEST, COMMON, WIDEST = 0.067, 0.12, 0.276
RESOLVED = 2.5  # picture pixels: how wide a thinner stroke is meant to be is not to be told from its pixels
_ROOM = 24  # pixels around the glyph in the work frame, for strokes that are made wider
_CROP = 0.02  # ink below this is no part of the glyph


def convert(ink: np.ndarray, pixel: float = 1.0) -> np.ndarray:
    """Ink float32 (h, w), 0 to 1, of one glyph -> upright uint8 (28, 28), 0 = paper, 255 = ink.

    pixel: the size of the original picture's pixels in pixels of `ink`, above 0.
    """
    return shrink(_normal_strokes(_into_frame(ink), pixel * LONGEST / max(ink.shape)))


def shrink(framed: np.ndarray) -> np.ndarray:
    """The paper's steps alone: ink float32 (h, w), 0 to 1, whose longer side has about LONGEST pixels -> upright uint8
    (28, 28), 0 = paper, 255 = the fullest ink, its middle between pixels 13 and 14 either way."""
    per_pixel = float(np.clip(stroke_width(framed), NARROWEST * LONGEST, WIDEST * LONGEST)) / PEN_WIDTH
    lacking = np.sqrt(max(0.0, (BLUR * per_pixel) ** 2 - softness(framed) ** 2))
    blurred = cv2.GaussianBlur(framed, (0, 0), lacking) if lacking > 0.3 else framed
    x, y, width, height = cv2.boundingRect((blurred > _CROP).astype(np.uint8))
    step = (max(width, height) + 2 * PAD * per_pixel) / SIDE  # frame pixels per pixel of the result
    middle = (SIDE - 1) / 2
    left, top = x + (width - 1) / 2 - middle * step, y + (height - 1) / 2 - middle * step
    sampling = np.array([[step, 0, left], [0, step, top]], np.float32)
    # bicubic without a wider filter, as the originals: they are as crisp as that
    small = cv2.warpAffine(blurred, sampling, (SIDE, SIDE), flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP)
    small = np.clip(small, 0, None)
    return np.round(small * (255 / max(float(small.max()), 1e-6))).astype(np.uint8)


def stroke_width(ink: np.ndarray) -> float:
    """Mean stroke width of ink float32 (h, w), 0 to 1, in its pixels; 0.0 without ink. Over a stroke of width w the
    distance to paper averages w / 4."""
    mask = ink > 0.5
    if not mask.any():
        return 0.0
    distance = cv2.distanceTransform(mask.astype(np.uint8), cv2.DIST_L2, 3)
    return 4 * float(distance[mask].mean() - 0.5)


def softness(ink: np.ndarray) -> float:
    """The blur that the edges of ink float32 (h, w), 0 to 1, already have: a standard deviation in pixels.

    A blurred step climbs from 5 % to 95 % within 3.29 standard deviations, so that many grey pixels lie across an edge.
    """
    mask = (ink > 0.5).astype(np.uint8)
    edge = np.count_nonzero(mask != cv2.erode(mask, np.ones((3, 3), np.uint8)))
    grey = np.count_nonzero((ink > 0.05) & (ink < 0.95))
    return float(grey) / max(float(edge), 1.0) / 3.29


def _into_frame(ink: np.ndarray) -> np.ndarray:
    """Scale the glyph to the work frame, with room around it: float32."""
    scale = LONGEST / max(ink.shape)
    size = (max(1, round(ink.shape[1] * scale)), max(1, round(ink.shape[0] * scale)))
    scaled = cv2.resize(ink, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
    return cv2.copyMakeBorder(np.clip(scaled, 0, 1), _ROOM, _ROOM, _ROOM, _ROOM, cv2.BORDER_CONSTANT, value=0)


def _normal_strokes(framed: np.ndarray, pixel: float) -> np.ndarray:
    """Give strokes that are thinner or wider than EMNIST's, or too few pixels wide to tell, a width that EMNIST has."""
    width = stroke_width(framed)
    narrowest = (COMMON if width < RESOLVED * pixel else NARROWEST) * LONGEST
    wanted = COMMON * LONGEST if width < narrowest else min(width, WIDEST * LONGEST)
    return repenned(framed, (wanted - width) / 2)


def repenned(framed: np.ndarray, change: float) -> np.ndarray:
    """Ink float32 (h, w), 0 to 1, with every stroke's edge moved out by `change` pixels (in, where negative), at least a
    quarter; as it was where nothing would be left of it. Its paper has to be wide enough around it."""
    if abs(change) < 0.25:
        return framed
    mask = (framed > 0.5).astype(np.uint8)
    if change > 0:
        outside = cv2.distanceTransform(1 - mask, cv2.DIST_L2, 5) - 0.5
        return np.asarray(np.clip(change - outside + 0.5, 0, 1))
    inside = cv2.distanceTransform(mask, cv2.DIST_L2, 5) - 0.5
    thinner: np.ndarray = np.clip(inside + change + 0.5, 0, 1)
    return thinner if thinner.max() > 0.5 else framed
