"""Picture -> Reading: the one pipeline that the app, its API and the command line call.

A picture is read as one character first, as the network was taught; only where the network says that it is none is its ink
split into lines, words and characters.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from hcr.alphabet import CLASSES, stands_for, wanted
from hcr.line.context import Decision, Place, alone, decide, places
from hcr.line.lattice import best_path
from hcr.model.classifier import Classifier
from hcr.model.opening import open_model
from hcr.picture.conversion import convert
from hcr.picture.glyphs import find_glyph
from hcr.picture.ink import Ink, find_ink
from hcr.picture.lines import find_lines
from hcr.picture.opening import open_picture
from hcr.picture.spans import Span, spans
from hcr.probabilities import Prediction

Picture = Path | str | bytes | Image.Image | np.ndarray
Box = tuple[int, int, int, int]
"""x, y, width, height in the picture's own pixels."""

RECORD_VERSION = 2
"""Of what `describe` gives: counted up when a key changes its meaning or goes. `hcr info` tells it."""
WORD_GAP = 0.52  # of the line's height: more between two characters is a blank
WHOLE = 0.1  # how likely ink must be one character to be left whole: 0.5 % of validation's characters are less, 99 % of pairs
MOST_STROKES = 8  # of one character, with its loose ends: a picture of more is not read as one
MOST_SPANS = 4000  # of a picture: a page of scribbles has no end of them


class Doubt(Enum):
    """Why a character is not to be relied on, in words."""

    NO_CHARACTER = "not a character"
    UNCLEAR = "unclear"
    LOOK_ALIKES = "two alike"


@dataclass(frozen=True)
class Character:
    """text: one of the 62 letters and digits; image: upright uint8 (28, 28), as the model sees it; prediction: what its
    shape alone says; by_context: whether the line decided what the shape could not."""

    text: str
    box: Box
    image: np.ndarray
    prediction: Prediction
    by_context: bool = False

    @property
    def doubt(self) -> Doubt | None:
        """None where it is to be relied on."""
        if not self.prediction.is_character:
            return Doubt.NO_CHARACTER
        if not self.prediction.known:
            return Doubt.UNCLEAR
        return Doubt.LOOK_ALIKES if self.prediction.look_alike and not self.by_context else None


@dataclass(frozen=True)
class Word:
    """At least one character."""

    characters: tuple[Character, ...]

    @property
    def text(self) -> str:
        """Its characters."""
        return "".join(character.text for character in self.characters)

    @property
    def box(self) -> Box:
        """Around its characters."""
        x, y, width, height = np.array([character.box for character in self.characters]).T
        left, top = int(x.min()), int(y.min())
        return left, top, int((x + width).max()) - left, int((y + height).max()) - top


@dataclass(frozen=True)
class Line:
    """At least one word."""

    words: tuple[Word, ...]

    @property
    def text(self) -> str:
        """Its words with blanks between them."""
        return " ".join(word.text for word in self.words)


@dataclass(frozen=True)
class Reading:
    """What was read from one picture; no lines, and "" for text, where nothing is drawn."""

    lines: tuple[Line, ...]

    @property
    def text(self) -> str:
        """The first guess for each character, in words and lines; "" where nothing is drawn."""
        return "\n".join(line.text for line in self.lines)

    @property
    def characters(self) -> tuple[Character, ...]:
        """All of them, line by line."""
        return tuple(character for line in self.lines for word in line.words for character in word.characters)


@dataclass(frozen=True)
class Asked:
    """How a picture is to be read. only: the characters that may be in it, of the 62; None for all; context: whether lines
    decide what shapes cannot."""

    only: frozenset[str] | None = None
    context: bool = True

    @property
    def classes(self) -> np.ndarray | None:
        """Of `only`: bool (47,), None for all."""
        only = self.only
        return None if only is None else np.array([bool(only.intersection(stands_for(name))) for name in CLASSES])


EVERYTHING = Asked()


@dataclass(frozen=True)
class SeenLine:
    """A line's possible characters, its height and slope, in the ink's pixels."""

    spans: tuple[Span, ...]
    height: float
    slope: float


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


def see(picture: Picture) -> Seen | None:
    """What a picture shows a model; None for no ink. Raises InputError for what is no usable picture."""
    ink = find_ink(open_picture(picture))
    glyph = find_glyph(ink)
    if glyph is None:
        return None
    return Seen(glyph.box, convert(glyph.ink, glyph.pixel), glyph.strokes, lambda: _lines(ink), ink.scale * ink.reduced)


