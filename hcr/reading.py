"""Picture -> Reading: the one pipeline that the app, its API and the command line call.

A picture is read as one character first, as the network was taught; only where the network says that it is none is its ink
split into lines, words and characters.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image

from hcr.alphabet import wanted
from hcr.line.context import alone
from hcr.line.reader import EVERYTHING, Asked, SeenLine, read_lines, seen_lines
from hcr.line.text import Box, Character, Doubt, Line, Reading, Word
from hcr.model.classifier import Classifier
from hcr.model.opening import open_model
from hcr.picture.conversion import convert
from hcr.picture.glyphs import find_glyph
from hcr.picture.ink import Gray, find_ink
from hcr.picture.opening import open_picture
from hcr.probabilities import Prediction, group_confidence

__all__ = [
    "EVERYTHING",
    "Asked",
    "Box",
    "Character",
    "Doubt",
    "Line",
    "Picture",
    "Reading",
    "Seen",
    "SeenLine",
    "Word",
    "read",
    "recognise",
    "see",
    "settle",
]

Picture = Path | str | bytes | Image.Image | np.ndarray
WHOLE = 0.1  # how likely ink must be one character to stay whole; so are 99.5 % of validation's, and 1 % of its pairs
EVIDENCE = 0.45  # of what a drawing is split into: lines composed of validation's have 0.6 and more, most scribbles less
MOST_STROKES = 8  # of one character, with its loose ends: a picture of more is not read as one


@dataclass(frozen=True)
class Seen:
    """Everything before the model. box, image: of all ink as one character, upright uint8 (28, 28); strokes: how many of
    its strokes do not touch; lines: what it may be else, found when it is asked for; scale: the picture's own pixels for
    each of the lines'."""

    box: Box
    image: np.ndarray
    strokes: int
    lines: Callable[[], tuple[SeenLine, ...]]
    scale: float


def read(picture: Picture, model: Classifier | None = None, only: str | None = None, context: bool = True) -> Reading:
    """Read what is written in a picture: a character, or words and lines of them.

    picture: a file, its bytes, a PIL image, or a uint8 array (h, w), (h, w, 3) or (h, w, 4).
    model: what `hcr.open` gave; by default the model that comes with the program, opened with the first picture.
    only: what may be in it: "letters", "digits", or the characters themselves, such as "ABC123"; by default all 62.
    context: whether lines decide what shapes cannot: letter or digit, the case, which of two look-alikes.

    A picture without ink gives a Reading without lines. Raises InputError for what is no usable picture, and for
    an `only` that is none of these.

    >>> read(np.full((100, 100), 255, np.uint8)).text
    ''
    >>> from hcr.assets import EXAMPLES
    >>> read(EXAMPLES / "3-chalk.png").text
    'B'
    """
    asked = Asked(None if only is None else wanted(only), context)
    seen = see(picture)
    return Reading(()) if seen is None else recognise(seen, model or _bundled(), asked)  # no ink, no model


@cache
def _bundled() -> Classifier:
    return open_model(None)


def see(picture: Picture | Gray) -> Seen | None:
    """What a picture, opened or not, shows a model; None for no ink. Raises InputError for what is no usable picture."""
    ink = find_ink(picture if isinstance(picture, Gray) else open_picture(picture))
    glyph = find_glyph(ink)
    if glyph is None:
        return None
    return Seen(glyph.box, convert(glyph.ink, glyph.pixel), glyph.strokes, lambda: seen_lines(ink), ink.scale * ink.reduced)


def recognise(seen: Seen | None, model: Classifier, asked: Asked = EVERYTHING) -> Reading:
    """Ask the model about what `see` gave."""
    return Reading(()) if seen is None else settle(seen, model.predict(seen.image, asked.classes), model, asked)


def settle(seen: Seen, prediction: Prediction, model: Classifier, asked: Asked) -> Reading:
    """The reading of what was seen, given what the model says of all of it as one character."""
    text = alone(int(prediction.probabilities.argmax()), asked.only).text
    _, y, _, height = seen.box
    whole = Reading((Line((Word((Character(text, seen.box, seen.image, prediction, y + height),)),)),))
    if prediction.character >= WHOLE and seen.strokes <= MOST_STROKES:
        return whole
    lines = seen.lines()
    if sum(len(line.spans) for line in lines) < 2:
        return whole
    split = Reading(read_lines(lines, seen.scale, model, asked))
    return split if _evidence(split, asked) >= EVIDENCE else whole


def _evidence(reading: Reading, asked: Asked) -> float:
    """How sure the characters are that they are one, and which, unless that was asked for: the mean over them, a large one
    counts more, 0 to 1."""
    sizes = np.sqrt([character.box[2] * character.box[3] for character in reading.characters])
    predictions = [character.prediction for character in reading.characters]
    shares = [one.character * (1.0 if asked.only else float(group_confidence(one.probabilities))) for one in predictions]
    return float(np.average(shares, weights=sizes))
