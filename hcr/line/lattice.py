"""A line's spans and what the network says of each -> the row of characters that explains the line best.

Every path from the first piece to the last is a way to split the line; the best ones are found by dynamic programming over
the pieces. A span counts by its width, so that a line is not read as few wide characters or as many narrow ones merely
because that makes fewer, or more, factors.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hcr.line.spans import Span
from hcr.probabilities import group_confidence


@dataclass(frozen=True)
class Costs:
    """In nats. own, by_width: how much a character's evidence counts, and for each line height of its width; cut, ink: for
    each edge through ink, and for each stroke width of ink there; gap: for each gap inside; wide: for each line height above
    the first and a quarter; tiny: for what is lower than a third of the line.

    Chosen on lines composed of stroke templates and of EMNIST's validation images (`benchmarks/common/composed.py`)."""

    own: float = 0.4
    by_width: float = 0.6
    cut: float = 0.5
    ink: float = 0.25
    gap: float = 1.9
    wide: float = 1.1
    tiny: float = 0.9


COSTS = Costs()
SMALLEST = 1e-5  # below this no evidence counts as worse


def scores(spans: Sequence[Span], probabilities: np.ndarray, characters: np.ndarray, height: float) -> list[float]:
    """What each span adds to a split that it is in, in nats. probabilities: float (n, 47) of each if it is a character;
    characters: float (n,), how likely it is one; height: the line's, in the spans' pixels."""
    evidence = np.log(np.maximum(group_confidence(probabilities) * characters, SMALLEST))
    return [_score(span, float(of_span), height, COSTS) for span, of_span in zip(spans, evidence, strict=True)]


def likely_paths(spans: Sequence[Span], scores: Sequence[float], count: int = 1) -> list[tuple[float, list[int]]]:
    """The best `count` ways to split a line, or a part of one that the spans begin and end with, best first: each with its
    score and, from left to right, the indices into `spans` of its characters."""
    start, end = min(span.first for span in spans), max(span.last for span in spans) + 1
    best: dict[int, list[tuple[float, list[int]]]] = {start: [(0.0, [])]}
    for index in sorted(range(len(spans)), key=lambda number: spans[number].last):
        span = spans[index]
        longer = [(before + scores[index], [*path, index]) for before, path in best.get(span.first, [])]
        best[span.last + 1] = sorted([*best.get(span.last + 1, []), *longer], key=lambda found: -found[0])[:count]
    return best[end]


def _score(span: Span, evidence: float, height: float, costs: Costs) -> float:
    width = span.width / height
    score = evidence * (costs.own + costs.by_width * width)
    score -= (
        sum(costs.cut + costs.ink * ink for ink in span.cuts) + costs.gap * span.gaps + costs.wide * max(0.0, width - 1.25)
    )
    return score - costs.tiny * (span.height < 0.35 * height)
