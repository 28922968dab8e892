"""What was read, as the page shows it: the character, how sure, the five likeliest, and what the model saw."""

import cv2
import numpy as np

from hcr.alphabet import CLASSES, stands_for
from hcr.image import to_input
from hcr.model.serving import Serving
from hcr.probabilities import Prediction
from hcr.reading import Reading
from hcr.ui.templates import render
from hcr.ui.theme import ACCENT_RGB

MAP_SIDE = 112  # pixels
SHOWN = 5
INVITATION = render("answer", "empty", sentence="Your character will be read here while you draw.")
NOTHING_DRAWN = render("answer", "empty", sentence="Nothing drawn: the picture holds no ink.")


def reading_html(reading: Reading) -> str:
    """HTML for a reading; for one without characters a sentence."""
    if not reading.characters:
        return NOTHING_DRAWN
    character = reading.characters[0]
    return prediction_html(character.prediction, character.image)


def prediction_html(prediction: Prediction, image: np.ndarray) -> str:
    """HTML for one prediction of upright uint8 (28, 28) `image`."""
    heat = prediction.activation_map(CLASSES.index(prediction.text))
    return render(
        "answer",
        "answer",
        letter=prediction.text,
        is_character=prediction.is_character,
        both=stands_for(prediction.text),
        top=prediction.top(SHOWN),
        known=prediction.known,
        look_alike=prediction.look_alike,
        seen=255 - image,
        heat=None if heat is None else _overlay(image, heat),
    )


def error_html(sentence: str) -> str:
    """HTML for input that could not be read."""
    return render("answer", "refusal", sentence=sentence)


def model_html(serving: Serving) -> str:
    """The quiet line that says which model is loaded, and why this one."""
    bundle = serving.classifier.bundle
    metrics = bundle.config.metrics
    return render(
        "answer", "model", name=bundle.name, note=serving.note, top1=metrics.get("top1"), images=metrics.get("images")
    )


def _overlay(image: np.ndarray, heat: np.ndarray) -> np.ndarray:
    """The glyph, grey on white, under its activation map in the accent colour: RGB, uint8 (MAP_SIDE, MAP_SIDE, 3)."""
    side = MAP_SIDE, MAP_SIDE
    ground = cv2.resize(255 - 170 * to_input(image), side, interpolation=cv2.INTER_NEAREST)
    strength = cv2.resize(heat, side, interpolation=cv2.INTER_CUBIC).clip(0, 1) * 0.75
    under = ground * (1 - strength)
    return cv2.merge([(under + tone * strength).astype(np.uint8) for tone in ACCENT_RGB])
