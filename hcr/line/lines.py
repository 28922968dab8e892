"""Ink -> lines of pieces: which strokes stand on one line, and where one character may end and the next begin.

A piece is what no character is smaller than: a stroke, a group of strokes one over the other, or a part of a wide one, cut
where little ink is. Which pieces make a character together is left to who can read (`hcr.line.lattice`).
"""

from dataclasses import dataclass, replace

import cv2
import numpy as np

from hcr.line.cuts import cut, slant
from hcr.picture.conversion import stroke_width
from hcr.picture.ink import Ink

SPECK = 0.35  # of a stroke's width squared: a smaller piece is dust
BIG = 0.45  # of the common height: strokes that decide where a line is; smaller ones are dots, bars and accents
SLOPES = np.tan(np.radians(np.arange(-8, 8.1, 0.5)))
ONE_LINE = 0.62  # of the common height: how far the middle of a character lies from its line's
NEAR_LINE = 0.6  # likewise, how far a small stroke may lie outside the line that it belongs to
EDGE = 0.5  # likewise: a lower piece at the picture's edge belongs to a neighbour that was cut off
OVER = 0.5  # of the narrower one's width: strokes that overlap by more stand one over the other
DOT = 0.3  # of the common height: how far a dot may have slipped from its stem
WIDE = 0.75  # likewise: a wider piece may be two characters, and is cut


@dataclass(frozen=True)
class Piece:
    """x, y: of its upper left corner in the ink's pixels; mask: uint8 (h, w), 1 where its ink is; group: the number of what
    it was cut from, or of itself; cut_left, cut_right: how much ink the cut on that side goes through, in stroke widths;
    None where there is none."""

    x: int
    y: int
    mask: np.ndarray
    group: int = 0
    cut_left: float | None = None
    cut_right: float | None = None

    @property
    def right(self) -> int:
        """The first column behind it."""
        return int(self.x + self.mask.shape[1])

    @property
    def bottom(self) -> int:
        """The first row below it."""
        return int(self.y + self.mask.shape[0])


@dataclass(frozen=True)
class Line:
    """pieces: from left to right, at least one; height: what is common among its characters; slope: rows by which it falls
    for each column; all in the ink's pixels."""

    pieces: tuple[Piece, ...]
    height: float
    slope: float


@dataclass(frozen=True)
class _Strokes:
    """Connected ink. labels: int32 (h, w); x, y, width, height, area: int (n,), of those kept; numbers: their labels."""

    labels: np.ndarray
    numbers: np.ndarray
    x: np.ndarray
    y: np.ndarray
    width: np.ndarray
    height: np.ndarray
    area: np.ndarray


def find_lines(ink: Ink) -> tuple[Line, ...]:
    """The lines of a picture from top to bottom, none where there is no ink."""
    mask = (ink.strength > 0.5).astype(np.uint8)
    if not mask.any():
        return ()
    stroke = max(1.0, stroke_width(ink.strength))
    found = _strokes(mask, stroke)
    if not len(found.numbers):
        return ()
    tall = found.height[found.height > 2.2 * stroke]
    common = float(np.percentile(tall if len(tall) else found.height, 70))
    slope = _slope(found, common)
    lines = [_line(found, members, stroke, slope) for members in _rows(found, common, slope)]
    return tuple(lines)


def _strokes(mask: np.ndarray, stroke: float) -> _Strokes:
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    x, y, width, height, area = (stats[1:, column] for column in range(5))
    rows, columns = mask.shape
    at_edge = (x == 0) | (y == 0) | (x + width == columns) | (y + height == rows)
    kept = area > max(6.0, SPECK * stroke**2)
    largest = float(height[kept].max()) if kept.any() else 0.0
    kept &= ~(at_edge & (height < EDGE * largest) & (area < 0.35 * area.max()))
    return _Strokes(labels, np.arange(1, count)[kept], x[kept], y[kept], width[kept], height[kept], area[kept])


def _slope(found: _Strokes, common: float) -> float:
    """Rows by which the lines fall for each column: where the characters' feet, and their heads, agree best."""
    big = np.flatnonzero(found.height > BIG * common)[:300]
    if len(big) < 4:
        return 0.0
    middle = found.x[big] + found.width[big] / 2
    edges = found.y[big] + found.height[big], found.y[big]
    scores = []
    for slope in SLOPES:
        agreeing = 0.0
        for weight, edge in zip((1.0, 0.5), edges, strict=True):
            level = (edge - slope * middle) / (0.15 * common)
            agreeing += weight * float(np.exp(-((level[:, None] - level) ** 2)).sum())
        scores.append(agreeing)
    best = int(np.argmax(scores))
    level = len(SLOPES) // 2
    return float(SLOPES[best]) if scores[best] > 1.02 * scores[level] else 0.0


