"""How the 62 letters and digits are written: one or more stroke templates each, of our own making.

A template is strokes separated by "|"; a stroke is points "xy" on a grid, x from 0 (left), y from 0 (top) to 9. The pen
runs through the points in a smooth curve; "*" behind a point makes a corner; "xxyy" is a point in tenths of the grid.
Size and baseline carry no meaning, as the conversion to 28x28 crops them away.
"""

from itertools import pairwise

import numpy as np

TEMPLATES: dict[str, tuple[str, ...]] = {
    "0": ("30 11 04 17 38 57 64 51 30", "40 20 03 07 29 48 54 51 30 10"),
    "1": ("30 39", "12 30* 39", "12 30* 39 | 19 59"),
    "2": ("02 20 40 53 36 09* 69", "02 20 50 62 45 18 07 28 49 69"),
    "3": ("01 20 50 62 34* 56 57 39 08", "00 60* 34* 55 67 49 08"),
    "4": ("40 06* 66 | 40 49", "10 05* 65 | 50 49"),
    "5": ("60 10* 04* 43 65 58 29 08", "60 20 | 20 04* 33 65 58 29 08"),
    "6": ("50 22 06 18 39 58 66 45 25 07", "40 12 07 29 58 56 35 08"),
    "7": ("00 60* 29", "00 60* 29 | 15 65"),
    "8": ("51 30 11 23 45 67 39 07 25 43 51", "30 11 24 44 51 30 | 34 16 18 39 58 56 34"),
    "9": ("61 40 11 13 35 54 61* 59", "61 30 11 13 35 54 61* 66 39"),
    "A": ("09 30* 69 | 16 56", "09 12 30 52 69 | 05 65"),
    "B": ("00 09 | 00 40 52 34* 04 | 34 56 57 39 09", "00 09* | 00 30 52 44 04* 45 67 49 09"),
    "C": ("61 40 11 04 17 39 68", "51 30 11 05 18 39 58"),
    "D": ("00 09 | 00 30 62 66 39 09", "10 19 | 00 40 62 66 49 09"),
    "E": ("60 00* 09* 69 | 04 54", "61 30 11 13 34* 05 08 39 68"),
    "F": ("60 00* 09 | 04 54", "10 19 | 00 60 | 14 44"),
    "G": ("61 40 11 04 17 39 58 65* 35", "61 40 11 05 18 48 65* 35 | 65 69"),
    "H": ("00 09 | 60 69 | 04 64", "00 09 | 50 59 | 05 54"),
    "I": ("30 39", "00 60 | 30 39 | 09 69", "10 50 | 30 39 | 19 59"),
    "J": ("50 56 39 19 07", "20 80 | 50 57 39 19 07"),
    "K": ("00 09 | 60 05* 69", "00 09 | 50 14 | 14 59"),
    "L": ("00 09* 59", "10 07 18* 68"),
    "M": ("09 00* 35* 60* 69", "09 10* 46* 70* 89"),
    "N": ("09 00* 69* 60", "09 10* 58* 60"),
    "O": ("40 11 04 17 48 77 84 71 40", "50 20 03 07 39 68 74 61 20"),
    "P": ("00 09 | 00 40 62 45 05", "10 19 | 00 50 62 44 14"),
    "Q": ("30 11 04 18 39 58 64 51 30 | 46 79", "40 11 05 18 49 78 75 61 40 | 56 89"),
    "R": ("00 09 | 00 40 52 44 05* 69", "10 19 | 00 50 62 44 14* 59"),
    "S": ("61 30 11 13 45 67 39 08", "60 20 03 35 57 49 09"),
    "T": ("00 60 | 30 39", "01 80 | 40 39"),
    "U": ("00 06 29 49 66 60", "00 07 39 67 60"),
    "V": ("00 39* 60", "00 38 60"),
    "W": ("00 29* 43* 69* 80", "00 18 38 44* 58 78 80"),
    "X": ("00 69 | 60 09", "00 59 | 70 09"),
    "Y": ("00 35* 60 | 35 39", "00 34 | 60 29"),
    "Z": ("00 60* 09* 69", "00 60* 09* 69 | 15 55"),
    "a": ("61 40 11 05 18 38 56 61* 69", "61 40 11 06 28 47 61* 67 79", "12 30 51 64 69 | 65 35 07 29 49 66"),
    "b": ("00 09 | 06 24 54 66 58 39 08", "00 08 39 57 55 34 06"),
    "c": ("61 40 11 05 18 49 68",),
    "d": ("60 69 | 66 44 14 06 18 39 67", "60 68 79 | 65 34 06 18 39 67"),
    "e": ("05 65* 62 31 12 05 08 39 68", "06 44 62 31 12 06 29 58"),
    "f": ("61 40 22 29 | 04 54", "60 31 24 29 | 04 64"),
    "g": ("51 30 11 03 25 44 51* 57 39 08", "61 40 11 03 25 44 61* 67 38 18 36 75"),
    "h": ("00 09 | 06 34 55 59", "10 09 | 06 34 46 49 58"),
    "i": ("33 39 | 30 31", "34 38 49 | 30 31"),
    "j": ("43 47 29 08 | 40 41", "43 48 29 18 36 65 | 40 41"),
    "k": ("00 09 | 53 06* 59", "10 19 | 63 16* 68"),
    "l": ("30 39", "28 44 51 30 22 27 49 58"),
    "m": ("03 09 | 05 24 35 39 | 36 54 65 69", "04 09* 05 23 34 39* 45 63 74 79"),
    "n": ("03 09 | 05 33 54 59", "13 19* 14 43 54 59 68"),
    "o": ("40 11 04 17 48 77 84 71 40",),
    "p": ("00 09 | 00 40 62 44 05", "12 19 | 13 31 52 45 15"),
    "q": ("51 30 11 03 25 44 51* 59", "51 30 11 03 25 44 51* 59 77"),
    "r": ("03 09 | 06 34 64", "13 19* 15 33 54"),
    "s": ("61 30 11 13 45 67 39 08",),
    "t": ("20 27 39 58 | 03 53", "30 39 | 03 63"),
    "u": ("03 07 29 57 53* 59", "03 08 29 58 53* 59 78"),
    "v": ("00 39* 60", "00 38 60"),
    "w": ("00 18 38 44* 58 78 80", "00 29* 43* 69* 80"),
    "x": ("00 69 | 60 09", "00 23 26 09 | 60 43 46 69"),
    "y": ("00 34* | 60 19", "00 04 25 44 60* 57 39 18"),
    "z": ("00 60* 09* 69", "00 50 14* 35 57 39 18"),
}

