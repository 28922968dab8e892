"""Where a wide piece of ink may be two characters: places to cut, and the path of each cut, around strokes where it can.

Source of the paths: the shortest path from top to bottom through the least ink, as in seam carving (Avidan & Shamir 2007).
"""

import numpy as np

SLANTS = np.arange(-0.4, 0.81, 0.1)
CUT_APART, CUT_NEAR = 0.15, 0.12  # of the common height: the least width of a part; cuts are minima within so much
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


def cut(mask: np.ndarray, height: float, stroke: float, lean: float) -> tuple[np.ndarray, list[float]]:
    """Number the parts of a piece: mask uint8 (h, w) -> int (h, w), 0 for paper, 1 and up from left to right; and how many
    stroke widths of ink each cut goes through. height: the line's; stroke: a stroke's width; both in pixels; lean: the
    line's slant."""
    shift = np.round(lean * (np.arange(len(mask)) - len(mask) / 2)).astype(int)
    shift -= shift.min()
    upright = np.zeros((len(mask), mask.shape[1] + int(shift.max())), np.uint8)
    for row, by in enumerate(shift):
        upright[row, by : by + mask.shape[1]] = mask[row]
    places = _places(upright.sum(0).astype(np.float64), height, stroke)
    if not places:
        return mask.astype(int), []
    paths, ink = _paths(upright, np.array(places), max(2, round(REACH * height)))
    columns = np.arange(mask.shape[1])
    number = 1 + sum((columns[None, :] + shift[:, None] >= path[:, None]).astype(int) for path in paths)
    return np.where(mask > 0, number, 0), [float(through) / stroke for through in ink]


def _places(profile: np.ndarray, height: float, stroke: float) -> list[int]:
    """Columns to cut at, some way apart and away from both ends: local minima of the ink, and the middle of what is high and
    wider than a stroke, where two upright strokes touch along their sides."""
    width = len(profile)
    smooth = np.convolve(np.pad(profile, 2, mode="edge"), np.ones(5) / 5, "valid")
    near, apart = max(1, int(CUT_NEAR * height)), CUT_APART * height
    lowest = np.array([smooth[max(0, column - near) : column + near + 1].min() for column in range(width)])
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


def _paths(mask: np.ndarray, places: np.ndarray, reach: int) -> tuple[np.ndarray, np.ndarray]:
    """The path through the least ink near each column of `places` (n,): the first column behind it in each row, int (n, h),
    and the ink that it goes through, in pixels, (n,)."""
    padded = np.pad(mask.astype(np.float32), ((0, 0), (reach, reach)))
    windows = places[:, None] + np.arange(2 * reach + 1)
    cost = padded[:, windows].transpose(1, 0, 2)  # (n, h, 2 reach + 1)
    count, rows, width = cost.shape
    total = cost[:, 0] + 0.01 * np.abs(np.arange(width) - reach)  # of paths that cost the same, the straight one
    steps = np.zeros((count, rows, width), np.int8)
    far = np.full((count, 1), np.inf, np.float32)
    for row in range(1, rows):
        ways = np.stack(
            [np.hstack([far, total[:, :-1]]) + ASIDE, total, np.hstack([total[:, 1:], far]) + ASIDE]
        )  # from the left, straight, from the right
        best = np.where(ways[1] <= np.minimum(ways[0], ways[2]), 1, np.where(ways[0] <= ways[2], 0, 2))
        steps[:, row] = best - 1
        total = np.take_along_axis(ways, best[None], 0)[0] + cost[:, row]
    at = total.argmin(1)
    paths = np.empty((count, rows), int)
    ink = np.zeros(count)
    every = np.arange(count)
    for row in range(rows - 1, -1, -1):
        paths[:, row] = at
        ink += cost[every, row, at]
        at = at + steps[every, row, at]
    return np.maximum.accumulate(paths + places[:, None] - reach, axis=0), ink
