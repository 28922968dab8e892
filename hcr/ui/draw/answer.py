"""What was read, as the page shows it: one character with its five likeliest, or a text whose characters can be tapped."""

import json
from typing import Any

import cv2
import numpy as np

from hcr.alphabet import CLASSES, stands_for
from hcr.image import to_input
from hcr.model.serving import Serving
from hcr.probabilities import Prediction
from hcr.reading import EVERYTHING, Asked, Character, Reading
from hcr.ui import asked
from hcr.ui.doubt import alike, in_words, sure, why
from hcr.ui.templates import percent, png, render
from hcr.ui.theme import ACCENT_RGB

MAP_SIDE = 112  # pixels
SHOWN = 5
MOST_TOLD = 600  # characters that can be tapped, of a page with more the first ones: an answer stays below 1 MB
INVITATION = render("answer", "empty", sentence="What you write will be read here while you draw.")
NOTHING_DRAWN = render("answer", "empty", sentence="Nothing drawn: the picture holds no ink.")


def reading_html(reading: Reading, how: Asked = EVERYTHING) -> str:
    """HTML for a reading, and for how it was asked for; for one without characters a sentence."""
    if not reading.characters:
        return NOTHING_DRAWN
    if len(reading.characters) > 1:
        return _text_html(reading, how)
    return character_html(reading.characters[0], how)


def character_html(character: Character, how: Asked = EVERYTHING) -> str:
    """HTML for a single character."""
    prediction, image = character.prediction, character.image
    heat = prediction.activation_map(CLASSES.index(prediction.text))
    names = _names(character)
    forms = _forms(prediction.text, how)
    return render(
        "answer",
        "answer",
        letter=character.text,
        names=names,
        sure=sure(prediction),
        is_character=prediction.is_character,
        both=forms if len(names) == 1 else "",
        top=_likeliest(prediction),
        remark=why(character) if prediction.is_character else None,
        known=prediction.known,
        seen=255 - image,
        heat=None if heat is None else _overlay(image, heat),
        boxes=json.dumps([character.box]),
        asked=asked.in_words(how),
    )


def _text_html(reading: Reading, how: Asked) -> str:
    lines: list[list[list[dict[str, Any]]]] = []
    number = 0
    for line in reading.lines:
        words = []
        for word in line.words:
            words.append([{"number": number + place, **_shown(one)} for place, one in enumerate(word.characters)])
            number += len(word.characters)
        lines.append(words)
    doubted = sum(character.doubt is not None for character in reading.characters)
    told = json.dumps([_told(character, how) for character in reading.characters[:MOST_TOLD]], ensure_ascii=False)
    return render(
        "answer",
        "text",
        text=reading.text,
        lines=lines,
        count=number,
        most=MOST_TOLD,
        doubted=doubted,
        told=told,
        asked=asked.in_words(how),
    )


def _shown(character: Character) -> dict[str, Any]:
    """What the text shows of a character at once. said: for those who hear the page."""
    doubt = character.doubt.value if character.doubt else ""
    said = f"{character.text}, {doubt}" if doubt else character.text
    return {"text": character.text, "doubt": doubt, "said": said}


def _told(character: Character, how: Asked) -> dict[str, Any]:
    """What answer.js shows of a tapped character. top: a class, all it may stand for, its share in words and in per cent."""
    prediction = character.prediction
    return {
        "text": character.text,
        "box": character.box,
        "title": in_words(_names(character)),
        "sure": percent(sure(prediction)) if prediction.is_character else "",
        "why": why(character),
        "seen": png(255 - character.image),
        "top": [
            (name, _forms(name, how), percent(share, 1), round(100 * share, 1)) for name, share in _likeliest(prediction)
        ],
    }


def _names(character: Character) -> tuple[str, ...]:
    """What the shape may be, where nothing but the shape decides; else what it was read as."""
    names = alike(character.prediction)
    return names if len(names) > 1 and not character.by_context else (character.text,)


def _forms(name: str, how: Asked) -> str:
    """The characters that the class `name` may stand for here, one or both cases of a letter."""
    return "".join(one for one in stands_for(name) if how.only is None or one in how.only)


def _likeliest(prediction: Prediction) -> list[tuple[str, float]]:
    """Five classes at most: those that were not asked for have no share."""
    return [(name, share) for name, share in prediction.top(SHOWN) if share > 0]


def view_html(source: str, size: tuple[int, int], glyph: bool = False) -> str:
    """HTML, to stand beside an answer's, that opens a picture in the pad's place as long as the answer stands.

    source: its address; size: the width and height that the answer's boxes are in; glyph: whether it is one of the data's
    images, otherwise it stands for a picture that was given and that browsers do not show.
    """
    return render("answer", "view", source=source, size=size, kind="glyph" if glyph else "preview")


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
