"""Negatives made of characters: two or three side by side, pieces of one, one with a part of its neighbour.

They are what a reader of words meets when it cuts a line in the wrong places. All ink is float32 (h, w), 0 to 1.
"""

from collections.abc import Callable

import cv2
import numpy as np

from hcr.alphabet import CLASSES

HEIGHT = 96  # pixels of a tall character
_ENLARGED = 112
_INKED = 0.35
_STROKES = "1ILi"  # a half of one of these is one of these
_NARROW = 0.35  # width against height, below which a glyph counts as a stroke

CUT_GAP = -10.0, 2.0  # pixels between characters that touch
CUT_OFF = -6.0, 4.0  # pixels from a character's edge to the cut beside it, inwards

Pen = Callable[[np.random.Generator], np.ndarray]


class Glyphs:
    """Characters to cut and compose: upright uint8 (n, 28, 28) with labels uint8 (n,), 0 to 46."""

    def __init__(self, images: np.ndarray, labels: np.ndarray) -> None:
        self._images, self._labels = images, labels
        self._members = [np.flatnonzero(labels == label) for label in range(len(CLASSES))]

    def pick(self, rng: np.random.Generator) -> tuple[np.ndarray, str]:
        """Any one, cropped to its ink, and its class."""
        index = int(rng.integers(len(self._images)))
        return self._enlarged(index), CLASSES[self._labels[index]]

    def _enlarged(self, index: int) -> np.ndarray:
        large = cv2.resize(self._images[index], (_ENLARGED, _ENLARGED), interpolation=cv2.INTER_CUBIC)
        ink = large.astype(np.float32) / 255
        x, y, width, height = cv2.boundingRect((ink > _INKED).astype(np.uint8))
        cropped: np.ndarray = ink[y : y + height, x : x + width]
        return cropped

    def cut_out(self, label: int, rng: np.random.Generator) -> np.ndarray:
        """A character of the class `label` (0 to 46) that touches its neighbours, cut off them as a reader of words does it:
        a little of theirs is left, or a little of its own is gone. It is no negative."""
        own = _tall(self._enlarged(int(rng.choice(self._members[label]))), rng)
        before, behind = (_tall(self.pick(rng)[0], rng) for _ in range(2))
        gaps = rng.uniform(*CUT_GAP, 2)
        parts = [part for part, there in ((before, rng.random() < 0.7), (own, True), (behind, rng.random() < 0.7)) if there]
        line, places = _placed(parts, rng, gaps)
        at = next(index for index, part in enumerate(parts) if part is own)
        left = places[at] + int(rng.uniform(*CUT_OFF)) if at else 0
        right = places[at] + own.shape[1] - int(rng.uniform(*CUT_OFF)) if at + 1 < len(parts) else line.shape[1]
        return line[:, max(0, left) : right]

    def pair(self, rng: np.random.Generator) -> np.ndarray:
        """Two characters side by side, sometimes three, apart or touching, on about one baseline."""
        count = 2 if rng.random() < 0.85 else 3
        return _in_line([_tall(self.pick(rng)[0], rng) for _ in range(count)], rng, gap=(-10, 16))

    def piece(self, rng: np.random.Generator) -> np.ndarray:
        """A part of a character, cut straight across or along; never of a mere stroke, whose part is a stroke."""
        while True:
            ink, name = self.pick(rng)
            if name in _STROKES or ink.shape[1] < _NARROW * ink.shape[0]:
                continue
            along = rng.random() < 0.75
            size = ink.shape[1] if along else ink.shape[0]
            kept = int(size * rng.uniform(0.25, 0.6))
            place = slice(0, kept) if rng.random() < 0.5 else slice(size - kept, size)
            part = ink[:, place] if along else ink[place]
            if (part > 0.5).sum() > 30:
                return part

    def with_neighbour(self, rng: np.random.Generator) -> np.ndarray:
        """A character and a part of the one before or behind it."""
        own, other = _tall(self.pick(rng)[0], rng), _tall(self.pick(rng)[0], rng)
        part = max(3, int(other.shape[1] * rng.uniform(0.25, 0.6)))
        line = [own, other[:, :part]] if rng.random() < 0.5 else [other[:, -part:], own]
        return _in_line(line, rng, gap=(-4, 12))


def _tall(ink: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A character at one of the heights that a hand gives: tall, or as low as an x; flat ones stay flat."""
    height = HEIGHT * rng.uniform(0.55, 1.05) * (0.5 if ink.shape[0] < 0.5 * ink.shape[1] else 1.0)
    scale = max(0.05, height / ink.shape[0])
    return cv2.resize(ink, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)


def _in_line(parts: list[np.ndarray], rng: np.random.Generator, gap: tuple[float, float]) -> np.ndarray:
    """Characters on one uneven baseline, `gap` pixels apart, below 0 where they overlap."""
    return _placed(parts, rng, rng.uniform(*gap, len(parts)))[0]


def _placed(parts: list[np.ndarray], rng: np.random.Generator, gaps: np.ndarray) -> tuple[np.ndarray, list[int]]:
    """Characters on one uneven baseline, and the column where each begins; a gap in pixels behind each but the last."""
    room = HEIGHT + 30
    ink = np.zeros((room, sum(part.shape[1] for part in parts) + 80), np.float32)
    x, places = 10, []
    for number, part in enumerate(parts):
        places.append(x)
        y = int(np.clip(HEIGHT + 15 - part.shape[0] + rng.normal(0, 5), 0, room - part.shape[0]))
        here = ink[y : y + part.shape[0], x : x + part.shape[1]]
        np.maximum(here, part, out=here)
        if number + 1 < len(parts):
            x += max(4, part.shape[1] + int(gaps[number]))
    return ink, places