def _lines(ink: Ink) -> tuple[SeenLine, ...]:
    found: list[SeenLine] = []
    count = 0
    for line in find_lines(ink):
        seen = SeenLine(spans(ink, line), line.height, line.slope)
        count += len(seen.spans)
        if count > MOST_SPANS:
            break
        found.append(seen)
    return tuple(found)


def recognise(seen: Seen | None, model: Classifier, asked: Asked = EVERYTHING) -> Reading:
    """Ask the model about what `see` gave."""
    return Reading(()) if seen is None else settle(seen, model.predict(seen.image, asked.classes), model, asked)


def settle(seen: Seen, prediction: Prediction, model: Classifier, asked: Asked) -> Reading:
    """The reading of what was seen, given what the model says of all of it as one character."""
    text = alone(int(prediction.probabilities.argmax()), asked.only).text
    whole = Reading((Line((Word((Character(text, seen.box, seen.image, prediction),)),)),))
    if prediction.character >= WHOLE and seen.strokes <= MOST_STROKES:
        return whole
    lines = seen.lines()
    if sum(len(line.spans) for line in lines) < 2:
        return whole
    split = Reading(_read_lines(lines, seen.scale, model, asked))
    return split if any(character.prediction.is_character for character in split.characters) else whole


def _read_lines(lines: tuple[SeenLine, ...], scale: float, model: Classifier, asked: Asked) -> tuple[Line, ...]:
    classes = asked.classes
    outputs = model.outputs(np.stack([span.image for line in lines for span in line.spans]))
    ends = np.cumsum([len(line.spans) for line in lines])[:-1]
    return tuple(
        _read_line(line, [model.judge(row, only=classes) for row in part], scale, asked)
        for line, part in zip(lines, np.split(outputs, ends), strict=True)
    )


def _read_line(line: SeenLine, predictions: list[Prediction], scale: float, asked: Asked) -> Line:
    probabilities = np.stack([prediction.probabilities for prediction in predictions])
    characters = np.array([prediction.character for prediction in predictions])
    path = best_path(line.spans, probabilities, characters, line.height)
    chosen = [line.spans[index] for index in path]
    boxes = np.array([(span.x, span.y, span.width, span.height) for span in chosen])
    labels = probabilities[path].argmax(1)
    stands = places(boxes, labels, line.slope, line.height)
    starts = [0]
    for number, (before, span) in enumerate(pairwise(chosen), 1):
        if span.x - (before.x + before.width) > WORD_GAP * line.height:
            starts.append(number)
    words = []
    for start, end in pairwise([*starts, len(chosen)]):
        decisions = _decisions(probabilities[path[start:end]], stands[start:end], asked)
        words.append(
            Word(
                tuple(
                    Character(
                        decision.text,
                        _box(span, scale),
                        span.image,
                        predictions[index],
                        decision.label != int(predictions[index].probabilities.argmax()),
                    )
                    for decision, span, index in zip(decisions, chosen[start:end], path[start:end], strict=True)
                )
            )
        )
    return Line(tuple(words))


def _decisions(probabilities: np.ndarray, stands: list[Place], asked: Asked) -> list[Decision]:
    if asked.context:
        return decide(probabilities, stands, asked.only)
    return [alone(int(label), asked.only) for label in probabilities.argmax(1)]


def _box(span: Span, scale: float) -> Box:
    x, y = round(span.x * scale), round(span.y * scale)
    return x, y, max(1, round(span.width * scale)), max(1, round(span.height * scale))


def describe(reading: Reading, top: int = 5) -> dict[str, Any]:
    """The record that the command line's --json, the API and a batch give, RECORD_VERSION:

    {"text", "lines": [{"text", "words": [{"text", "box", "characters": [{"text", "box": [x, y, w, h], "top": [["A", 0.97],
    ...], "known": bool, "character": 0.99, "is_character": bool, "by_context": bool, "doubt": null or a word}]}]}]}; box in
    the picture's pixels; top: the `top` likeliest classes with their probabilities, 0 to 1 in four digits, best first, if it
    is a character; character: how likely that is.
    """
    return {
        "text": reading.text,
        "lines": [
            {
                "text": line.text,
                "words": [
                    {
                        "text": word.text,
                        "box": list(word.box),
                        "characters": [_described(character, top) for character in word.characters],
                    }
                    for word in line.words
                ],
            }
            for line in reading.lines
        ],
    }


def _described(character: Character, top: int) -> dict[str, Any]:
    prediction = character.prediction
    return {
        "text": character.text,
        "box": list(character.box),
        "top": [[name, round(probability, 4)] for name, probability in prediction.top(top)],
        "known": prediction.known,
        "character": round(prediction.character, 4),
        "is_character": prediction.is_character,
        "by_context": character.by_context,
        "doubt": character.doubt.value if character.doubt else None,
    }
