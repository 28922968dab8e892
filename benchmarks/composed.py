"""Lines of handwriting composed from stroke templates, with the box of every character: to choose settings by, and to test.

Nothing here was drawn by a person: how good a reader is on people's hands has to be measured on those.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from hcr.data.generated.strokes import TEMPLATES, parse
from training.hands.forms import FORMS

CAPITAL = 90.0  # pixels of a capital's height
SHIFT = 4  # binary digits behind the point of the drawn coordinates
LOW, DEEP, TALL = "acemnorsuvwxz", "gpqy", "bdfhklt"
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


def compose(seed: int) -> Composed:
    """One to three lines by one hand, on clean, shaded or dark paper, every third with characters that touch."""
    rng = np.random.default_rng(seed)
    tight, paper = seed % 3 == 2, seed % 4
    lines = [_text(rng) for _ in range(rng.integers(1, 4))]
    slant, pen = rng.uniform(-0.1, 0.35), rng.uniform(6, 13)
    ways: dict[str, tuple[np.ndarray, ...]] = {}
    paths: list[list[list[np.ndarray]]] = []
    widest = 0.0
    for number, line in enumerate(lines):
        x, written = 60.0, []
        for character in line:
            if character == " ":
                x += rng.uniform(0.55, 0.95) * CAPITAL
                continue
            if character not in ways or rng.random() < 0.15:
                ways[character] = _way(character, rng)
            strokes = _placed(character, ways[character], rng, slant)
            left = min(float(stroke[:, 0].min()) for stroke in strokes)
            right = max(float(stroke[:, 0].max()) for stroke in strokes)
            shift = np.array([x - left, 60 + CAPITAL + number * 1.75 * CAPITAL + rng.normal(0, 2)])
            written.append([stroke + shift for stroke in strokes])
            x += right - left + pen + (rng.uniform(-0.09, 0.03) if tight else rng.uniform(0.09, 0.3)) * CAPITAL
        paths.append(written)
        widest = max(widest, x)
    height = int(60 + CAPITAL * (1 + 1.75 * len(lines)))
    ink, boxes = _draw(paths, (height, int(widest) + 60), pen, rng)
    return Composed(_on_paper(ink, paper, rng), "\n".join(lines), boxes)


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


def _way(character: str, rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    ways = [*TEMPLATES[character], *(text for form in FORMS if form.character == character for text in form.templates)]
    return parse(ways[rng.integers(len(ways))])


def _placed(character: str, way: tuple[np.ndarray, ...], rng: np.random.Generator, slant: float) -> list[np.ndarray]:
    """Its strokes in pixels, the line at 0, upwards negative."""
    every = np.concatenate(way)
    low, high = every.min(0), every.max(0)
    tall, deep = _size(character)
    size = tall * CAPITAL * np.exp(rng.normal(0, 0.06))
    scale = size / max(high[1] - low[1], 0.3)
    wide = scale * np.exp(rng.normal(0, 0.08))
    strokes = []
    for stroke in way:
        moved = stroke - [low[0], high[1]] + rng.normal(0, 0.012, stroke.shape)
        y = moved[:, 1] * scale + deep * CAPITAL
        strokes.append(np.stack([moved[:, 0] * wide - slant * y, y], axis=1))
    return strokes


def _size(character: str) -> tuple[float, float]:
    if character == "j":
        return 1.15, 0.3
    if character == "i":
        return 0.9, 0.0
    if character in LOW:
        return 0.62, 0.0
    return (0.95, 0.33) if character in DEEP else (1.0, 0.0)


def _draw(
    paths: list[list[list[np.ndarray]]], shape: tuple[int, int], pen: float, rng: np.random.Generator
) -> tuple[np.ndarray, tuple[tuple[int, int, int, int], ...]]:
    angle = rng.uniform(-5, 5)
    grow = int(shape[1] * abs(np.tan(np.radians(angle))) / 2) + 10
    height, width = shape[0] + 2 * grow, shape[1]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1)
    ink, boxes = np.zeros((height, width), np.uint8), []
    for line in paths:
        for strokes in line:
            own = np.zeros_like(ink)
            moved = [(stroke + np.array([0, grow])) @ turn[:, :2].T + turn[:, 2] for stroke in strokes]
            points = [np.round(stroke * 2**SHIFT).astype(np.int32) for stroke in moved]
            cv2.polylines(own, points, False, 255, max(1, round(pen)), cv2.LINE_AA, SHIFT)
            box = cv2.boundingRect((own > 127).astype(np.uint8))
            boxes.append((int(box[0]), int(box[1]), int(box[2]), int(box[3])))
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
