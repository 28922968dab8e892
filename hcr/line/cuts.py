"""Where a wide piece of ink may be two characters: places to cut, and the path of each cut, around strokes where it can.

Source of the paths: the shortest path from top to bottom through the least ink, as in seam carving (Avidan & Shamir 2007).
"""

from collections.abc import Sequence

import cv2
import numpy as np

SLANTS = np.arange(-0.4, 0.81, 0.1)
CUT_APART, CUT_NEAR = 0.1, 0.03  # of the common height: the least width of a part; cuts are minima within so much
SIDE_BY_SIDE = 0.5, 1.6  # of the common height, stroke widths: ink that is higher and wider may be two upright strokes
REACH = 0.1  # of the common height: how far a cut may leave its column
ASIDE = 0.35  # pixels of ink that a cut goes through rather than step aside by one


def slant(rows: np.ndarray, columns: np.ndarray) -> float:
    """Columns by which upright strokes lean to the right for each row upwards: where the ink stands in the fewest columns.
    rows, columns: of the line's inked pixels, int (n,), n at least 1, each row counted from its own piece's middle."""
    columns = columns - columns.min()
    if len(rows) > 20_000:
        rows, columns = rows[:: len(rows) // 10_000], columns[:: len(rows) // 10_000]
    peaked = []
    for lean in SLANTS:
        upright = (columns + lean * rows).astype(int)
        peaked.append(float((np.bincount(upright - upright.min()).astype(np.float64) ** 2).sum()))
    return float(SLANTS[int(np.argmax(peaked))])


def cut(masks: Sequence[np.ndarray], height: float, stroke: float, lean: float) -> list[tuple[np.ndarray, list[float]]]:
    """Number the parts of each of a line's wide pieces: masks uint8 (h, w) -> int (h, w), 0 for paper, 1 and up from left to
    right; and how many stroke widths of ink each cut goes through. height: the line's; stroke: a stroke's width; both in
    pixels; lean: the line's slant."""
    upright, shifts = zip(*(_sheared(mask, lean) for mask in masks), strict=True) if masks else ((), ())
    places = [_places(mask.sum(0).astype(np.float64), height, stroke) for mask in upright]
    paths, ink = _paths(upright, places, max(2, round(REACH * height)))
    found = []
    begin = 0
    for mask, shift, count in zip(masks, shifts, map(len, places), strict=True):
        columns = np.arange(mask.shape[1])[None, :] + shift[:, None]
        number = np.ones(mask.shape, int)
        for path in np.maximum.accumulate(paths[begin : begin + count]):  # none may cross the one before
            number += columns >= path[: len(mask), None]
        found.append((np.where(mask > 0, number, 0), [float(through) / stroke for through in ink[begin : begin + count]]))
        begin += count
    return found


def _sheared(mask: np.ndarray, lean: float) -> tuple[np.ndarray, np.ndarray]:
    """A mask whose strokes stand upright, and by how many columns each row has gone to the right, int (h,)."""
    shift = np.round(lean * (np.arange(len(mask)) - len(mask) / 2)).astype(int)
    shift -= shift.min()
    upright = np.zeros((len(mask), mask.shape[1] + int(shift.max())), np.uint8)
    for row, by in enumerate(shift):
        upright[row, by : by + mask.shape[1]] = mask[row]
    return upright, shift


def _places(profile: np.ndarray, height: float, stroke: float) -> list[int]:
    """Columns to cut at, some way apart and away from both ends: local minima of the ink, and the middle of what is high and
    wider than a stroke, where two upright strokes touch along their sides."""
    width = len(profile)
    smooth = np.convolve(np.pad(profile, 2, mode="edge"), np.ones(5) / 5, "valid")
    near, apart = max(1, int(CUT_NEAR * height)), CUT_APART * height
    lowest = cv2.erode(smooth[None], np.ones((1, 2 * near + 1), np.uint8))[0]
    found: list[int] = []
    for column in np.flatnonzero(smooth <= lowest + 1e-6):
        if apart <= column <= width - apart and (not found or column - found[-1] > apart):
            found.append(int(column))
    edges = np.diff(np.pad(smooth > SIDE_BY_SIDE[0] * height, 1).astype(int))
    for begin, end in zip(np.flatnonzero(edges == 1), np.flatnonzero(edges == -1), strict=True):
        middle = (begin + end) // 2
        if SIDE_BY_SIDE[1] * stroke < end - begin < 2 * SIDE_BY_SIDE[1] * stroke and apart <= middle <= width - apart:
            found = [place for place in found if abs(place - middle) > 0.5 * apart] + [int(middle)]
    return sorted(found)


def _paths(masks: Sequence[np.ndarray], places: Sequence[list[int]], reach: int) -> tuple[np.ndarray, np.ndarray]:
    """The path through the least ink near each column of each mask's `places`, n in all: the first column behind it in each
    row, int (n, h) for the highest mask, and the ink that it goes through, in pixels, (n,)."""
    beside = np.arange(2 * reach + 1)
    middles = np.array([place for those in places for place in those], int)
    rows = max((len(mask) for mask in masks), default=0)
    cost = np.zeros((len(middles), rows, len(beside)), np.float32)  # below a mask that is less high there is none
    begin = 0
    for mask, those in zip(masks, places, strict=True):
        padded = np.pad(mask, ((0, 0), (reach, reach)))
        windows = np.array(those, int)[:, None] + beside
        cost[begin : begin + len(those), : len(mask)] = padded[:, windows].transpose(1, 0, 2)
        begin += len(those)
    if not cost.size:
        return np.zeros((0, rows), int), np.zeros(0)
    total = cost[:, 0] + np.float32(0.01) * abs(beside - reach).astype(
        np.float32
    )  # of paths that cost the same, the straight
    around = np.full((len(middles), len(beside) + 2), np.inf, np.float32)
    steps = np.zeros(cost.shape, np.int8)
    for row in range(1, rows):
        around[:, 1:-1] = total
        left, right = around[:, :-2], around[:, 2:]
        aside = np.minimum(left, right) + np.float32(ASIDE)
        straight = total <= aside
        steps[:, row] = np.where(straight, 0, np.where(left <= right, -1, 1))
        total = np.where(straight, total, aside) + cost[:, row]
    at = total.argmin(1)
    paths = np.empty(cost.shape[:2], int)
    ink = np.zeros(len(middles))
    every = np.arange(len(middles))
    for row in range(rows - 1, -1, -1):
        paths[:, row] = at
        ink += cost[every, row, at]
        at = at + steps[every, row, at]
    return paths + middles[:, None] - reach, ink
