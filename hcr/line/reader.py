"""Ink -> lines of spans -> what stands there: the part of a reading that comes where ink is more than one character."""

from dataclasses import dataclass

import numpy as np

from hcr.alphabet import CLASSES, stands_for
from hcr.line.context import Decision, Place, alone, decide
from hcr.line.lattice import scores
from hcr.line.lines import find_lines
from hcr.line.spans import Span, spans
from hcr.line.splits import Lattice
from hcr.line.text import Box, Character, Line, Word
from hcr.model.classifier import Classifier
from hcr.picture.ink import Ink
from hcr.probabilities import Prediction

SURE, NARROW = 0.9, 0.25  # how likely a group is a character that stays one, and its width, of the line's height, at least
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
    """A line's possible characters, its height and slope, in the ink's pixels; groups: what each of its pieces was cut from,
    by number."""

    spans: tuple[Span, ...]
    groups: tuple[int, ...]
    height: float
    slope: float


def seen_lines(ink: Ink) -> tuple[SeenLine, ...]:
    """The lines of a picture from top to bottom, as long as they have no more than MOST_SPANS in all."""
    found: list[SeenLine] = []
    count = 0
    for line in find_lines(ink):
        seen = SeenLine(spans(ink, line), tuple(piece.group for piece in line.pieces), line.height, line.slope)
        count += len(seen.spans)
        if count > MOST_SPANS:
            break
        found.append(seen)
    return tuple(found)


def read_lines(lines: tuple[SeenLine, ...], scale: float, model: Classifier, asked: Asked) -> tuple[Line, ...]:
    """What stands on lines with at least one span in all; scale: the picture's own pixels for each of theirs.

    The network is asked about whole groups of strokes first; of those that it takes for a character it is not asked whether
    they are two, or one together.
    """
    classes = asked.classes
    told: list[dict[int, Prediction]] = [{} for _ in lines]

    def ask(wanted: list[tuple[int, int]]) -> None:
        if wanted:
            images = np.stack([lines[line].spans[index].image for line, index in wanted])
            for (line, index), prediction in zip(wanted, model.predictions(images, classes), strict=True):
                told[line][index] = prediction

    ask([(number, index) for number, line in enumerate(lines) for index in _whole(line)])
    ask(
        [
            (number, index)
            for number, line in enumerate(lines)
            for index in _open(line, told[number])
            if index not in told[number]
        ]
    )
    return tuple(_read_line(line, found, scale, asked) for line, found in zip(lines, told, strict=True))


def _whole(line: SeenLine) -> list[int]:
    """The spans that are all of one group and nothing else."""
    return [
        index
        for index, span in enumerate(line.spans)
        if len(set(own := line.groups[span.first : span.last + 1])) == 1 and len(own) == line.groups.count(own[0])
    ]


def _open(line: SeenLine, told: dict[int, Prediction]) -> list[int]:
    """The spans without a group that is a character for sure; told: what whole groups are. A narrow one never is: it may be
    a stem of its neighbour."""
    sure = {
        line.groups[line.spans[index].first]
        for index, prediction in told.items()
        if prediction.character >= SURE and line.spans[index].width > NARROW * line.height
    }
    return [index for index, span in enumerate(line.spans) if sure.isdisjoint(line.groups[span.first : span.last + 1])]


def _read_line(line: SeenLine, told: dict[int, Prediction], scale: float, asked: Asked) -> Line:
    indices = sorted(told)
    candidates = [line.spans[index] for index in indices]
    predictions = [told[index] for index in indices]
    probabilities = np.stack([prediction.probabilities for prediction in predictions])
    characters = np.array([prediction.character for prediction in predictions])
    of_spans = scores(candidates, probabilities, characters, line.height)
    lattice = Lattice(candidates, probabilities, of_spans, line.height, line.slope)
    path, bounds = lattice.by_context(asked.only) if asked.context else lattice.by_shape()
    chosen = [candidates[index] for index in path]
    stands = lattice.places(path)
    decided = _decided([(probabilities[path[start:end]], stands[start:end]) for start, end in bounds], asked)
    words = []
    for decisions, (start, end) in zip(decided, bounds, strict=True):
        told_of = zip(decisions, stands[start:end], chosen[start:end], path[start:end], strict=True)
        words.append(
            Word(
                tuple(
                    Character(
                        decision.text,
                        _box(span, scale),
                        span.image,
                        predictions[index],
                        round(stand.level * scale),
                        decision.label != int(predictions[index].probabilities.argmax()),
                    )
                    for decision, stand, span, index in told_of
                )
            )
        )
    return Line(tuple(words))


def _decided(words: list[tuple[np.ndarray, list[Place]]], asked: Asked) -> list[list[Decision]]:
    """A line's words, each as `decide` takes it; the only one that is no number is looked at once more."""
    if not asked.context:
        return [[alone(int(label), asked.only) for label in probabilities.argmax(1)] for probabilities, _ in words]
    found = [decide(probabilities, stands, asked.only)[0] for probabilities, stands in words]
    numbers = [all(decision.text.isdigit() for decision in word) for word in found]
    if len(words) < 3 or sum(numbers) != len(words) - 1:  # of two words one is often a name, the other its number
        return found
    odd = numbers.index(False)
    return [*found[:odd], decide(*words[odd], asked.only, among_numbers=True)[0], *found[odd + 1 :]]


def _box(span: Span, scale: float) -> Box:
    x, y = round(span.x * scale), round(span.y * scale)
    return x, y, max(1, round(span.width * scale)), max(1, round(span.height * scale))
