"""Ink -> the ink of characters: without rules, form lines and boxes, and nothing where all of it is specks."""

from dataclasses import dataclass, replace

import cv2
import numpy as np

from hcr.picture.conversion import stroke_width

STRAIGHT = 0.35  # of a rule's thickness, or a pixel: how far its middle lies from a straight line
THIN = 0.5  # of the pen: a straight line that is thinner was no stroke of it
LEAST_PEN = 4.0  # pixels: how thin a line is beside a thinner pen is not to be told
LONG_APART, LONG_THIN, LONG = 1.0, 1.3, 2.6  # heights of a character: the least length of a thin rule that touches nothing,
LONG_THROUGH = 1.25  # of a thin one that does, of any other, and of one that touches nothing or goes from edge to edge
HOLES = 0.08  # of its length: a line as thick as the pen with more is a row of strokes, such as the bars of TTT
WIDE, PENS = 0.5, 30  # of the picture's side, widths of the pen: a shorter line is a stroke
SPECK = 0.025  # of the picture's longer side: smaller ink is no character, unless there are
WRITING, STROKE = 20, 8  # so many strokes of so many pixels: then it is a page of small letters
BLOB, BLOT = 1.8, 0.08  # a stroke is longer than so many widths; a blob that is larger, of the longer side, may be one


@dataclass(frozen=True)
class _Rule:
    """pixels: uint8 (h, w); thickness: in pixels; first, last: columns; apart: whether it touches no other ink."""

    pixels: np.ndarray
    thickness: float
    first: int
    last: int
    apart: bool = False

    def turned(self) -> "_Rule":
        """The same with rows and columns changed for each other."""
        return replace(self, pixels=np.ascontiguousarray(self.pixels.T))

    @property
    def length(self) -> int:
        """In pixels."""
        return self.last - self.first + 1


@dataclass(frozen=True)
class _Lines:
    """Straight lines of one direction. others: what is no part of a character either; pen: its width; edges: the columns of
    the picture's edges; lying: where the mask is not turned. An upright line is a rule only if it is thinner than the pen:
    it may be an I."""

    candidates: list[_Rule]
    others: list[_Rule]
    pen: float
    edges: tuple[int, int]
    lying: bool


