"""One glyph of a font as many hands would write it: another pose, bend and pen, then the project's own conversion."""

import cv2
import numpy as np

from hcr.picture.conversion import LONGEST, NARROWEST, convert, repenned, stroke_width

# How much hands differ within one font; all of this is on top of what the trainer's own augmentation does.
ROTATION, ASPECT = 0.12, 0.20  # radians and natural logarithm, drawn uniformly up to it either way
SLANT = (-0.20, 0.30)  # shear; many of the fonts lean to the right as they are
BEND = 2.2  # standard deviation of the smooth displacement, in pixels of the work frame
GRID = 4  # control points a side of that displacement
PEN = (1.15 * NARROWEST * LONGEST, 0.2 * LONGEST)  # pixels of the work frame: the stroke width that is aimed at
THINNER, WIDER = 0.6, 2.2  # of a glyph's own width: a pen of varying width, thinner still, breaks; a narrow glyph fills
_ROOM = 48  # pixels around the glyph in the work frame, for what the pose moves out of it
_PEN_ROOM = 14  # and, posed, for a wider pen
_TRIES = 3


def write(ink: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A glyph's ink float32 (h, w), 0 to 1, cropped -> upright uint8 (28, 28), 0 = paper, 255 = ink.

    Pieces and holes mostly stay what they were: a pen that would close a loop or break a stroke is not used.
    """
    posed = _cropped(_posed(_framed(ink), rng), _PEN_ROOM)
    width = stroke_width(posed)
    wanted = float(np.clip(rng.uniform(*PEN), THINNER * width, WIDER * width))
    return convert(_cropped(_with_pen(posed, width, wanted), 2))


def _cropped(ink: np.ndarray, room: int) -> np.ndarray:
    x, y, width, height = cv2.boundingRect((ink > 0.5).astype(np.uint8))
    return ink[max(0, y - room) : y + height + room, max(0, x - room) : x + width + room]


def _framed(ink: np.ndarray) -> np.ndarray:
    """The glyph in the work frame's size with room around it: float32, 0 to 1."""
    scale = LONGEST / max(ink.shape)
    size = max(1, round(ink.shape[1] * scale)), max(1, round(ink.shape[0] * scale))
    scaled = cv2.resize(ink, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    return cv2.copyMakeBorder(scaled, _ROOM, _ROOM, _ROOM, _ROOM, cv2.BORDER_CONSTANT, value=0)


def _posed(framed: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Turned, sheared, stretched and bent about its middle."""
    angle, aspect = rng.uniform(-1, 1, 2) * (ROTATION, ASPECT)
    slant = rng.uniform(*SLANT)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    pose = turn @ np.array([[1, -slant], [0, 1]]) @ np.diag([np.exp(aspect / 2), np.exp(-aspect / 2)])
    (xx, xy), (yx, yy) = np.linalg.inv(pose).astype(np.float32)
    height, width = framed.shape
    x = np.arange(width, dtype=np.float32)[None] - (width - 1) / 2
    y = np.arange(height, dtype=np.float32)[:, None] - (height - 1) / 2
    bend = rng.normal(0, BEND, (2, GRID, GRID)).astype(np.float32)
    across, down = (cv2.resize(one, (width, height), interpolation=cv2.INTER_LINEAR) for one in bend)
    across += xx * x + (xy * y + (width - 1) / 2)
    down += yx * x + (yy * y + (height - 1) / 2)
    return np.asarray(cv2.remap(framed, across, down, cv2.INTER_LINEAR))


def _with_pen(ink: np.ndarray, width: float, wanted: float) -> np.ndarray:
    """Strokes of `width` pixels made `wanted` pixels wide, or a half or a quarter of the way there where that keeps what
    hangs together; else as they are, but no thinner than the conversion lets pass."""
    before, change = _topology(ink), (wanted - width) / 2
    for halvings in range(_TRIES):
        written = repenned(ink, change / 2**halvings)
        if width + 2 * change / 2**halvings >= PEN[0] and _topology(written) == before:
            return written
    return repenned(ink, max(0.0, (PEN[0] - width) / 2))


def _topology(ink: np.ndarray) -> tuple[int, int]:
    """How many pieces of ink there are, and how many holes in them."""
    mask = (ink > 0.5).astype(np.uint8)
    contours, tree = cv2.findContours(mask, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    holes = 0 if tree is None else int((tree[0, :, 3] >= 0).sum())
    return len(contours) - holes, holes
