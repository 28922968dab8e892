"""Ink -> lines of spans -> what stands there: the part of a reading that comes where ink is more than one character."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from hcr.alphabet import CLASSES, stands_for
from hcr.line.context import Decision, Place, alone, decide, places
from hcr.line.lattice import best_path
from hcr.line.lines import find_lines
from hcr.line.spans import Span, spans
from hcr.line.text import Box, Character, Line, Word
from hcr.model.classifier import Classifier
from hcr.picture.ink import Ink
from hcr.probabilities import Prediction

WORD_GAP = 0.52  # of the line's height: more between two characters is a blank
MOST_SPANS = 4000  # of a picture: a page of scribbles has no end of them


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


def seen_lines(ink: Ink) -> tuple[SeenLine, ...]:
    """The lines of a picture from top to bottom, as long as they have no more than MOST_SPANS in all."""
    found: list[SeenLine] = []
    count = 0
    for line in find_lines(ink):
        seen = SeenLine(spans(ink, line), line.height, line.slope)
        count += len(seen.spans)
        if count > MOST_SPANS:
            break
        found.append(seen)
    return tuple(found)


def read_lines(lines: tuple[SeenLine, ...], scale: float, model: Classifier, asked: Asked) -> tuple[Line, ...]:
    """What stands on lines with at least one span in all; scale: the picture's own pixels for each of theirs."""
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
