"""Lines of handwriting composed from stroke templates, with the box of every character: to choose settings by, and to test.

Nothing here was drawn by a person: how good a reader is on people's hands has to be measured on those.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import cv2
import numpy as np

from hcr.data.generated.strokes import TEMPLATES, parse
from training.hands.forms import FORMS

CAPITAL = 90.0  # pixels of a capital's height
SHIFT = 4  # binary digits behind the point of the drawn coordinates
LOW, DEEP = "acemnorsuvwxz", "gpqy"
WORDS = """
autumn bottle candy donkey elbow forest garden harbor insect jungle kitten ladder mirror nickel orange planet quartz radish
saddle temple upward velvet window yellow zebra berlin cactus flint grape hazel iron jolly kneel lemon
"""


@dataclass(frozen=True)
class Composed:
    """picture: uint8 (h, w); text: its lines; boxes: of each character but blanks, in the text's order, as (x, y, width,
    height)."""

    picture: np.ndarray
    text: str
    boxes: tuple[tuple[int, int, int, int], ...]


Glyphs = Callable[[str, np.random.Generator], np.ndarray]
"""One of the 62 characters -> ink float32 (h, w), 0 to 1, cropped, of a hand of one's own."""


def compose(seed: int, glyphs: Glyphs | None = None) -> Composed:
    """One to three lines by one hand, on clean, shaded or dark paper, every third with characters that touch; of stroke
    templates, or of `glyphs`."""
    rng = np.random.default_rng(seed)
    tight, paper = seed % 3 == 2, seed % 4
    lines = [_text(rng) for _ in range(rng.integers(1, 4))]
    slant, pen = rng.uniform(-0.1, 0.35), rng.uniform(6, 13)
    ways: dict[str, _Way] = {}
    placed: list[_Way] = []
    widest = 0.0
    for number, line in enumerate(lines):
        x = 60.0
        for character in line:
            if character == " ":
                x += rng.uniform(0.55, 0.95) * CAPITAL
                continue
            if character not in ways or rng.random() < 0.15:
                ways[character] = _stroked(character, rng) if glyphs is None else _inked(glyphs(character, rng))
            way = _sized(ways[character], character, rng, slant if glyphs is None else 0.0)
            left, right = way.extent
            way = way.moved(x - left, 60 + CAPITAL + number * 1.75 * CAPITAL + rng.normal(0, 2))
            placed.append(way)
            x += right - left + (pen if glyphs is None else 0.0)
            touching = (-0.05, 0.04) if glyphs is None else (-0.13, -0.02)  # pictures have a rim
            x += rng.uniform(*(touching if tight else (0.09, 0.3))) * CAPITAL
        widest = max(widest, x)
    height = int(60 + CAPITAL * (1 + 1.75 * len(lines)))
    ink, boxes = _draw(placed, (height, int(widest) + 60), pen, rng)
    return Composed(_on_paper(ink, paper, rng), "\n".join(lines), boxes)


@dataclass(frozen=True)
class _Way:
    """A character: points float (n, 2), x then y; its strokes, as how many points each has; or of a picture's corners."""

    points: np.ndarray
    strokes: tuple[int, ...] = ()
    picture: np.ndarray | None = None

    @property
    def extent(self) -> tuple[float, float]:
        return float(self.points[:, 0].min()), float(self.points[:, 0].max())

    def moved(self, x: float, y: float) -> "_Way":
        return replace(self, points=self.points + np.array([x, y]))

    def drawn(self, shape: tuple[int, ...], turn: np.ndarray, pen: float) -> np.ndarray:
        """On paper of so many rows and columns, turned: uint8 (h, w)."""
        own = np.zeros(shape, np.uint8)
        points = self.points @ turn[:, :2].T + turn[:, 2]
        if self.picture is not None:
            height, width = self.picture.shape
            corners = np.array([[0, 0], [width - 1, 0], [0, height - 1]], np.float32)
            sheared = cv2.getAffineTransform(corners, points[:3].astype(np.float32))
            warped = cv2.warpAffine(self.picture, sheared, shape[::-1], flags=cv2.INTER_CUBIC)
            return np.clip((warped - 0.35) / 0.3 * 255, 0, 255).astype(np.uint8)  # crisp again, as a pen is
        ends = np.cumsum(self.strokes)[:-1]
        strokes = [np.round(stroke * 2**SHIFT).astype(np.int32) for stroke in np.split(points, ends)]
        return np.asarray(cv2.polylines(own, strokes, False, 255, max(1, round(pen)), cv2.LINE_AA, SHIFT))


