"""The generated stand-in: characters that need no download, drawn from stroke templates, then converted as EMNIST is.

They are for tests, for the `smoke` recipe and for looking around; they are not EMNIST, and say so.
"""

from functools import cache

import cv2
import numpy as np

from hcr.alphabet import CLASS_COUNT, CLASSES, stands_for
from hcr.data.generated.strokes import curves
from hcr.data.orientation import raw
from hcr.data.split import Split
from hcr.image import SIDE
from hcr.picture.conversion import FRAME, LONGEST, shrink

SOURCE = "generated stand-in, not EMNIST"
DEFAULT_SIZES = {"balanced-train": (100, 0), "balanced-test": (40, 1)}
"""For each split that the stand-in has: characters of each class, and the seed."""

# How much hands differ, drawn uniformly: enough that no two characters agree, little enough to read them all.
ROTATION, ASPECT = 0.16, 0.22  # radians and natural logarithm, up to which either way
SLANT = (-0.20, 0.65)  # shear: most people lean to the right; in EMNIST an upright H leans by 0.28, give or take 0.30
BEND = 0.045  # standard deviation of the points' smooth displacement, in character heights
GRID = 4  # control points a side of that displacement
PEN = (0.09 * LONGEST, 0.2 * LONGEST)  # pixels in the frame: from 10 % to 90 % of EMNIST's strokes
_SHIFT = 4  # binary digits behind the point of the drawn coordinates


@cache
def stand_in(name: str) -> Split:
    """The generated split "balanced-train" or "balanced-test", made once a process. Raises KeyError for any other."""
    per_class, seed = DEFAULT_SIZES[name]
    return generate(per_class, seed, name)


def generate(per_class: int, seed: int = 0, name: str = "balanced-train") -> Split:
    """`per_class` characters of each of the 47 classes in random order, stored transposed as EMNIST stores them.

    The same seed gives the same images. A class that joins two cases has both, at random.
    """
    rng = np.random.default_rng((seed, per_class))
    images = np.empty((CLASS_COUNT * per_class, SIDE, SIDE), np.uint8)
    labels = np.repeat(np.arange(CLASS_COUNT, dtype=np.uint8), per_class)
    for label, character_class in enumerate(CLASSES):
        ways = [way for character in stands_for(character_class) for way in curves(character)]
        for index in range(label * per_class, (label + 1) * per_class):
            images[index] = raw(write(ways[rng.integers(len(ways))], rng))
    order = rng.permutation(len(labels))
    return Split(images[order], labels[order], name, SOURCE, generated=True)


def draw(character: str) -> np.ndarray:
    """The plain template of one of the 62 characters, without pose or jitter: upright uint8 (28, 28)."""
    return _picture(curves(character)[0], 3.0 * FRAME / SIDE)


def write(strokes: tuple[np.ndarray, ...], rng: np.random.Generator, pen: tuple[float, float] = PEN) -> np.ndarray:
    """One character, its strokes as `curves` gives them, written by one random hand with a pen of `pen` pixels, from and
    to, in the frame: upright uint8 (28, 28)."""
    angle, aspect = rng.uniform(-1, 1, 2) * (ROTATION, ASPECT)
    slant = rng.uniform(*SLANT)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    pose = turn @ np.array([[1, -slant], [0, 1]]) @ np.diag([np.exp(aspect / 2), np.exp(-aspect / 2)])
    bend = rng.normal(0, BEND, (GRID, GRID, 2))
    moved = tuple((stroke + _displacement(stroke, bend)) @ pose.T for stroke in strokes)
    return _picture(moved, rng.uniform(*pen))


def _displacement(points: np.ndarray, control: np.ndarray) -> np.ndarray:
    """Control displacements (g, g, 2), bilinear between them, at points (n, 2) of the unit square."""
    position = np.clip(points, 0, 1) * (GRID - 1)
    steps = np.arange(GRID)
    across = np.maximum(0, 1 - abs(position[:, :1] - steps))
    down = np.maximum(0, 1 - abs(position[:, 1:] - steps))
    moved: np.ndarray = np.einsum("ni,nj,jik->nk", across, down, control)
    return moved


def _picture(strokes: tuple[np.ndarray, ...], pen: float) -> np.ndarray:
    """Draw strokes of any unit with a pen of so many pixels in a 128-pixel frame, as NIST's forms were scanned, and
    convert the drawing: upright uint8 (28, 28)."""
    every = np.concatenate(strokes)
    low, high = every.min(0), every.max(0)
    scale = (LONGEST - pen) / (high - low).max()
    offset = (FRAME - 1) / 2 - (low + high) / 2 * scale
    frame = np.zeros((FRAME, FRAME), np.float32)
    paths = [np.round((stroke * scale + offset) * 2**_SHIFT).astype(np.int32) for stroke in strokes]
    cv2.polylines(frame, paths, False, 1.0, round(pen), cv2.LINE_8, _SHIFT)
    return shrink(frame)
