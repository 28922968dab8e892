"""The sheet that is written on, where the picture shows more: within a frame at its edge, on a table, on another page."""

from dataclasses import dataclass

import cv2
import numpy as np

RIMS = 5  # frames one in another: a window's edge, its border, a drawn box
TOLERANCE = 10  # grey levels within which a frame has one tone, more where it has a texture
STAINS = 0.01  # of a frame: what is of another tone there, such as its round corners
SOFT = 3  # pixels: a narrower frame within another is its blurred edge
LEAST = 0.3  # of the picture's longer side: a smaller area is no sheet
WIDEST_RIM = 0.3  # of the picture: of a frame that does not run all around
_OUTLINED = 192  # pixels of the longest side of the copy in which a sheet on a table is looked for


@dataclass(frozen=True)
class Sheet:
    """outline: float32 (n, 2), the x and y of its corners in shares of the picture's width and height; surrounded: whether
    what lies around it is all of one kind, so that the sheet, even an empty one, is all that can hold ink."""

    outline: np.ndarray
    surrounded: bool


def find_sheets(gray: np.ndarray) -> list[Sheet]:
    """What may be the sheet in a picture, uint8 (h, w), the innermost first; none where the whole picture is.

    Whether it is, is told by the ink on it: the inside of a 0 is an empty "sheet".
    """
    if _all_paper_around(gray):
        return []
    boxes = _within_rims(gray)
    if not boxes:
        outlined = _outlined(gray)
        return [] if outlined is None else [outlined]
    height, width = gray.shape
    sheets = []
    for x, y, across, down in reversed(boxes):
        right, bottom = x + across - 1, y + down - 1
        corners = [(x, y), (right, y), (right, bottom), (x, bottom)]
        slim = max(across, down) >= 3 * min(across, down)  # a bar, which may be an I
        sheets.append(Sheet(np.array(corners, np.float32) / (width, height), len(boxes) == 1 and not slim))
    return sheets


def _all_paper_around(gray: np.ndarray) -> bool:
    """Whether the edge is of one exact tone, and most of the picture too: the usual drawing, which nothing frames."""
    tone = gray[0, 0]
    edges = gray[0], gray[-1], gray[:, 0], gray[:, -1]
    return all((edge == tone).all() for edge in edges) and int(np.count_nonzero(gray == tone)) > gray.size / 2


def _within_rims(gray: np.ndarray) -> list[tuple[int, int, int, int]]:
    """What lies within each frame along the picture's edge: x, y, width, height, from the outermost to the innermost."""
    boxes: list[tuple[int, int, int, int]] = []
    left, top, part = 0, 0, gray
    least = LEAST * max(gray.shape)
    for _ in range(RIMS):
        box = _within_rim(part) or _beside_rims(part)
        if box is None or min(box[2:]) < least:
            break
        x, y, width, height = box
        soft = boxes and max(x, y, part.shape[1] - width - x, part.shape[0] - height - y) <= SOFT
        left, top, part = left + x, top + y, part[y : y + height, x : x + width]
        boxes[len(boxes) - bool(soft) :] = [(left, top, width, height)]
    return boxes


