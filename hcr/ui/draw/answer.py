"""What was read, as the page shows it: the character, how sure, the five likeliest, and what the model saw."""

import base64
import html
import io

import cv2
import numpy as np
from PIL import Image

from hcr.alphabet import CLASSES, stands_for
from hcr.image import to_input
from hcr.model.classifier import Classifier
from hcr.probabilities import Prediction
from hcr.reading import Reading

ACCENT_RGB = (99, 102, 241)
INVITATION = '<div class="answer empty"><p>Your character will be read here while you draw.</p></div>'
NOTHING_DRAWN = '<div class="answer empty"><p>Nothing drawn: the picture holds no ink.</p></div>'


def reading_html(reading: Reading, classifier: Classifier) -> str:
    """HTML for a reading; for one without characters a sentence."""
    if not reading.characters:
        return NOTHING_DRAWN
    character = reading.characters[0]
    return prediction_html(character.prediction, character.image, classifier)


def prediction_html(prediction: Prediction, image: np.ndarray, classifier: Classifier) -> str:
    """HTML for one prediction of upright uint8 (28, 28) `image`."""
    (first, probability), *_ = prediction.top(1)
    letter = html.escape(first)
    both = stands_for(first)
    case = f'<span class="case">{both[0]} or {both[1]}</span>' if len(both) > 1 else ""
    return (
        f'<div class="answer{"" if prediction.known else " unsure"}" data-answer="{letter}">'
        f'<div class="first"><span class="letter">{letter}</span>'
        f'<span class="sure"><b>{_rounded(probability)}</b> sure{case}</span>{_pictures(prediction, image, first)}</div>'
        f"{_bars(prediction)}{_remark(prediction)}</div>"
    )


def error_html(sentence: str) -> str:
    """HTML for input that could not be read."""
    return f'<div class="answer empty error" role="alert"><p>{html.escape(sentence)}</p></div>'


def _bars(prediction: Prediction) -> str:
    """The bar chart: plain HTML, since it is redrawn up to ten times a second."""
    rows = "".join(
        f'<li role="meter" aria-valuemin="0" aria-valuemax="100" aria-valuenow="{100 * value:.1f}" aria-label="{name}">'
        f'<span class="name">{name}</span><span class="bar"><i style="width:{100 * value:.1f}%"></i></span>'
        f'<span class="value">{_percent(value)}</span></li>'
        for name, value in prediction.top(5)
    )
    return f'<ol class="bars" aria-label="The five likeliest characters">{rows}</ol>'


def _rounded(probability: float) -> str:
    """A whole percentage that never claims certainty."""
    return "> 99%" if probability > 0.99 else f"{probability:.0%}"


def _percent(value: float) -> str:
    return "< 0.1 %" if value < 0.001 else f"{100 * value:.1f} %"


def _remark(prediction: Prediction) -> str:
    if not prediction.known:
        return '<p class="remark">Not sure: this may be no character of the 47, or an unclear one.</p>'
    if other := prediction.look_alike:
        return (
            f'<p class="remark">{prediction.text} and {other} have the same shape: without its neighbours nobody can tell '
            f"which one it is.</p>"
        )
    return ""


def _pictures(prediction: Prediction, image: np.ndarray, first: str) -> str:
    seen = _picture(Image.fromarray(255 - image), "As the model sees it", "seen")
    heat = prediction.activation_map(CLASSES.index(first))
    if heat is None:
        return f'<div class="pictures">{seen}</div>'
    return f'<div class="pictures">{seen}{_picture(_overlay(image, heat), f"What speaks for {first}", "heat")}</div>'


def _overlay(image: np.ndarray, heat: np.ndarray) -> Image.Image:
    """The glyph, grey on white, under its activation map in the accent colour: RGB, 112x112."""
    side = 112
    glyph = cv2.resize(to_input(image)[..., 0], (side, side), interpolation=cv2.INTER_NEAREST)
    strength = cv2.resize(heat, (side, side), interpolation=cv2.INTER_CUBIC).clip(0, 1)[..., None] * 0.75
    ground = 255 - 170 * glyph[..., None]
    return Image.fromarray((ground * (1 - strength) + np.array(ACCENT_RGB) * strength).astype(np.uint8))


def _picture(picture: Image.Image, caption: str, kind: str) -> str:
    stream = io.BytesIO()
    picture.save(stream, "PNG")
    data = base64.b64encode(stream.getvalue()).decode()
    return (
        f'<figure class="{kind}"><img src="data:image/png;base64,{data}" alt="{html.escape(caption)}">'
        f"<figcaption>{html.escape(caption)}</figcaption></figure>"
    )
