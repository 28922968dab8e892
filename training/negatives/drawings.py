"""Negatives that a hand or a scanner makes: scribbles, figures, signs in strokes, specks and textures.

All ink is float32 (h, w), 0 to 1. Each function draws one from the generator's state alone.
"""

import cv2
import numpy as np

from hcr.data.generated.strokes import parse

SIDE = 150  # pixels
_MARGIN = 15
_INNER = SIDE - 2 * _MARGIN

SIGNS = {
    "plus": "35 95 | 62 68",
    "times two": "00 99 | 90 09 | 04 94",
    "equals": "03 93 | 06 96",
    "asterisk": "50 59 | 12 87 | 82 17",
    "hash": "30 29 | 70 69 | 03 93 | 06 96",
    "check": "05 39* 90",
    "arrow right": "05 95 | 62* 95* 68",
    "arrow up": "59 50 | 23 50* 83",
    "two heads": "05 95 | 22* 05* 28 | 72* 95* 78",
    "house": "09 04* 50* 94* 99* 09",
    "envelope": "02 92* 98* 08* 02 | 02 56* 92",
    "star": "29 50* 79* 03* 93* 29",
    "heart": "59 03 21 42 53 64 81 93 59",
    "flower": "55 33 53 75 55 | 55 37 57 79 55 | 59 55",
    "face": "50 11 05 18 59 98 95 81 50 | 33 34 | 63 64 | 26 48 67 86",
    "sad face": "50 11 05 18 59 98 95 81 50 | 33 34 | 63 64 | 28 46 66 88",
    "stick man": "50 31 42 62 50 | 52 57 | 24 84 | 57 29 | 57 89",
    "cat": "31 20 13 18 59 98 93 80 71* 31 | 44 45 | 74 75",
    "fish": "05 33 64 96 64* 37 05 | 96 93* 99* 96",
    "tree": "59 56 | 56 16* 43* 23* 50* 83* 63* 96* 56",
    "sun": "53 34 36 57 76 74 53 | 50 51 | 59 98 | 05 15 | 85 95",
    "cloud": "08 05 24 42 63 84 96 98 08",
    "lightning": "60 25* 55* 29",
    "infinity": "05 23 47 75 93 95 77 43 25 05",
    "percent": "90 09 | 10 02 13 21 10 | 86 77 89 98 86",
    "ampersand": "97 62 30 12 45 79* | 79 35 17 39 66",
    "question": "12 30 60 83 55 46 | 48 49",
    "treble": "59 57 43 60 52 25 28 58 66 36",
    "box": "00 90* 99* 09* 00",
    "crossed box": "00 90* 99* 09* 00 | 00 99 | 90 09",
    "diamond": "50 95* 59* 05* 50",
    "grid": "00 90* 99* 09* 00 | 30 39 | 60 69 | 03 93 | 06 96",
    "waves": "02 21 43 62 83 | 05 24 46 65 86 | 08 27 49 68 89",
    "zigzag": "05 12* 28* 42* 58* 72* 88",
    "spiral": "55 64 75 67 46 33 51 73 86 69 39 06 12 50",
    "brackets": "20 00* 09* 29 | 70 90* 99* 79",
    "angle brackets": "30 05* 39 | 60 95* 69",
    "dots": "15 16 | 55 56 | 95 96",
    "colon": "52 53 | 57 58",
    "bar": "05 95",
}
"""Signs and small pictures of our own making, in the templates' own code (`hcr.data.generated.strokes`)."""
HELD_OUT_SIGNS = {
    "triple bar": "02 92 | 05 95 | 08 98",
    "not equal": "03 93 | 06 96 | 80 19",
    "approximately": "03 22 44 63 84 | 06 25 47 66 87",
    "section": "81 50 22 45 75 58 28 | 45 23 | 75 87 59 28",
    "lozenge": "50 85* 59* 25* 50 | 25 85",
    "arrow down": "50 59 | 26 59* 86",
    "arrow left": "95 05 | 42* 05* 48",
    "mug": "02 09* 69* 62* 02 | 63 94 86 67",
    "boat": "06 28* 78* 96* 06 | 56 50* 85* 56",
    "umbrella": "05 22 50 82 95* 05 | 50 57 39 28",
    "key": "23 04 26 44 23 | 44 94* 96 | 74 76",
    "anchor": "52 41 50 61 52 59 | 06 29 59 89 96 | 24 84",
    "crown": "09 02* 25* 50* 75* 92* 99* 09",
    "ladder": "20 29 | 70 79 | 22 72 | 45 55 | 25 75 | 28 78",
    "snail": "08 98 91 | 98 75 43 25 37 56 65 45",
    "balloon": "57 26 12 50 82 76 57 48 69",
}
"""Kept out of training and of validation: for the final figure."""