def _text(rng: np.random.Generator) -> str:
    kind = rng.integers(5)
    words = WORDS.split()
    word = str(rng.choice(words))
    if kind == 0:
        return word + " " + str(rng.choice(words))
    if kind == 1:
        return word.upper()
    if kind == 2:
        return f"{word.capitalize()} {rng.integers(1, 99)}"
    if kind == 3:
        return " ".join(str(rng.integers(10, 99999)) for _ in range(2))
    letters = list("ABCDEFGHJKLMNPQRSTUVWXYZ")
    return "".join(rng.choice(letters, 2)) + f"{rng.integers(10, 99)} " + "".join(rng.choice(letters, 3))


def _stroked(character: str, rng: np.random.Generator) -> _Way:
    ways = [*TEMPLATES[character], *(text for form in FORMS if form.character == character for text in form.templates)]
    strokes = parse(ways[rng.integers(len(ways))])
    return _Way(np.concatenate(strokes), tuple(map(len, strokes)))


def _inked(picture: np.ndarray) -> _Way:
    height, width = picture.shape
    return _Way(np.array([[0, 0], [width - 1, 0], [0, height - 1]], float), (), picture)


def _sized(way: _Way, character: str, rng: np.random.Generator, slant: float) -> _Way:
    """In pixels, the line at 0, upwards negative."""
    low, high = way.points.min(0), way.points.max(0)
    tall, deep = _size(character)
    unit = 0.3 if way.picture is None else 1.0
    scale = tall * CAPITAL * np.exp(rng.normal(0, 0.06)) / max(high[1] - low[1], unit)
    shaken = way.points - [low[0], high[1]]
    if way.picture is None:
        shaken = shaken + rng.normal(0, 0.012, shaken.shape)
    y = shaken[:, 1] * scale + deep * CAPITAL
    return replace(way, points=np.stack([shaken[:, 0] * scale * np.exp(rng.normal(0, 0.08)) - slant * y, y], axis=1))


def _size(character: str) -> tuple[float, float]:
    if character == "j":
        return 1.15, 0.3
    if character == "i":
        return 0.9, 0.0
    if character in LOW:
        return 0.62, 0.0
    return (0.95, 0.33) if character in DEEP else (1.0, 0.0)


def _draw(
    placed: list[_Way], shape: tuple[int, int], pen: float, rng: np.random.Generator
) -> tuple[np.ndarray, tuple[tuple[int, int, int, int], ...]]:
    angle = rng.uniform(-5, 5)
    grow = int(shape[1] * abs(np.tan(np.radians(angle))) / 2) + 10
    height, width = shape[0] + 2 * grow, shape[1]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1)
    ink, boxes = np.zeros((height, width), np.uint8), []
    for way in placed:
        own = way.moved(0, grow).drawn(ink.shape, turn, pen)
        x, y, across, down = cv2.boundingRect((own > 127).astype(np.uint8))
        boxes.append((int(x), int(y), int(across), int(down)))
        np.maximum(ink, own, out=ink)
    return ink, tuple(boxes)


def _on_paper(ink: np.ndarray, paper: int, rng: np.random.Generator) -> np.ndarray:
    strength = ink.astype(np.float32) / 255
    rows, columns = np.mgrid[: ink.shape[0], : ink.shape[1]].astype(np.float32) / max(ink.shape)
    if paper == 0:
        picture = 255 - 255 * strength
    elif paper == 1:
        picture = 45 + rng.normal(0, 3, ink.shape) + 185 * strength
    else:
        turn = rng.uniform(0, 6, 2)
        light = 225 - 60 * (np.cos(turn[0]) * columns + np.sin(turn[1]) * rows)
        picture = cv2.GaussianBlur(light * (1 - 0.72 * strength), (0, 0), rng.uniform(0.3, 1.2))
        picture += rng.normal(0, 4, ink.shape)
    return np.clip(picture, 0, 255).astype(np.uint8)
