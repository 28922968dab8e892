"""What a line says of a character that its shape cannot: letter or digit, upper or lower case, which of two look-alikes.

A word is a row of capitals, of small letters, of digits, or changes between them at a price; where a character stands and
how tall it is speaks for or against each of the 62; so do its neighbours, by how often such letters follow each other. The
cheapest row is found by the Viterbi algorithm. Only classes that the network itself holds possible are in it.
"""

from dataclasses import dataclass

import numpy as np

from hcr.alphabet import CLASSES, MERGED_LOWER, stands_for

POSSIBLE = 0.1  # of the first guess's probability: classes below that are out, whatever the line says
SPREAD = (0.2, 0.15)  # standard deviations of a character's height, and of its foot's depth, in heights of a capital
WORST = -3.0  # nats: no size speaks more than this against a character
SIZE_COUNTS = 0.8
CHANGE = 2.2  # nats, between letters and digits
RISE, FALL = 3.0, 0.3  # nats: a capital behind a small letter; a small letter behind a word's first capital
LATE_FALL = 3.0  # nats: a small letter behind a later capital

TALL, LOW, DEEP = "bdfhklt", "acemnorsuvwxz", "gpqy"


@dataclass(frozen=True)
class Place:
    """Where a character stands, in heights of a capital. tall: its height; deep: how far its foot lies below the line;
    both NaN where the line tells nothing."""

    tall: float
    deep: float


@dataclass(frozen=True)
class Decision:
    """text: one of the 62 letters and digits; label: its class, 0 to 46."""

    text: str
    label: int


def _kind(character: str) -> int:
    return 2 if character.isdigit() else 0 if character.isupper() else 1


CHARACTERS = "".join(stands_for(name) for name in CLASSES)
"""The 62 letters and digits, those of a class together."""
LABELS = np.array([label for label, name in enumerate(CLASSES) for _ in stands_for(name)])
_KINDS = np.array([_kind(character) for character in CHARACTERS])


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


_EXPECTED = np.array([_expected(character) for character in CHARACTERS])


def decide(probabilities: np.ndarray, places: list[Place], first_only: bool = False) -> list[Decision]:
    """One word's characters: probabilities float (n, 47), n at least 1, and where each stands."""
    count = len(places)
    likely = np.log(np.maximum(probabilities, 1e-6))
    allowed = probabilities >= POSSIBLE * probabilities.max(1, keepdims=True)
    scores = np.where(allowed, likely, -np.inf)[:, LABELS] + SIZE_COUNTS * np.array([_size(place) for place in places])
    best = scores[0].copy()
    back = np.zeros((count, len(CHARACTERS)), int)
    for number in range(1, count):
        paths = best[:, None] - _changes(number)
        back[number] = paths.argmax(0)
        best = paths.max(0) + scores[number]
    chosen = [int(best.argmax())]
    for number in range(count - 1, 0, -1):
        chosen.append(int(back[number][chosen[-1]]))
    return [Decision(CHARACTERS[index], int(LABELS[index])) for index in reversed(chosen)]


def _size(place: Place) -> np.ndarray:
    """How well each of the 62 fits where this one stands: float (62,), nats, 0 at best."""
    if np.isnan(place.tall):
        return np.where(np.isin(list(CHARACTERS), list(MERGED_LOWER)), -0.5, 0.0)
    away = (np.array([place.tall, place.deep]) - _EXPECTED) / SPREAD
    return np.asarray(np.maximum(-0.5 * (away**2).sum(1), WORST))


def _changes(number: int) -> np.ndarray:
    """The price of one character behind another, at place `number` of the word: float (62, 62)."""
    before, behind = _KINDS[:, None], _KINDS[None, :]
    price = np.where((before == 2) != (behind == 2), CHANGE, 0.0)
    price = np.where((before == 1) & (behind == 0), RISE, price)
    return np.where((before == 0) & (behind == 1), FALL if number == 1 else LATE_FALL, price)


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
        return [Place(np.nan, np.nan)] * len(labels)
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
        found.append(Place(float(boxes[number, 3]) / capital, (float(foot[number]) - base) / capital))
    return found
