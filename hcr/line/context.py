"""What a line says of a character that its shape cannot: letter or digit, upper or lower case, which of two look-alikes.

A word is a row of capitals, of small letters, of digits, or changes between them at a price; where a character stands and
how tall it is speaks for or against each of the 62; so do its neighbours, by how often such letters follow each other. The
cheapest row is found by the Viterbi algorithm. Only classes that the network itself holds possible are in it.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np

from hcr.alphabet import CLASSES, GROUP_INDEX, MERGED_LOWER, stands_for
from hcr.assets import LETTERS

POSSIBLE = 0.05  # of the likeliest shape's probability: shapes below that are out, whatever the line says
INSIDE_COUNTS = 0.8  # how much it counts which of its look-alikes the network takes a shape for
LEAST = 0.01  # of a shape's probability: no look-alike is less likely
SPREAD = (0.2, 0.15)  # standard deviations of a character's height, and of its foot's depth, in heights of a capital
WORST = -3.0  # nats: no size speaks more than this against a character
SIZE_COUNTS = 1.3
CHANGE = 3.0  # nats, between letters and digits
RISE, FALL = 1.7, 0.3  # nats: a capital behind a small letter; a small letter behind a word's first capital
LATE_FALL = 1.3  # nats: a small letter behind a later capital
DIGIT_LIKELY = 2.0  # nats above a letter by chance
AMONG_NUMBERS = 3.0  # nats against a word that begins with a letter where all others of the line are numbers
LETTERS_COUNT = 0.5  # how much a letter's neighbours count

TALL, LOW, DEEP = "bdfhklt", "acemnorsuvwxz", "gpqy"


@dataclass(frozen=True)
class Place:
    """Where a character stands. tall: its height; deep: how far its foot lies below the line, both in heights of a capital,
    both NaN where the line tells nothing; level: the row of the line under its middle, in pixels."""

    tall: float
    deep: float
    level: float = 0.0


@dataclass(frozen=True)
class Decision:
    """text: one of the 62 letters and digits; label: its class, 0 to 46."""

    text: str
    label: int


CAPITAL, SMALL, DIGIT = range(3)


def _kind(character: str) -> int:
    return DIGIT if character.isdigit() else CAPITAL if character.isupper() else SMALL


CHARACTERS = "".join(stands_for(name) for name in CLASSES)  # those of a class together
LABELS = np.array([label for label, name in enumerate(CLASSES) for _ in stands_for(name)])
_KINDS = tuple(_kind(character) for character in CHARACTERS)
_LETTER = [0 if character.isdigit() else ord(character.lower()) - ord("a") + 1 for character in CHARACTERS] + [0]
"""For each of CHARACTERS, and behind them for -1, "nothing before"."""


def _expected(character: str) -> tuple[float, float]:
    """Height and depth, in heights of a capital."""
    if character == "j":
        return 1.15, 0.3
    if character == "i":
        return 0.9, 0.0
    if character in LOW:
        return 0.62, 0.0
    if character in DEEP:
        return 0.95, 0.33
    return 1.0, 0.0


_GROUPS = np.array(GROUP_INDEX)
_EXPECTED = np.array([_expected(character) for character in CHARACTERS])


def alone(label: int, only: frozenset[str] | None = None) -> Decision:
    """What a character of the class `label`, 0 to 46, is without a line: of two cases the capital, if it may be that."""
    either = [character for character in stands_for(CLASSES[label]) if only is None or character in only]
    return Decision(either[0] if either else CLASSES[label], label)


def decide(
    probabilities: np.ndarray, places: list[Place], only: frozenset[str] | None = None, among_numbers: bool = False
) -> tuple[list[Decision], float]:
    """One word's characters, and how many nats the line speaks for them beyond what shapes alone would be: probabilities
    float (n, 47), n at least 1, and where each stands; only: what they may be, None for all 62; among_numbers: whether all
    other words of its line are such. The best row by the Viterbi algorithm; what comes next depends on the two before."""
    likely, allowed = _likely(probabilities)
    if only is not None:
        allowed &= np.isin(list(CHARACTERS), list(only))
    scores = likely + SIZE_COUNTS * np.array([_size(place) for place in places])
    letters = _letters()
    if among_numbers:
        scores[0] -= AMONG_NUMBERS * (np.array(_KINDS) != DIGIT)
    paths: dict[tuple[int, int], tuple[float, list[int]]] = {(-1, -1): (0.0, [])}
    for number in range(len(places)):
        ahead: dict[tuple[int, int], tuple[float, list[int]]] = {}
        for character in map(int, np.flatnonzero(allowed[number])):
            for (first, second), (score, path) in paths.items():
                total = score + float(scores[number, character]) - _change(second, character, number)
                total += LETTERS_COUNT * _follows(letters, first, second, character)
                if total > ahead.get((second, character), (-np.inf, []))[0]:
                    ahead[second, character] = (total, [*path, character])
        paths = ahead
    ends = {
        pair: (score + LETTERS_COUNT * float(letters[_LETTER[pair[0]], _LETTER[pair[1]], 0]), path)
        for pair, (score, path) in paths.items()
    }
    score, best = max(ends.values(), key=lambda end: end[0])
    decisions = [Decision(CHARACTERS[index], int(LABELS[index])) for index in best]
    return decisions, score - float(likely.max(1).sum())


def _likely(probabilities: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """How likely each of the 62 is by its shape, in nats, and whether it is possible: float and bool (n, 62). Which one of a
    group of look-alikes it is counts less: nobody can tell from the shape, and the network's guess is of its own data."""
    shapes = np.stack([probabilities[:, group == _GROUPS].sum(1) for group in _GROUPS], axis=1)
    inside = np.log(np.maximum(probabilities / np.maximum(shapes, 1e-9), LEAST))
    likely = np.log(np.maximum(shapes, 1e-6)) + INSIDE_COUNTS * inside
    return likely[:, LABELS], (shapes >= POSSIBLE * shapes.max(1, keepdims=True))[:, LABELS]


