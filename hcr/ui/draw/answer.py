"""What was read, as the page shows it: one character with its five likeliest, or a text whose characters can be tapped."""

import json
from typing import Any

import cv2
import numpy as np

from hcr.alphabet import CLASSES, stands_for
from hcr.image import to_input
from hcr.model.serving import Serving
from hcr.probabilities import Prediction
from hcr.reading import Box, Character, Reading
from hcr.ui.doubt import alike, in_words, sure, why
from hcr.ui.templates import percent, png, render
from hcr.ui.theme import ACCENT_RGB

MAP_SIDE = 112  # pixels
SHOWN = 5
MOST_TOLD = 600  # characters that can be tapped; of a page with more the first ones, so that an answer stays below 1 MB
INVITATION = render("answer", "empty", sentence="What you write will be read here while you draw.")
NOTHING_DRAWN = render("answer", "empty", sentence="Nothing drawn: the picture holds no ink.")


def reading_html(reading: Reading) -> str:
    """HTML for a reading; for one without characters a sentence."""
    if not reading.characters:
        return NOTHING_DRAWN
    if len(reading.characters) > 1:
        return _text_html(reading)
    (character,) = reading.characters
    return prediction_html(character.prediction, character.image, character.box)


def prediction_html(prediction: Prediction, image: np.ndarray, box: Box | None = None) -> str:
    """HTML for one prediction of upright uint8 (28, 28) `image`, which lies at `box` of what is in view, if it does."""
    heat = prediction.activation_map(CLASSES.index(prediction.text))
    names = alike(prediction)
    return render(
        "answer",
        "answer",
        letter=prediction.text,
        names=names,
        sure=sure(prediction),
        is_character=prediction.is_character,
        both=stands_for(prediction.text) if len(names) == 1 else "",
        top=prediction.top(SHOWN),
        remark=why(Character(prediction.text, box or (0, 0, 1, 1), image, prediction, 1))
        if prediction.is_character
        else None,
        known=prediction.known,
        seen=255 - image,
        heat=None if heat is None else _overlay(image, heat),
        boxes=json.dumps([] if box is None else [box]),
    )


def _text_html(reading: Reading) -> str:
    lines: list[list[list[dict[str, Any]]]] = []
    number = 0
    for line in reading.lines:
        words = []
        for word in line.words:
            words.append([{"number": number + place, **_shown(one)} for place, one in enumerate(word.characters)])
            number += len(word.characters)
        lines.append(words)
    doubted = sum(character.doubt is not None for character in reading.characters)
    told = json.dumps([_told(character) for character in reading.characters[:MOST_TOLD]], ensure_ascii=False)
    return render("answer", "text", text=reading.text, lines=lines, count=number, doubted=doubted, told=told)


def _shown(character: Character) -> dict[str, Any]:
    """What the text shows of a character at once. said: for those who hear the page."""
    doubt = character.doubt.value if character.doubt else ""
    said = f"{character.text}, {doubt}" if doubt else character.text
    return {"text": character.text, "doubt": doubt, "said": said, "context": character.by_context}


def _told(character: Character) -> dict[str, Any]:
    """What answer.js shows of a tapped character. top: a class, all it stands for, its share in words and in per cent."""
    prediction = character.prediction
    names = alike(prediction)
    return {
        "text": character.text,
        "box": character.box,
        "title": in_words(names) if len(names) > 1 and not character.by_context else character.text,
        "sure": percent(sure(prediction)) if prediction.is_character else "",
        "why": why(character),
        "seen": png(255 - character.image),
        "top": [(name, stands_for(name), percent(share, 1), round(100 * share, 1)) for name, share in prediction.top(SHOWN)],
    }


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
