"""A reading as a plain record: what the command line prints with --json and what the app's API answers."""

from typing import Any

from hcr.reading import Reading


def describe(reading: Reading, top: int = 5) -> dict[str, Any]:
    """{"text", "characters": [{"box": [x, y, w, h], "top": [["A", 0.97], ...], "known": bool}]}"""
    return {
        "text": reading.text,
        "characters": [
            {
                "box": list(character.box),
                "top": [[name, round(probability, 4)] for name, probability in character.prediction.top(top)],
                "known": character.prediction.known,
            }
            for character in reading.characters
        ],
    }