_STEPS = 6  # line pieces between two points of a curve


def curves(character: str) -> tuple[tuple[np.ndarray, ...], ...]:
    """Every way to write `character`: for each template its strokes, float64 (points, 2), x then y, about 0 to 1."""
    return tuple(parse(template) for template in TEMPLATES[character])


def parse(template: str) -> tuple[np.ndarray, ...]:
    """One template's strokes, float64 (points, 2), x then y, about 0 to 1."""
    return tuple(_stroke(stroke) for stroke in template.split("|"))


def _stroke(text: str) -> np.ndarray:
    """One stroke's points -> the curve through them, piece by piece between the corners."""
    points, corners = [], [0]
    for number, token in enumerate(text.split()):
        digits = token.rstrip("*")
        half = len(digits) // 2
        points.append([int(digits[:half]) * 10 ** (1 - half), int(digits[half:]) * 10 ** (1 - half)])
        if token.endswith("*"):
            corners.append(number)
    corners.append(len(points) - 1)
    through = np.array(points, float) / 9
    pieces = [_spline(through[a : b + 1]) for a, b in pairwise(corners) if b > a]
    return np.concatenate([pieces[0], *(piece[1:] for piece in pieces[1:])])


def _spline(points: np.ndarray) -> np.ndarray:
    """The uniform Catmull-Rom curve through `points`; closed smoothly where they end as they began."""
    closed = len(points) > 3 and np.array_equal(points[0], points[-1])
    before = points[-2] if closed else 2 * points[0] - points[1]
    after = points[1] if closed else 2 * points[-1] - points[-2]
    p = np.concatenate([[before], points, [after]])
    t = np.linspace(0, 1, _STEPS, endpoint=False)[:, None]
    parts = [
        0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
        for a, b, c, d in zip(p, p[1:], p[2:], p[3:], strict=False)
    ]
    return np.concatenate([*parts, points[-1:]])
