"""One glyph -> the 28x28 image that EMNIST's own process would have made of it.

Source: Cohen et al. 2017, figure 1: from a 128x128 binary image, Gaussian blur (sigma 1), crop to the ink, centre in a
square with the aspect kept, pad by 2 pixels, bicubic down to 28x28, scale to the full range.
"""

import cv2
import numpy as np
from PIL import Image

from hcr.emnist import SIDE

FRAME = 128
BLUR = 1.0  # standard deviation in the 128-pixel frame
PAD = 2  # pixels of the 28x28 image left free around the glyph
_PER_PIXEL = FRAME / SIDE
LONGEST = round(FRAME * (SIDE - 2 * PAD) / SIDE)  # what the longer side of a glyph has in the frame
_REACH = 11  # pixels of the frame that bicubic looks beyond the square: two of the 28x28 image, and rounding
_ROOM = 24  # pixels around the glyph in the work frame, for strokes that are made wider

# Stroke widths in EMNIST Balanced train, in pixels of the 28x28 image, as `stroke_width` measures them on 6,000
# images: 5 % 1.9, 25 % 2.5, median 2.9, 75 % 3.5, 95 % 4.5. A stroke outside the middle half is brought to its edge.
NARROWEST, WIDEST = 2.5, 3.9


def to_input(images: np.ndarray) -> np.ndarray:
    """What every network here is fed with: upright uint8 (n, 28, 28) -> float32 (n, 28, 28, 1) in [0, 1]."""
    return images[..., None].astype(np.float32) / np.float32(255)


def convert(ink: np.ndarray) -> np.ndarray:
    """Ink float32 (h, w), 0 to 1, of one glyph -> upright uint8 (28, 28), 0 = paper, 255 = ink."""
    return shrink(_normal_strokes(_into_frame(ink)))


def shrink(framed: np.ndarray) -> np.ndarray:
    """The paper's steps alone, for ink float32 (h, w), 0 to 1, drawn at the size that a 128-pixel frame gives it."""
    blurred = cv2.GaussianBlur(framed, (0, 0), BLUR)
    x, y, width, height = cv2.boundingRect((blurred > 0.1).astype(np.uint8))
    half = max(width, height) / 2 * SIDE / (SIDE - 2 * PAD)
    centre_x, centre_y = x + width / 2, y + height / 2
    lacking = half - min(centre_x, centre_y, blurred.shape[1] - centre_x, blurred.shape[0] - centre_y)
    border = max(0, int(lacking) + 1 + _REACH)  # enough for the square around a glyph that touches the frame
    padded = cv2.copyMakeBorder(blurred, border, border, border, border, cv2.BORDER_CONSTANT, value=0)
    centre_x, centre_y = centre_x + border, centre_y + border
    box = (centre_x - half, centre_y - half, centre_x + half, centre_y + half)
    small = np.asarray(Image.fromarray(padded).resize((SIDE, SIDE), Image.Resampling.BICUBIC, box=box))
    small = np.clip(small, 0, None)
    return np.round(small * (255 / max(float(small.max()), 1e-6))).astype(np.uint8)


def stroke_width(ink: np.ndarray) -> float:
    """Mean stroke width in pixels: over a stroke of width w the distance to paper averages w / 4."""
    mask = ink > 0.5
    if not mask.any():
        return 0.0
    distance = cv2.distanceTransform(mask.astype(np.uint8), cv2.DIST_L2, 3)
    return 4 * float(distance[mask].mean() - 0.5)


def _into_frame(ink: np.ndarray) -> np.ndarray:
    """Scale the glyph to the size it has in a 128-pixel frame, with room around it: float32."""
    scale = LONGEST / max(ink.shape)
    size = (max(1, round(ink.shape[1] * scale)), max(1, round(ink.shape[0] * scale)))
    scaled = cv2.resize(ink, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
    return cv2.copyMakeBorder(np.clip(scaled, 0, 1), _ROOM, _ROOM, _ROOM, _ROOM, cv2.BORDER_CONSTANT, value=0)


def _normal_strokes(framed: np.ndarray) -> np.ndarray:
    """Bring strokes that are thinner or wider than EMNIST's to the nearest width that EMNIST has."""
    width = stroke_width(framed)
    wanted = float(np.clip(width, NARROWEST * _PER_PIXEL, WIDEST * _PER_PIXEL))
    change = (wanted - width) / 2
    if abs(change) < 0.25:
        return framed
    mask = (framed > 0.5).astype(np.uint8)
    if change > 0:
        outside = cv2.distanceTransform(1 - mask, cv2.DIST_L2, 5) - 0.5
        return np.clip(change - outside + 0.5, 0, 1)
    inside = cv2.distanceTransform(mask, cv2.DIST_L2, 5) - 0.5
    thinner = np.clip(inside + change + 0.5, 0, 1)
    return thinner if thinner.max() > 0.5 else framed
