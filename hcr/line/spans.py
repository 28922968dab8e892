"""A line's pieces -> spans: every row of neighbouring pieces that may be one character, as the network would see it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np

from hcr.line.lines import Line, Piece
from hcr.picture.conversion import convert
from hcr.picture.ink import Ink

MOST = 8  # pieces of one character
WIDEST = 1.7  # of the line's height: the width of one character
GAP = 0.22  # likewise: between two pieces of one character
_PAD = 3  # ink pixels around a span, for the soft edge of its strokes


@dataclass(frozen=True)
class Span:
    """first, last: the pieces, by number; x, y, width, height: in the ink's pixels; cuts: how much ink its edges go through,
    in stroke widths, for those that do; gaps: how many of its pieces stand apart from the one before; draw: makes `image`,
    which takes as long as all the rest."""

    first: int
    last: int
    x: int
    y: int
    width: int
    height: int
    cuts: tuple[float, ...]
    gaps: int
    draw: Callable[[], np.ndarray]

    @cached_property
    def image(self) -> np.ndarray:
        """As the network would see it: upright uint8 (28, 28)."""
        return self.draw()


def spans(ink: Ink, line: Line) -> tuple[Span, ...]:
    """All spans of a line, those of one piece included."""
    found = []
    pieces = line.pieces
    for first in range(len(pieces)):
        gaps = 0
        for last in range(first, min(len(pieces), first + MOST)):
            if last > first:
                apart = pieces[last].x - max(piece.right for piece in pieces[first:last])
                width = max(piece.right for piece in pieces[first : last + 1]) - pieces[first].x
                if width > WIDEST * line.height or apart > GAP * line.height:
                    break
                gaps += pieces[last].cut_left is None
            found.append(_span(ink, pieces, first, last, gaps))
    return tuple(found)


def _span(ink: Ink, pieces: tuple[Piece, ...], first: int, last: int, gaps: int) -> Span:
    own = pieces[first : last + 1]
    x, y = min(piece.x for piece in own), min(piece.y for piece in own)
    width, height = max(piece.right for piece in own) - x, max(piece.bottom for piece in own) - y
    cuts = tuple(cut for cut in (pieces[first].cut_left, pieces[last].cut_right) if cut is not None)
    return Span(first, last, x, y, width, height, cuts, gaps, lambda: _image(ink, own, (x, y, x + width, y + height)))


def _image(ink: Ink, own: tuple[Piece, ...], bounds: tuple[int, int, int, int]) -> np.ndarray:
    """The pieces alone, converted; bounds: their left, top, right and bottom."""
    left, top = max(0, bounds[0] - _PAD), max(0, bounds[1] - _PAD)
    right = min(ink.strength.shape[1], bounds[2] + _PAD)
    bottom = min(ink.strength.shape[0], bounds[3] + _PAD)
    mask = np.zeros((bottom - top, right - left), np.uint8)
    for piece in own:
        rows = slice(piece.y - top, piece.bottom - top)
        mask[rows, piece.x - left : piece.right - left] |= piece.mask
    crop = ink.strength[top:bottom, left:right] * cv2.dilate(mask, np.ones((3, 3), np.uint8))
    return convert(crop, 1 / ink.scale)