def without_rules(strength: np.ndarray) -> np.ndarray:
    """Strength float32 (h, w), 0 to 1, with long straight lines and boxes taken out, and strokes that cross them left."""
    mask = (strength > 0.5).astype(np.uint8)
    x, y, width, height = cv2.boundingRect(mask)
    if not width:
        return strength
    inked = np.ascontiguousarray(mask[y : y + height, x : x + width])
    with_paper = cv2.copyMakeBorder(strength[y : y + height, x : x + width], 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
    pen = max(1.0, stroke_width(with_paper))
    dropped = _boxes(inked)
    sides, ends = (-x, mask.shape[1] - x), (-y, mask.shape[0] - y)
    across = _candidates(inked & ~dropped, pen, sides, thin_only=False)
    upright = _candidates(np.ascontiguousarray((inked & ~dropped).T), pen, ends, thin_only=True)
    if not across and not upright and not dropped.any():
        return strength
    upright = [rule.turned() for rule in upright]
    squares = [rule for rule in upright if _thin(rule, pen) and rule.length > WIDE * mask.shape[0]]
    dropped |= _rules(inked & ~dropped, _Lines(across, squares, pen, sides, lying=True))
    down = [rule.turned() for rule in upright]
    standing = _Lines(down, [], pen, ends, lying=False)
    dropped |= _rules(np.ascontiguousarray((inked & ~dropped).T), standing).T
    if not dropped.any() or not (inked & ~dropped).any():
        return strength
    kept = inked & ~dropped
    around = cv2.bitwise_and(cv2.dilate(dropped, np.ones((5, 5), np.uint8)), 1 - cv2.dilate(kept, np.ones((3, 3), np.uint8)))
    left, top = max(0, x - 2), max(0, y - 2)
    cleaned = strength.copy()
    edge = cv2.copyMakeBorder(cv2.bitwise_or(around, dropped), y - top, 2, x - left, 2, cv2.BORDER_REPLICATE)
    part = cleaned[top : y + height + 2, left : x + width + 2]
    part[edge[: part.shape[0], : part.shape[1]] > 0] = 0
    return cleaned


def only_specks(strength: np.ndarray) -> bool:
    """Whether no connected part of the ink, float32 (h, w), 0 to 1, is large and long enough to be a stroke, and not many
    small ones are long enough for their size."""
    mask = (strength > 0.5).astype(np.uint8)
    x, y, width, height = cv2.boundingRect(mask)
    if not width:
        return True
    inked = np.ascontiguousarray(mask[y : y + height, x : x + width])
    _, _, stats, _ = cv2.connectedComponentsWithStats(inked, connectivity=8)
    longer = np.maximum(stats[1:, cv2.CC_STAT_WIDTH], stats[1:, cv2.CC_STAT_HEIGHT])
    shorter = np.minimum(stats[1:, cv2.CC_STAT_WIDTH], stats[1:, cv2.CC_STAT_HEIGHT])
    filled = stats[1:, cv2.CC_STAT_AREA] > 0.55 * longer * shorter
    blobs = filled & (longer < BLOB * shorter) & (longer < BLOT * max(mask.shape))
    if np.count_nonzero(~filled & (longer >= STROKE)) >= WRITING:
        return False
    return bool(np.all(blobs | (longer < SPECK * max(mask.shape))))


def _boxes(mask: np.ndarray) -> np.ndarray:
    """Outlines with four straight sides, and something larger than a dot in them: uint8 (h, w)."""
    dropped = np.zeros_like(mask)
    outlines, tree = cv2.findContours(mask, cv2.RETR_TREE, cv2.CHAIN_APPROX_SIMPLE)
    for number, outline in enumerate(outlines):
        hole = int(tree[0][number][2])
        if hole < 0 or not _is_box(outline):
            continue
        inside = int(tree[0][hole][2])
        side = min(cv2.minAreaRect(outline)[1])
        while inside >= 0:
            if max(cv2.boundingRect(outlines[inside])[2:]) > 0.3 * side and _rim_share(outline, outlines[hole]) < 0.3:
                ring = np.zeros_like(mask)
                cv2.drawContours(ring, [outline], -1, 1, cv2.FILLED)
                cv2.drawContours(ring, [outlines[hole]], -1, 0, cv2.FILLED)
                cv2.drawContours(ring, [outlines[hole]], -1, 1, 1)
                dropped |= ring & mask
                break
            inside = int(tree[0][inside][0])
    return dropped


def _is_box(outline: np.ndarray) -> bool:
    area = cv2.contourArea(outline)
    if area < 100:
        return False
    hull = cv2.convexHull(outline)
    corners = cv2.approxPolyDP(hull, 0.03 * cv2.arcLength(hull, True), True)
    return len(corners) == 4 and area > 0.95 * cv2.contourArea(corners)


def _rim_share(outer: np.ndarray, inner: np.ndarray) -> float:
    return 1 - cv2.contourArea(inner) / max(cv2.contourArea(outer), 1.0)


def _thin(rule: _Rule, pen: float) -> bool:
    return pen >= LEAST_PEN and rule.thickness <= THIN * pen


def _rules(mask: np.ndarray, lines: _Lines) -> np.ndarray:
    """The pixels of rules from left to right in a mask, uint8 (h, w): long, straight, thinner than what crosses them."""
    candidates, pen, edges, lying = lines.candidates, lines.pen, lines.edges, lines.lying
    dropped = np.zeros_like(mask)
    wide = min(WIDE * (edges[1] - edges[0]), PENS * pen)
    at_edge = {id(rule) for rule in candidates if rule.first <= edges[0] + 2 or rule.last >= edges[1] - 3}
    candidates = [rule for rule in candidates if rule.length >= wide or (id(rule) in at_edge and _thin(rule, pen))]
    if not candidates:
        return dropped
    rest = mask.copy()
    for rule in (*candidates, *lines.others):
        rest &= ~rule.pixels
    _, _, stats, _ = cv2.connectedComponentsWithStats(rest, connectivity=8)
    stats = stats[1:][stats[1:, cv2.CC_STAT_AREA] > pen * pen]
    if not len(stats):
        return dropped
    stats = stats[np.argsort(stats[:, cv2.CC_STAT_HEIGHT])]
    share = np.cumsum(stats[:, cv2.CC_STAT_AREA]) / stats[:, cv2.CC_STAT_AREA].sum()
    tall = float(stats[np.searchsorted(share, 0.5), cv2.CC_STAT_HEIGHT])  # half of the ink stands in pieces as high
    for rule in candidates:
        least = LONG if lying else np.inf
        if _thin(rule, pen):
            least = 0.0 if id(rule) in at_edge else LONG_APART if rule.apart else LONG_THIN
        elif lying and (rule.apart or (rule.first <= edges[0] + 2 and rule.last >= edges[1] - 3)):
            least = LONG_THROUGH
        if rule.length > least * tall:
            dropped |= rule.pixels
    return dropped


def _candidates(mask: np.ndarray, pen: float, edges: tuple[int, int], thin_only: bool) -> list[_Rule]:
    """Straight lying lines, not thicker than the pen, also where strokes interrupt them: those that are long or begin at
    one of the picture's edges, which are columns."""
    wide = min(WIDE * (edges[1] - edges[0]), PENS * pen)
    if edges[0] < -2 and edges[1] > mask.shape[1] + 2 and mask.shape[1] < wide:
        return []
    thickest = max(2, round(1.3 * pen))
    upright = np.ones((thickest + 1, 1), np.uint8)
    with_paper = cv2.copyMakeBorder(mask, thickest, thickest, 0, 0, cv2.BORDER_CONSTANT, value=0)
    thick = np.asarray(cv2.morphologyEx(with_paper, cv2.MORPH_OPEN, upright)[thickest:-thickest], np.uint8)
    thin = mask & ~thick
    reach = max(8, round(2 * pen))
    lying = cv2.morphologyEx(thin, cv2.MORPH_OPEN, np.ones((1, reach), np.uint8))
    if not lying.any():
        return []
    joined = cv2.dilate(lying, np.ones((3, 5 * round(pen) | 1), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    found = []
    for number in range(1, count):
        x, y, width, height = (int(value) for value in stats[number, :4])
        at_edge = x <= edges[0] + 2 + 3 * pen or x + width >= edges[1] - 3 - 3 * pen
        if width < 3 * reach or not (at_edge or width >= wide):
            continue
        if thin_only and np.median(lying[y : y + height, x : x + width].sum(0)) > THIN * pen + 1:
            continue
        top, bottom = max(0, y - thickest), min(len(mask), y + height + thickest)
        around = thin[top:bottom, x : x + width]
        own = (labels[top:bottom, x : x + width] == number).astype(np.uint8) & around
        for _ in range(thickest):  # the whole of the upright runs that it has a part of
            own = np.asarray(cv2.dilate(own, np.ones((3, 1), np.uint8)), np.uint8) & around
        rule = _straight(own > 0)
        y, height = top, bottom - top
        if rule is not None:
            placed = np.zeros_like(mask)
            placed[y : y + height, x : x + width] = rule.pixels
            if rule.thickness > THIN * pen and _holes(placed, mask) > HOLES:
                continue
            _, pieces, areas, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
            touched = np.unique(pieces[placed > 0])
            apart = np.count_nonzero(placed) > 0.8 * areas[touched, cv2.CC_STAT_AREA].sum()
            found.append(_Rule(placed, rule.thickness, x + rule.first, x + rule.last, bool(apart)))
    return found


def _holes(line: np.ndarray, mask: np.ndarray) -> float:
    """The share of a lying line's columns in which there is no ink at all, neither its own nor what crosses it; both uint8
    (h, w)."""
    x, y, width, height = cv2.boundingRect(line)
    return 1 - float(mask[y : y + height, x : x + width].any(0).mean())


def _straight(own: np.ndarray) -> _Rule | None:
    """The rule that pixels, bool (h, w), make, if their middles lie on one straight line."""
    columns = np.flatnonzero(own.any(0))
    rows = np.arange(len(own))[:, None]
    thickness = own[:, columns].sum(0)
    middle = (own[:, columns] * rows).sum(0) / thickness
    slope, start = np.polyfit(columns, middle, 1)
    typical = float(np.median(thickness))
    on_line = np.abs(middle - (slope * columns + start)) < max(1.0, STRAIGHT * typical)
    if on_line.mean() < 0.9 or columns.size < 0.6 * own.shape[1]:
        return None
    near = np.abs(rows - (slope * np.arange(own.shape[1]) + start)) <= max(1.5, typical)
    return _Rule((own & near).astype(np.uint8), typical, int(columns[0]), int(columns[-1]))