def _rows(found: _Strokes, common: float, slope: float) -> list[np.ndarray]:
    """Which strokes stand on which line: indices into `found`, from the top line to the last."""
    fall = slope * (found.x + found.width / 2)
    middle = found.y + found.height / 2 - fall
    big = found.height > BIG * common
    if not big.any():
        big[:] = True
    rows: list[list[int]] = []
    for index in np.flatnonzero(big)[np.argsort(middle[big], kind="stable")]:
        away = [abs(middle[index] - np.median(middle[row])) for row in rows]
        if rows and min(away) < ONE_LINE * common:
            rows[int(np.argmin(away))].append(int(index))
        else:
            rows.append([int(index)])
    bounds = [
        (np.median((found.y - fall)[row]), np.median((found.y + found.height - fall)[row])) for row in map(np.array, rows)
    ]
    for index in np.flatnonzero(~big):
        outside = [max(top - middle[index], middle[index] - bottom, 0.0) for top, bottom in bounds]
        nearest = int(np.argmin(outside))
        if outside[nearest] < NEAR_LINE * common:
            rows[nearest].append(int(index))
    order = np.argsort([top + bottom for top, bottom in bounds])
    return [np.array(rows[number]) for number in order]


def _line(found: _Strokes, members: np.ndarray, stroke: float, slope: float) -> Line:
    groups = _groups(found, members)
    height = float(np.percentile([_height(_piece(found, group), slope) for group in groups], 75))
    groups = _with_dots(found, groups, height)
    whole = [_piece(found, group) for group in groups]
    lean = _lean(whole)
    pieces = _cut(whole, height, stroke, lean)
    return Line(tuple(sorted(pieces, key=lambda piece: piece.x + piece.right)), height, slope)


def _height(piece: Piece, slope: float) -> float:
    """Rows that it takes on a line that does not fall."""
    if slope == 0.0:
        return float(piece.mask.shape[0])
    columns = np.flatnonzero(piece.mask.any(0))
    inked = piece.mask[:, columns]
    top = inked.argmax(0) - slope * columns
    bottom = len(inked) - inked[::-1].argmax(0) - slope * columns
    return float(bottom.max() - top.min())


def _bounds(found: _Strokes, group: list[int]) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of strokes."""
    x, y = found.x[group], found.y[group]
    return int(x.min()), int(y.min()), int((x + found.width[group]).max()), int((y + found.height[group]).max())


def _groups(found: _Strokes, members: np.ndarray) -> list[list[int]]:
    """Strokes that stand one over the other, from left to right."""
    groups: list[list[int]] = []
    right = 0
    left = 0
    for index in map(int, members[np.argsort(found.x[members], kind="stable")]):
        begin, end = int(found.x[index]), int(found.x[index] + found.width[index])
        if groups and min(right, end) - max(left, begin) > OVER * min(right - left, end - begin):
            groups[-1].append(index)
            left, right = min(left, begin), max(right, end)
        else:
            groups.append([index])
            left, right = begin, end
    return groups


def _with_dots(found: _Strokes, groups: list[list[int]], height: float) -> list[list[int]]:
    """The dots of i and j joined to a stem beside which they have slipped."""
    stems = [group for group in groups if not _is_dot(found, group, height)]
    if not stems:
        return groups
    for dot in (group for group in groups if _is_dot(found, group, height)):
        left, _, right, bottom = _bounds(found, dot)
        best: tuple[float, list[int]] | None = None
        for stem in stems:
            begin, top, end, foot = _bounds(found, stem)
            apart = max(begin - right, left - end, 0)
            under = bottom < top + 0.35 * (foot - top) and top - bottom < 0.6 * height
            if under and end - begin < 0.5 * height and apart < DOT * height and (best is None or apart < best[0]):
                best = (apart, stem)
        if best is None:
            stems.append(dot)
        else:
            best[1].extend(dot)
    return stems


def _is_dot(found: _Strokes, group: list[int], height: float) -> bool:
    left, top, right, bottom = _bounds(found, group)
    return max(right - left, bottom - top) < 0.35 * height


def _piece(found: _Strokes, group: list[int]) -> Piece:
    left, top, right, bottom = _bounds(found, group)
    own = np.isin(found.labels[top:bottom, left:right], found.numbers[group])
    return Piece(left, top, own.astype(np.uint8))


def _cut(whole: list[Piece], height: float, stroke: float, lean: float) -> list[Piece]:
    """All pieces, the wide ones in parts; the groups are numbered."""
    numbered = [replace(piece, group=group) for group, piece in enumerate(whole)]
    wide = [piece for piece in numbered if piece.mask.shape[1] > WIDE * height]
    parts = [piece for piece in numbered if piece.mask.shape[1] <= WIDE * height]
    for piece, (numbers, ink) in zip(wide, cut([piece.mask for piece in wide], height, stroke, lean), strict=True):
        for number in range(1, len(ink) + 2):
            own = (numbers == number).astype(np.uint8)
            x, y, width, rows = cv2.boundingRect(own)
            if width:
                before = ink[number - 2] if number > 1 else None
                behind = ink[number - 1] if number <= len(ink) else None
                mask = own[y : y + rows, x : x + width]
                parts.append(Piece(piece.x + x, piece.y + y, mask, piece.group, before, behind))
    return parts


def _lean(pieces: list[Piece]) -> float:
    inked = [np.nonzero(piece.mask) for piece in pieces]
    rows = np.concatenate([y - piece.mask.shape[0] / 2 for (y, _), piece in zip(inked, pieces, strict=True)])
    return slant(rows, np.concatenate([x + piece.x for (_, x), piece in zip(inked, pieces, strict=True)]))