def sign(templates: dict[str, str], rng: np.random.Generator) -> np.ndarray:
    """One of the templates in some hand: bent, turned a little, stretched."""
    names = list(templates)
    strokes = parse(templates[names[rng.integers(len(names))]])
    angle, aspect = rng.normal(0, 0.12), rng.normal(0, 0.2)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    pose = turn @ np.diag([np.exp(aspect / 2), np.exp(-aspect / 2)])
    moved = [stroke @ pose.T + np.cumsum(rng.normal(0, 0.006, stroke.shape), 0) for stroke in strokes]
    return _inked(moved, int(rng.integers(4, 16)))


def scribble(rng: np.random.Generator) -> np.ndarray:
    """A pen that goes about at random: a wild line, loops, or crossing straights."""
    kind = rng.random()
    pen = int(rng.integers(4, 14))
    if kind < 0.5:
        steps = rng.normal(0, 1, (int(rng.integers(8, 40)), 2))
        path = np.cumsum(steps, 0)
        return _inked([np.asarray(cv2.GaussianBlur(path, (1, 3), 0)) if rng.random() < 0.5 else path], pen)
    if kind < 0.8:
        turns = np.linspace(0, rng.uniform(2, 6) * 2 * np.pi, 120)
        drift = np.stack([turns * rng.uniform(0.1, 0.5), np.zeros_like(turns)], 1)
        wobble = np.cumsum(rng.normal(0, 0.06, (120, 2)), 0)
        return _inked([np.stack([np.cos(turns), np.sin(turns) * rng.uniform(0.4, 1.4)], 1) + drift + wobble], pen)
    return _inked([rng.uniform(0, 1, (2, 2)) for _ in range(int(rng.integers(3, 9)))], pen)


def smooth_scribble(rng: np.random.Generator) -> np.ndarray:
    """Kept out of training: sums of sines, as a bored hand draws them, and hatching to and fro."""
    pen = int(rng.integers(4, 12))
    if rng.random() < 0.6:
        time = np.linspace(0, 2 * np.pi, 200)
        waves = np.arange(1, 6)
        parts = rng.normal(0, 1 / waves, (4, 5))
        x = (parts[0] * np.sin(time[:, None] * waves)).sum(1) + (parts[1] * np.cos(time[:, None] * waves)).sum(1)
        y = (parts[2] * np.sin(time[:, None] * waves)).sum(1) + (parts[3] * np.cos(time[:, None] * waves)).sum(1)
        return _inked([np.stack([x, y], 1)], pen)
    count = int(rng.integers(6, 16))
    x = np.repeat(np.linspace(0, 1, count), 2) + rng.normal(0, 0.03, 2 * count)
    y = np.tile([0.0, 1.0, 1.0, 0.0], count)[: 2 * count] + rng.normal(0, 0.12, 2 * count)
    return _inked([np.stack([x, y], 1)], pen)


def figure(rng: np.random.Generator) -> np.ndarray:
    """Polygons with or without dots in them, and heaps of rings and discs."""
    ink = np.zeros((SIDE, SIDE), np.uint8)
    pen = int(rng.integers(4, 14))
    if rng.random() < 0.5:
        angles = np.sort(rng.uniform(0, 2 * np.pi, int(rng.integers(3, 8))))
        radius = rng.uniform(25, 58, len(angles))
        corners = SIDE / 2 + np.stack([radius * np.cos(angles), radius * np.sin(angles)], 1)
        if rng.random() < 0.3:
            cv2.fillPoly(ink, [corners.astype(np.int32)], 255, cv2.LINE_AA)
        else:
            cv2.polylines(ink, [corners.astype(np.int32)], True, 255, pen, cv2.LINE_AA)
        dots = int(rng.integers(1, 4))
        _discs(ink, rng, dots, (3, 9), -1)
        return ink.astype(np.float32) / 255
    _discs(ink, rng, int(rng.integers(3, 12)), (4, 20), pen if rng.random() < 0.5 else -1)
    return ink.astype(np.float32) / 255


