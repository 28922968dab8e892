"""Where a line's words and characters begin and end: the likeliest split, and among others that are about as likely the one
whose letters go best together."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from hcr.line.context import Place, decide, places
from hcr.line.lattice import likely_paths
from hcr.line.spans import Span
from hcr.probabilities import group_confidence

WORD_GAP, NARROWEST, WIDEST = 0.52, 0.3, 0.6  # of the line's height: more between two characters is a blank
CLEARLY = 0.25  # likewise: by so much the gaps between words are wider than those within, on average
SPLITS, SPLIT_MARGIN = 12, 4.0  # so many ways to split a word are weighed by its letters; nats between the best and the last
LONGEST, CLEAR = 24, 0.6  # a word of more characters, or of less clear shapes on average, is not weighed: a scribble's
# shapes may be anything, and to weigh them takes seconds
SPLIT_COUNTS, SPLIT_USUAL = 0.5, 0.8  # how much it counts what a word's letters say; nats a character that they usually do


@dataclass(frozen=True)
class Lattice:
    """A line's spans that the network was asked about, what it takes each for, probabilities float (n, 47), and their
    `scores`; height, slope: the line's. A path is a row of indices of spans."""

    spans: list[Span]
    probabilities: np.ndarray
    scores: list[float]
    height: float
    slope: float

    def by_shape(self) -> tuple[list[int], list[tuple[int, int]]]:
        """The likeliest path, and where in it each word begins and ends."""
        ((_, path),) = likely_paths(self.spans, self.scores)
        chosen = [self.spans[index] for index in path]
        gaps = [(span.x - before.x - before.width) / self.height for before, span in pairwise(chosen)]
        starts = [0, *(np.flatnonzero(np.array(gaps) > word_gap(gaps)) + 1).tolist()]
        return path, list(pairwise([*starts, len(chosen)]))

    def by_context(self, only: frozenset[str] | None) -> tuple[list[int], list[tuple[int, int]]]:
        """The same with each word split as its letters go best together, among the splits that are about as likely."""
        path, bounds = self.by_shape()
        found: list[int] = []
        words = []
        for start, end in bounds:
            best = path[start:end]
            splits = self._splits(best) if len(best) <= LONGEST and self._is_clear(best) else []
            if len(splits) > 1:
                weighed = []
                for score, split in splits:
                    stands = self.places([*path[:start], *split, *path[end:]])[start : start + len(split)]
                    _, context = decide(self.probabilities[split], stands, only)
                    weighed.append(score + SPLIT_COUNTS * (context - SPLIT_USUAL * len(split)))
                best = splits[int(np.argmax(weighed))][1]
            words.append((len(found), len(found) + len(best)))
            found += best
        return found, words

    def places(self, path: list[int]) -> list[Place]:
        """Where each character of a path stands."""
        chosen = [self.spans[index] for index in path]
        boxes = np.array([(span.x, span.y, span.width, span.height) for span in chosen])
        return places(boxes, self.probabilities[path].argmax(1), self.slope, self.height)

    def _splits(self, word: list[int]) -> list[tuple[float, list[int]]]:
        """The likeliest clear splits of what a word takes up, best first; none that is SPLIT_MARGIN worse than that."""
        first, last = self.spans[word[0]].first, self.spans[word[-1]].last
        own = [index for index, span in enumerate(self.spans) if first <= span.first and span.last <= last]
        paths = likely_paths([self.spans[index] for index in own], [self.scores[index] for index in own], SPLITS)
        splits = [(score, [own[index] for index in split]) for score, split in paths if score > paths[0][0] - SPLIT_MARGIN]
        return [(score, split) for score, split in splits if self._is_clear(split)]

    def _is_clear(self, path: list[int]) -> bool:
        """Whether the network knows what the shapes of a path are, on average."""
        return bool(group_confidence(self.probabilities[path]).mean() >= CLEAR)


def word_gap(gaps: list[float]) -> float:
    """The gap between a line's characters above which there is a blank, in heights of the line, as `gaps` are.

    Some write narrowly, some widely: where the gaps are of two clearly different kinds (Otsu 1979), half-way between the
    widest and the narrowest of these, else WORD_GAP.

    >>> word_gap([0.1, 0.15, 0.45, 0.1])
    0.3
    >>> word_gap([0.3, 0.35, 0.3])
    0.52
    """
    ordered = np.sort(gaps)
    if len(ordered) < 3:
        return WORD_GAP
    means = [(ordered[:count].mean(), ordered[count:].mean()) for count in range(1, len(ordered))]
    apart = [count * (len(ordered) - count) * (wide - narrow) ** 2 for count, (narrow, wide) in enumerate(means, 1)]
    count = int(np.argmax(apart)) + 1
    narrow, wide = means[count - 1]
    if wide - narrow <= CLEARLY:
        return WORD_GAP
    return float(np.clip((ordered[count - 1] + ordered[count]) / 2, NARROWEST, WIDEST))
