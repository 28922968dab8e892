"""Picture -> Reading: the one pipeline that the app, its API and the command line call."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from hcr.model.classifier import Classifier
from hcr.model.opening import open_model
from hcr.picture.conversion import convert
from hcr.picture.glyphs import find_glyph
from hcr.picture.ink import find_ink
from hcr.picture.opening import open_picture
from hcr.probabilities import Prediction

Picture = Path | str | bytes | Image.Image | np.ndarray
Seen = tuple[tuple[int, int, int, int], np.ndarray]

RECORD_VERSION = 1
"""Of what `describe` gives: counted up when a key changes its meaning or goes. `hcr info` tells it."""


@dataclass(frozen=True)
class Character:
    """box: (x, y, width, height) in the picture's pixels; image: upright uint8 (28, 28), as the model sees it."""

    box: tuple[int, int, int, int]
    image: np.ndarray
    prediction: Prediction


@dataclass(frozen=True)
class Reading:
    """What was read from one picture; no characters, and "" for text, where nothing is drawn."""

    characters: tuple[Character, ...]

    @property
    def text(self) -> str:
        """The first guess for each character, joined; "" where nothing is drawn."""
        return "".join(character.prediction.text for character in self.characters)


def read(picture: Picture, model: Classifier | None = None) -> Reading:
    """Read the character in a picture.

    picture: a file, its bytes, a PIL image, or a uint8 array (h, w), (h, w, 3) or (h, w, 4).
    model: what `hcr.open` gave; by default the model that comes with the program, opened with the first picture.

    A picture without ink gives a Reading without characters. Raises InputError for what is no usable picture.

    >>> read(np.full((100, 100), 255, np.uint8)).text
    ''
    >>> from hcr.assets import EXAMPLES
    >>> read(EXAMPLES / "3-chalk.png").text
    'B'
    """
    seen = see(picture)
    return Reading(()) if seen is None else recognise(seen, model or _bundled())  # no ink, no model


def recognise(seen: Seen | None, model: Classifier) -> Reading:
    """Ask the model about what `see` gave."""
    if seen is None:
        return Reading(())
    box, image = seen
    return Reading((Character(box, image, model.predict(image)),))


@cache
def _bundled() -> Classifier:
    return open_model(None)


def see(picture: Picture) -> Seen | None:
    """Everything before the model: the character's box and its upright uint8 (28, 28) image, or None for no ink."""
    glyph = find_glyph(find_ink(open_picture(picture)))
    return None if glyph is None else (glyph.box, convert(glyph.ink, glyph.pixel))


def describe(reading: Reading, top: int = 5) -> dict[str, Any]:
    """The record that the command line's --json, the API and a batch give, RECORD_VERSION:

    {"text", "characters": [{"box": [x, y, w, h], "top": [["A", 0.97], ...], "known": bool, "character": 0.99,
    "is_character": bool}]}; box in the picture's pixels, top: the `top` likeliest classes with their probabilities, 0 to 1
    in four digits, best first, if it is a character; character: how likely that is.
    """
    return {
        "text": reading.text,
        "characters": [
            {
                "box": list(character.box),
                "top": [[name, round(probability, 4)] for name, probability in character.prediction.top(top)],
                "known": character.prediction.known,
                "character": round(character.prediction.character, 4),
                "is_character": character.prediction.is_character,
            }
            for character in reading.characters
        ],
    }
