"""Picture -> Reading: the one pipeline that the app, its API and the command line call."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from hcr.model.classifier import Classifier
from hcr.picture.conversion import convert
from hcr.picture.glyphs import find_glyph
from hcr.picture.ink import find_ink
from hcr.picture.opening import open_picture
from hcr.probabilities import Prediction


@dataclass(frozen=True)
class Character:
    """box: (x, y, width, height) in the picture's pixels; image: upright uint8 (28, 28), as the model sees it."""

    box: tuple[int, int, int, int]
    image: np.ndarray
    prediction: Prediction


@dataclass(frozen=True)
class Reading:
    """What was read from one picture; no characters where nothing is drawn."""

    characters: tuple[Character, ...]

    @property
    def text(self) -> str:
        return "".join(character.prediction.text for character in self.characters)


def read(source: Path | str | bytes | Image.Image | np.ndarray, classifier: Classifier) -> Reading:
    """Read the character in a picture: a file, its bytes, a PIL image or a uint8 array.

    Raises InputError for what is no usable picture; a picture without ink gives a Reading without characters.
    """
    found = see(source)
    if found is None:
        return Reading(())
    box, image = found
    return Reading((Character(box, image, classifier.predict(image)),))


def see(source: Path | str | bytes | Image.Image | np.ndarray) -> tuple[tuple[int, int, int, int], np.ndarray] | None:
    """Everything before the model: the character's box and its upright uint8 (28, 28) image, or None for no ink."""
    glyph = find_glyph(find_ink(open_picture(source)))
    return None if glyph is None else (glyph.box, convert(glyph.ink, glyph.pixel))


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