def _follows(letters: np.ndarray, first: int, second: int, character: int) -> float:
    """How much likelier than one letter of 27 by chance this one is behind two others, in nats; digits are all alike."""
    if _KINDS[character] == DIGIT:
        return DIGIT_LIKELY
    return float(letters[_LETTER[first], _LETTER[second], _LETTER[character]])


@cache
def _letters() -> np.ndarray:
    """How much likelier than by chance each letter follows two others in a word: float32 (27, 27, 27), nats; 0 stands for no
    letter, 1 to 26 for a to z; 0 throughout for what is no letter."""
    with np.load(LETTERS) as file:
        found: np.ndarray = file["surprise"].astype(np.float32)
    return found


def _size(place: Place) -> np.ndarray:
    """How well each of the 62 fits where this one stands: float (62,), nats, 0 at best."""
    if np.isnan(place.tall):
        return np.where(np.isin(list(CHARACTERS), list(MERGED_LOWER)), -0.5, 0.0)
    away = (np.array([place.tall, place.deep]) - _EXPECTED) / SPREAD
    return np.asarray(np.maximum(-0.5 * (away**2).sum(1), WORST))


def _change(before: int, behind: int, number: int) -> float:
    """The price of one character behind another, both indices into CHARACTERS, at place `number` of the word."""
    if before < 0:
        return 0.0
    kinds = _KINDS[before], _KINDS[behind]
    if (kinds[0] == DIGIT) != (kinds[1] == DIGIT):
        return CHANGE
    if kinds == (SMALL, CAPITAL):
        return RISE
    return (FALL if number == 1 else LATE_FALL) if kinds == (CAPITAL, SMALL) else 0.0


def places(boxes: np.ndarray, labels: np.ndarray, slope: float, height: float) -> list[Place]:
    """Where each of a line's characters stands: boxes int (n, 4) as x, y, width, height; labels int (n,), the network's
    first guesses; slope and height: the line's."""
    names = np.array(list(CLASSES))[labels]
    middle = boxes[:, 0] + boxes[:, 2] / 2
    foot = boxes[:, 1] + boxes[:, 3] - slope * middle
    stands = np.isin(names, list("ABDEFHKLMNRTXabdehnrt12345678"))
    tall = np.isin(names, list("ABDEFHKLNRTbdht123456789"))
    low = np.isin(names, list("aenr"))
    if not stands.any():
        return [Place(np.nan, np.nan, float(level)) for level in boxes[:, 1] + boxes[:, 3]]
    if tall.any():
        capital = float(np.median(boxes[tall, 3]))
    elif low.any():
        capital = float(np.median(boxes[low, 3])) / 0.62
    else:
        capital = height
    capital = max(capital, 1.0)
    found = []
    for number in range(len(labels)):
        near = np.argsort(abs(middle[stands] - middle[number]))[:5]
        base = float(np.median(foot[stands][near]))
        level = base + slope * float(middle[number])
        found.append(Place(float(boxes[number, 3]) / capital, (float(foot[number]) - base) / capital, level))
    return found
