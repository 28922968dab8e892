"""Ink -> the ink of characters: without rules, form lines and boxes, and nothing where all of it is specks."""

from dataclasses import dataclass

import cv2
import numpy as np

from hcr.picture.conversion import stroke_width

STRAIGHT = 0.35  # of a rule's thickness, or a pixel: how far its middle lies from a straight line
THIN = 0.5  # of the pen: a straight line that is thinner was no stroke of it
LONG_THIN, LONG = 1.0, 2.6  # times the height of a character: how long a thin rule is at least, and one as thick as the pen
SPECK = 0.025  # of the picture's longer side: smaller ink is no character
BLOB, BLOT = 1.8, 0.08  # a stroke is longer than so many widths; a blob that is larger, of the longer side, may be one


@dataclass(frozen=True)
class _Rule:
    """pixels: uint8 (h, w); thin: thinner than the pen can be; length: in pixels."""

    pixels: np.ndarray
    thin: bool
    length: int


def without_rules(strength: np.ndarray) -> np.ndarray:
    """Strength float32 (h, w), 0 to 1, with long straight lines and boxes taken out, and strokes that cross them left."""
    mask = (strength > 0.5).astype(np.uint8)
    x, y, width, height = cv2.boundingRect(mask)
    if not width:
        return strength
    inked = np.ascontiguousarray(mask[y : y + height, x : x + width])
    pen = max(1.0, stroke_width(strength[y : y + height, x : x + width]))
    dropped = _boxes(inked)
    for upright in (False, True):
        turned = np.ascontiguousarray((inked & ~dropped).T) if upright else inked & ~dropped
        rules = _rules(turned, pen, thin_only=upright)
        dropped |= rules.T if upright else rules
    if not dropped.any() or not (inked & ~dropped).any():
        return strength
    kept = inked & ~dropped
    around = cv2.dilate(dropped, np.ones((5, 5), np.uint8)) & ~cv2.dilate(kept, np.ones((3, 3), np.uint8))
    left, top = max(0, x - 2), max(0, y - 2)
    cleaned = strength.copy()
    edge = cv2.copyMakeBorder(around | dropped, y - top, 2, x - left, 2, cv2.BORDER_REPLICATE)
    part = cleaned[top : y + height + 2, left : x + width + 2]
    part[edge[: part.shape[0], : part.shape[1]] > 0] = 0
    return cleaned


def only_specks(strength: np.ndarray) -> bool:
    """Whether no connected part of the ink, float32 (h, w), 0 to 1, is large and long enough to be a stroke."""
    mask = (strength > 0.5).astype(np.uint8)
    count, _, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    if count == 1:
        return True
    longer = np.maximum(stats[1:, cv2.CC_STAT_WIDTH], stats[1:, cv2.CC_STAT_HEIGHT])
    shorter = np.minimum(stats[1:, cv2.CC_STAT_WIDTH], stats[1:, cv2.CC_STAT_HEIGHT])
    filled = stats[1:, cv2.CC_STAT_AREA] > 0.7 * longer * shorter
    blobs = filled & (longer < BLOB * shorter) & (longer < BLOT * max(mask.shape))
    return bool(np.all(blobs | (longer < SPECK * max(mask.shape))))


def _boxes(mask: np.ndarray) -> np.ndarray:
    """Outlines with four straight sides, and something larger than a dot in them: uint8 (h, w)."""
    dropped = np.zeros_like(mask)
    outlines, tree = cv2.findContours(mask, cv2.RETR_TREE, cv2.CHAIN_APPROX_SIMPLE)
    for number, outline in enumerate(outlines):
        hole, depth = int(tree[0][number][2]), int(tree[0][number][3])
        if hole < 0 or (depth >= 0 and tree[0][depth][3] >= 0 and False):
            continue
        if not _is_box(outline):
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


def _rules(mask: np.ndarray, pen: float, thin_only: bool) -> np.ndarray:
    """The pixels of lying rules in a mask, uint8 (h, w): long and straight, and thinner than the strokes that cross them."""
    thickest = max(2, round(1.3 * pen))
    thin = mask & ~cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((thickest + 1, 1), np.uint8))
    reach = max(8, round(2 * pen))
    lying = cv2.morphologyEx(thin, cv2.MORPH_OPEN, np.ones((1, reach), np.uint8))
    dropped = np.zeros_like(mask)
    if not lying.any():
        return dropped
    joined = cv2.dilate(lying, np.ones((3, 2 * round(pen) + 3), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    candidates = []
    for number in range(1, count):
        x, y, width, height = (int(value) for value in stats[number, :4])
        if width < 3 * reach:
            continue
        own = (labels[y : y + height, x : x + width] == number) & (thin[y : y + height, x : x + width] > 0)
        rule = _straight(own, pen)
        if rule is None or (thin_only and not rule.thin):
            continue
        placed = np.zeros_like(mask)
        placed[y : y + height, x : x + width] = rule.pixels
        candidates.append(_Rule(placed, rule.thin, rule.length))
    if not candidates:
        return dropped
    rest = mask.copy()
    for rule in candidates:
        rest &= ~rule.pixels
    _, _, stats, _ = cv2.connectedComponentsWithStats(rest, connectivity=8)
    heights = stats[1:, cv2.CC_STAT_HEIGHT][stats[1:, cv2.CC_STAT_AREA] > pen * pen]
    if not heights.size:
        return dropped
    tall = float(np.percentile(heights, 75))
    for rule in candidates:
        if rule.length > (LONG_THIN if rule.thin else LONG) * tall:
            dropped |= rule.pixels
    return dropped


def _straight(own: np.ndarray, pen: float) -> _Rule | None:
    """The rule that pixels, bool (h, w), make, if their middles lie on one straight line."""
    columns = np.flatnonzero(own.any(0))
    rows = np.arange(len(own))[:, None]
    thickness = own[:, columns].sum(0)
    middle = (own[:, columns] * rows).sum(0) / thickness
    slope, start = np.polyfit(columns, middle, 1)
    away = np.abs(middle - (slope * columns + start))
    typical = float(np.median(thickness))
    on_line = away < max(1.0, STRAIGHT * typical)
    if on_line.mean() < 0.9 or columns.size < 0.6 * own.shape[1]:
        return None
    near = np.abs(rows - (slope * np.arange(own.shape[1]) + start)) <= max(1.5, typical)
    return _Rule((own & near).astype(np.uint8), typical <= max(1.0, THIN * pen), int(columns[-1] - columns[0] + 1))
