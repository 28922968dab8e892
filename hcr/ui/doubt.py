"""What a reading's doubts are called: on the page and for programs alike."""

import numpy as np

from hcr.alphabet import CLASSES, group_of
from hcr.probabilities import Prediction, group_confidence
from hcr.reading import Character, Doubt

FAR_FETCHED = 0.02  # below that a class of the same shape is not mentioned, as in `Prediction.look_alike`


def alike(prediction: Prediction) -> tuple[str, ...]:
    """The classes that may all be meant by this shape, likeliest first, such as ("0", "O"); one alone where only one may."""
    first = group_of(prediction.text)
    same = [(name, share) for name, share in prediction.top(len(CLASSES)) if group_of(name) == first]
    return tuple(name for number, (name, share) in enumerate(same) if not number or share >= FAR_FETCHED)


def sure(prediction: Prediction) -> float:
    """How sure the first guess is, 0 to 1; where nobody can tell it from others of its shape, all of them together."""
    if len(alike(prediction)) > 1:
        return float(group_confidence(np.asarray(prediction.probabilities)))
    return prediction.top(1)[0][1]


def in_words(names: tuple[str, ...], last: str = "or") -> str:
    """Names in words: "0 or O", "1, I or L".

    >>> in_words(("1", "I", "L"), "and"), in_words(("A",))
    ('1, I and L', 'A')
    """
    return f" {last} ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def why(character: Character) -> str | None:
    """What to know of a character before relying on it, one sentence; None where there is nothing."""
    names = in_words(alike(character.prediction), "and")
    match character.doubt:
        case Doubt.NO_CHARACTER:
            return "Perhaps not a character: a sign, a piece, or several at once."
        case Doubt.UNCLEAR:
            return "Not sure: this may be no character of the 47, or an unclear one."
        case Doubt.LOOK_ALIKES:
            return f"{names} have the same shape: without its neighbours nobody can tell which one it is."
    if character.by_context:
        shape = character.prediction.text
        return f"Decided by the line: the shape alone would be read as {shape}."
    return None