def _within_rim(gray: np.ndarray) -> tuple[int, int, int, int] | None:
    """The rectangle within a frame of one tone that runs all around."""
    edge = np.concatenate([gray[0], gray[-1], gray[:, 0], gray[:, -1]]).astype(np.int16)
    tone = int(np.median(edge))
    away = np.abs(edge - tone)
    tolerance = max(TOLERANCE, 6 * float(np.median(away)))
    if np.count_nonzero(away <= tolerance) < 0.9 * edge.size:
        return None
    other = (cv2.absdiff(gray, np.full_like(gray, tone)) > tolerance).astype(np.uint8)
    if tolerance > TOLERANCE:
        other = cv2.morphologyEx(other, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8)).astype(np.uint8)
    columns, rows = np.flatnonzero(other.mean(0) > 0.25), np.flatnonzero(other.mean(1) > 0.25)
    if not columns.size or not rows.size or other.shape == (rows.size, columns.size):
        return None
    x, y, width, height = int(columns[0]), int(rows[0]), int(np.ptp(columns)) + 1, int(np.ptp(rows)) + 1
    inside = other[y : y + height, x : x + width]
    beside = cv2.countNonZero(other) - cv2.countNonZero(inside)
    if beside > STAINS * (other.size - inside.size):
        return None
    # some soft lines are neither the frame's nor the sheet's tone
    for depth in range(min(4, width // 3, height // 3)):
        lines = inside[depth], inside[-1 - depth], inside[:, depth], inside[:, -1 - depth]
        if all(line[depth : line.size - depth].mean() > 0.8 for line in lines):
            soft = depth + (2 if tolerance > TOLERANCE else 0)
            return x + soft, y + soft, width - 2 * soft, height - 2 * soft
    return None


def _beside_rims(gray: np.ndarray) -> tuple[int, int, int, int] | None:
    """What is left beside bands of one tone along some of the sides, as a scanner's lid leaves them."""
    left, right = _band(gray.T), _band(gray[:, ::-1].T)
    top, bottom = _band(gray), _band(gray[::-1])
    if not left + right + top + bottom:
        return None
    return left, top, gray.shape[1] - left - right, gray.shape[0] - top - bottom


def _band(gray: np.ndarray) -> int:
    """How many of the first rows are a band of one tone that ends at once in all its length; 0 for none."""
    first = gray[0].astype(np.int16)
    tone = int(np.median(first))
    away = np.abs(first - tone)
    tolerance = max(TOLERANCE, 6 * float(np.median(away)))
    if np.count_nonzero(away <= tolerance) < 0.97 * away.size:
        return 0
    rows = gray[: max(4, round(WIDEST_RIM * len(gray)))]
    alike = (cv2.absdiff(rows, np.full_like(rows, tone)) <= tolerance).mean(1)
    end = int(np.argmax(alike < 0.97))
    if not end or end + 3 > len(alike):
        return 0
    below = np.flatnonzero(alike[end : end + 3] < 0.03)
    return end + int(below[0]) if below.size else 0


def _outlined(gray: np.ndarray) -> Sheet | None:
    """A bright or dark four-sided area, however it lies."""
    scale = min(1.0, _OUTLINED / max(gray.shape))
    size = (max(1, round(gray.shape[1] * scale)), max(1, round(gray.shape[0] * scale)))
    small = cv2.resize(gray, size, interpolation=cv2.INTER_AREA) if scale < 1 else gray
    small = cv2.GaussianBlur(small, (0, 0), 1.0)
    _, light = cv2.threshold(small, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    for area in (light, 255 - light):
        corners = _corners(area)
        if corners is not None:
            inset = corners.mean(0) + (corners - corners.mean(0)) * (1 - 5 / max(small.shape))
            return Sheet((inset / small.shape[::-1]).astype(np.float32), True)
    return None


def _corners(area: np.ndarray) -> np.ndarray | None:
    """Float32 (4, 2), x and y, of the largest part of an area, uint8 (h, w), 0 or 255, where that has four straight
    sides within the picture, and little in it that belongs to the other area."""
    found = cv2.findContours(area, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)[0]
    outline = max(found, key=cv2.contourArea, default=None)
    if outline is None or min(cv2.minAreaRect(outline)[1]) < LEAST * max(area.shape):
        return None
    hull = cv2.convexHull(outline)
    corners = cv2.approxPolyDP(hull, 0.03 * cv2.arcLength(hull, True), True)
    filled = cv2.contourArea(outline)
    if len(corners) != 4 or not 0.95 < filled / max(cv2.contourArea(corners), 1.0) < 1.05:
        return None
    within = np.zeros_like(area)
    cv2.drawContours(within, [outline], -1, 255, cv2.FILLED)
    sides = within[0], within[-1], within[:, 0], within[:, -1]
    if any(side.any() for side in sides) or cv2.countNonZero(within & area) < 0.8 * cv2.countNonZero(within):
        return None
    straight = cv2.fillConvexPoly(np.zeros_like(area), corners, 255)
    if cv2.countNonZero(within & straight) < 0.93 * cv2.countNonZero(within | straight):
        return None
    return corners.reshape(4, 2).astype(np.float32)
