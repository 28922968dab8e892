"""Ink -> the glyph: what belongs to the character, without specks, borders and pieces of its neighbours."""

from dataclasses import dataclass

import cv2
import numpy as np

from hcr.picture.ink import Ink

SPECK_SHARE = 0.02  # of the largest piece's area: smaller pieces are dust
PIECE_SHARE = 0.35  # a smaller piece that touches the picture's edge belongs to a neighbour


@dataclass(frozen=True)
class Glyph:
    """ink: float32 (h, w), cropped; box: (x, y, width, height) in the picture's own pixels; pixel: the size of a
    pixel that was decoded, in pixels of `ink`; strokes: how many of them do not touch each other."""

    ink: np.ndarray
    box: tuple[int, int, int, int]
    pixel: float
    strokes: int


def find_glyph(ink: Ink) -> Glyph | None:
    """The one character of a picture; None where there is no ink."""
    mask = (ink.strength > 0.5).astype(np.uint8)
    left, top, width, height = cv2.boundingRect(mask)
    if not width:
        return None
    inked = mask[top : top + height, left : left + width]
    count, pieces, stats, _ = cv2.connectedComponentsWithStats(inked, connectivity=8)
    stats[:, :2] += (left, top)
    kept = [number for number in range(1, count) if _belongs(stats, number, mask.shape)]
    own, strength = mask, ink.strength
    if len(kept) < count - 1:
        own = np.zeros_like(mask)
        own[top : top + height, left : left + width] = np.isin(pieces, kept)
        strength = strength * cv2.dilate(own, np.ones((5, 5), np.uint8))  # with the soft edge around the kept pieces
    x, y, width, height = cv2.boundingRect(own)
    margin = 2
    top, left = max(0, y - margin), max(0, x - margin)
    crop = strength[top : y + height + margin, left : x + width + margin]
    box = tuple(round(value * ink.scale * ink.reduced) for value in (x, y, width, height))
    return Glyph(crop, (box[0], box[1], max(1, box[2]), max(1, box[3])), 1 / ink.scale, len(kept))


def _belongs(stats: np.ndarray, number: int, shape: tuple[int, ...]) -> bool:
    x, y, width, height, area = (int(value) for value in stats[number])
    largest = int(stats[1:, cv2.CC_STAT_AREA].max())
    if area == largest:
        return True
    if area < SPECK_SHARE * largest:
        return False
    touches = x == 0 or y == 0 or x + width == shape[1] or y + height == shape[0]
    return not (touches and area < PIECE_SHARE * largest)
