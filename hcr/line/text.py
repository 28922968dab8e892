"""What was read: characters, words, lines, and why one of them may be wrong."""

from dataclasses import dataclass
from enum import Enum

import numpy as np

from hcr.probabilities import Prediction

Box = tuple[int, int, int, int]
"""x, y, width, height in the picture's own pixels."""


class Doubt(Enum):
    """Why a character is not to be relied on, in words."""

    NO_CHARACTER = "not a character"
    UNCLEAR = "unclear"
    LOOK_ALIKES = "two alike"


@dataclass(frozen=True)
class Character:
    """text: one of the 62 letters and digits; image: upright uint8 (28, 28), as the model sees it; prediction: what its
    shape alone says; baseline: the row of the picture on which its line stands there; by_context: whether the line decided
    what the shape could not."""

    text: str
    box: Box
    image: np.ndarray
    prediction: Prediction
    baseline: int
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