def texture(rng: np.random.Generator) -> np.ndarray:
    """What paper and scanners leave: blotches of noise, specks, rules, one filled shape."""
    kind = rng.random()
    if kind < 0.4:
        return _blotches(rng, rng.uniform(1.5, 9))
    ink = np.zeros((SIDE, SIDE), np.uint8)
    if kind < 0.65:
        _discs(ink, rng, int(rng.integers(2, 30)), (1, 6), -1)
    elif kind < 0.85:
        step, pen = int(rng.integers(12, 45)), int(rng.integers(2, 9))
        for place in range(_MARGIN, SIDE - _MARGIN, step):
            cv2.line(ink, (_MARGIN, place), (SIDE - _MARGIN, place), 255, pen, cv2.LINE_AA)
        if rng.random() < 0.5:
            ink = np.maximum(ink, ink.T)
    else:
        centre, axes = (SIDE // 2, SIDE // 2), tuple(int(size) for size in rng.integers(25, 60, 2))
        cv2.ellipse(ink, centre, axes, float(rng.uniform(0, 180)), 0, 360, 255, -1, cv2.LINE_AA)
    return ink.astype(np.float32) / 255


def grain(rng: np.random.Generator) -> np.ndarray:
    """Kept out of training: noise of one pixel in every direction, and stripes that cross at an angle."""
    if rng.random() < 0.5:
        return _blotches(rng, 0.8)
    angle, step = rng.uniform(0, np.pi), rng.uniform(6, 20)
    rows, columns = np.mgrid[:SIDE, :SIDE]
    first = np.sin((columns * np.cos(angle) + rows * np.sin(angle)) * 2 * np.pi / step)
    second = np.sin((columns * np.sin(angle) - rows * np.cos(angle)) * 2 * np.pi / (step * rng.uniform(0.7, 2)))
    inside = cv2.circle(np.zeros((SIDE, SIDE), np.uint8), (SIDE // 2, SIDE // 2), int(rng.integers(35, 70)), 1, -1)
    stripes: np.ndarray = (np.maximum(first, second) > rng.uniform(0.3, 0.8)) * inside
    return stripes.astype(np.float32)


def _blotches(rng: np.random.Generator, size: float) -> np.ndarray:
    """Noise above a level, the blotches about `size` pixels wide."""
    noise = cv2.GaussianBlur(rng.normal(0, 1, (SIDE, SIDE)).astype(np.float32), (0, 0), size)
    level = float(np.quantile(noise, rng.uniform(0.7, 0.97)))
    return cv2.GaussianBlur((noise > level).astype(np.float32), (0, 0), 0.7)


def _discs(ink: np.ndarray, rng: np.random.Generator, count: int, radii: tuple[int, int], pen: int) -> None:
    """Draw discs (pen -1) or rings anywhere."""
    for _ in range(count):
        centre = tuple(int(value) for value in rng.integers(25, SIDE - 25, 2))
        cv2.circle(ink, centre, int(rng.integers(*radii)), 255, pen, cv2.LINE_AA)


def _inked(strokes: list[np.ndarray], pen: int) -> np.ndarray:
    """Strokes (n, 2) of any unit, drawn into the frame, their proportions kept."""
    every = np.concatenate(strokes)
    low = every.min(0)
    scale = (_INNER - pen) / max(float(np.ptp(every, axis=0).max()), 1e-6)
    offset = (SIDE - np.ptp(every, axis=0) * scale) / 2
    ink = np.zeros((SIDE, SIDE), np.uint8)
    paths = [np.round(((stroke - low) * scale + offset) * 16).astype(np.int32) for stroke in strokes]
    cv2.polylines(ink, paths, False, 255, pen, cv2.LINE_AA, 4)
    return ink.astype(np.float32) / 255
