"""A reading as a record: what the command line's --json, the API and a batch give."""

from typing import Any

from hcr.line.text import Character
from hcr.reading import Reading

RECORD_VERSION = 2
"""Of what `describe` gives: counted up when a key changes its meaning or goes. `hcr info` tells it."""


def describe(reading: Reading, top: int = 5) -> dict[str, Any]:
    """The record that the command line's --json, the API and a batch give, RECORD_VERSION:

    {"text", "lines": [{"text", "words": [{"text", "box", "characters": [{"text", "box": [x, y, w, h], "baseline": y, "top":
    [["A", 0.97], ...], "known": bool, "character": 0.99, "is_character": bool, "by_context": bool, "doubt": null or a
    word}]}]}]}; box and baseline in the picture's pixels; top: the `top` likeliest classes with their probabilities, 0 to 1
    in four digits, best first, if it is a character; character: how likely that is.
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
        "baseline": character.baseline,
        "top": [[name, round(probability, 4)] for name, probability in prediction.top(top)],
        "known": prediction.known,
        "character": round(prediction.character, 4),
        "is_character": prediction.is_character,
        "by_context": character.by_context,
        "doubt": character.doubt.value if character.doubt else None,
    }
