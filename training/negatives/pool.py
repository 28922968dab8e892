"""The pool of negatives: so many of each kind, converted to what the network sees."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

import cv2
import numpy as np
from tqdm import tqdm

from hcr.image import SIDE
from hcr.picture.conversion import convert
from training.negatives import drawings, scripts
from training.negatives.glyphs import Glyphs

Draw = Callable[[np.random.Generator], np.ndarray]


class Kind(Enum):
    """What a negative is."""

    PAIR = "pairs of characters"
    PIECE = "pieces of characters"
    NEIGHBOUR = "a character with part of its neighbour"
    SCRIBBLE = "scribbles"
    FIGURE = "figures"
    SIGN = "signs"
    SCRIPT = "other scripts"
    TEXTURE = "noise and textures"


class Use(Enum):
    """What a pool is for. Each has glyphs of its own writers, and signs and scripts that the others do not have; the
    test's scribbles and textures come from generators of their own."""

    TRAINING = 0
    VALIDATION = 1
    TEST = 2


SHARES = {
    Kind.PAIR: 0.32,
    Kind.PIECE: 0.18,
    Kind.NEIGHBOUR: 0.12,
    Kind.SCRIBBLE: 0.09,
    Kind.FIGURE: 0.06,
    Kind.SIGN: 0.09,
    Kind.SCRIPT: 0.09,
    Kind.TEXTURE: 0.05,
}
"""Of a pool for training; most are what a reader of words cuts wrongly."""


@dataclass(frozen=True)
class Negatives:
    """images: upright uint8 (n, 28, 28); kinds: the Kind of each, (n,) of indices into list(Kind)."""

    images: np.ndarray
    kinds: np.ndarray


def build(use: Use, glyphs: Glyphs, count: int, fonts: Path | None = None, seed: int = 0) -> Negatives:
    """`count` negatives in the SHARES of a pool. fonts: a folder with fonts of other scripts; without it those are left
    out. The same arguments give the same images."""
    rng = np.random.default_rng((seed, use.value, count))
    sources = drawn(use, glyphs, fonts)
    shares = np.array([SHARES[kind] for kind in sources])
    names = list(Kind)
    images = np.empty((count, SIDE, SIDE), np.uint8)
    kinds = rng.choice([names.index(kind) for kind in sources], count, p=shares / shares.sum()).astype(np.uint8)
    for index in tqdm(range(count), desc="negatives", unit=" images", mininterval=5):
        images[index] = converted(sources[names[kinds[index]]], rng)
    return Negatives(images, kinds)


def drawn(use: Use, glyphs: Glyphs, fonts: Path | None) -> dict[Kind, Draw]:
    """How each kind is drawn, before it is converted: ink float32 (h, w), 0 to 1."""
    test = use is Use.TEST
    templates = drawings.HELD_OUT_SIGNS if test else drawings.SIGNS
    sources: dict[Kind, Draw] = {
        Kind.PAIR: glyphs.pair,
        Kind.PIECE: glyphs.piece,
        Kind.NEIGHBOUR: glyphs.with_neighbour,
        Kind.SCRIBBLE: drawings.smooth_scribble if test else drawings.scribble,
        Kind.FIGURE: drawings.figure,
        Kind.SIGN: lambda rng: drawings.sign(templates, rng),
        Kind.TEXTURE: drawings.grain if test else drawings.texture,
    }
    if fonts is None:
        return sources
    if use is Use.TRAINING:
        signs, *letters = scripts.pictures(fonts, scripts.TAUGHT)
    elif use is Use.VALIDATION:
        signs, letters = [], scripts.pictures(fonts, scripts.CHOSEN_BY)
    else:
        (signs,), letters = (
            scripts.pictures(fonts, scripts.HELD_OUT_SIGNS),
            scripts.pictures(fonts, scripts.HELD_OUT_SCRIPTS),
        )
    letters = [alphabet for alphabet in letters if alphabet]
    if letters:
        sources[Kind.SCRIPT] = lambda rng: _posed(_any(letters[rng.integers(len(letters))], rng), rng)
    if signs:
        written = sources[Kind.SIGN]
        sources[Kind.SIGN] = lambda rng: written(rng) if rng.random() < 0.5 else _posed(_any(signs, rng), rng)
    return sources


def _any(pictures: list[np.ndarray], rng: np.random.Generator) -> np.ndarray:
    return pictures[rng.integers(len(pictures))]


def _posed(ink: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A print as another hand and pen would write it: slanted, turned, stretched, thicker or thinner."""
    height, width = ink.shape
    angle, shear, aspect = rng.normal(0, 0.1), rng.uniform(-0.3, 0.3), rng.normal(0, 0.15)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    pose = turn @ np.array([[1, shear], [0, 1]]) @ np.diag([np.exp(aspect / 2), np.exp(-aspect / 2)])
    room = 2 * max(height, width) + 20
    offset = np.array([room / 2, room / 2]) - pose @ np.array([width / 2, height / 2])
    moved = cv2.warpAffine(ink, np.column_stack([pose, offset]).astype(np.float32), (room, room))
    pen = int(rng.integers(-2, 5))
    if pen > 0:
        moved = cv2.dilate(moved, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * pen + 1,) * 2))
    thinner = cv2.erode(moved, np.ones((3, 3), np.uint8)) if pen < 0 else moved
    return thinner if (thinner > 0.5).sum() > 60 else moved


def converted(draw: Draw, rng: np.random.Generator) -> np.ndarray:
    """Draw until there is ink, and convert it: upright uint8 (28, 28)."""
    while True:
        ink = draw(rng)
        x, y, width, height = cv2.boundingRect((ink > 0.5).astype(np.uint8))
        if width and height:
            return convert(np.pad(ink[y : y + height, x : x + width], 2))
