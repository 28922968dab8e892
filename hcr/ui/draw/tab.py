"""The tab Draw & Predict: write on a pad or give a picture, see what it is read as."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr
import numpy as np

from hcr.errors import InputError
from hcr.image import SIDE
from hcr.reading import Character, recognise, see
from hcr.ui.asked import asked_in
from hcr.ui.components import PictureBox
from hcr.ui.context import Context
from hcr.ui.draw import many
from hcr.ui.draw.answer import INVITATION, character_html, error_html, reading_html, view_html
from hcr.ui.draw.pad import answer_box, drawing_pad
from hcr.ui.server import gate
from hcr.ui.server.apart import PREVIEW
from hcr.ui.templates import png

ANSWERED = "() => { document.dispatchEvent(new Event('hcr-answered')); }"


@dataclass(frozen=True)
class DrawTab:
    """What other tabs need to show something here. answer: where a reading is shown; picture: a picture that was given."""

    context: Context
    answer: gr.HTML
    picture: PictureBox

    def open_glyph(self, image: np.ndarray) -> dict[gr.components.Component, str | None]:
        """Show an upright uint8 (28, 28) image in the pad's place with its reading: the updates that do it."""
        prediction = self.context.models.current.classifier.predict(image)
        character = Character(prediction.text, (0, 0, SIDE, SIDE), image, prediction, SIDE)
        html = character_html(character) + view_html(png(255 - image), (SIDE, SIDE), glyph=True)
        return {self.answer: html, self.picture: None}


def read_html(context: Context, source: Path | bytes | None, query: str = "") -> str:
    """The answer to a picture file or to a drawing's PNG, as HTML; an invitation to draw for None. query: how to read it, as
    `hcr.ui.asked.asked_in` takes it. Never raises for what comes from outside: what is no usable picture gets its
    sentence."""
    if source is None:
        return INVITATION
    try:
        classifier, how = context.models.current.classifier, asked_in(query)
        if isinstance(source, bytes):
            return reading_html(recognise(see(gate.drawing(source)), classifier, how), how)
        look = context.eyes.look(source, None if gate.browsers_show(source) else PREVIEW)
        html = reading_html(recognise(look.seen, classifier, how), how)
        return html + view_html(look.shown, look.size) if look.shown else html
    except InputError as error:
        return error_html(str(error))


def build(context: Context) -> DrawTab:
    """Lay out the tab."""

    def answer(picture: str | None, query: str) -> str | dict[str, Any]:
        if picture is None:
            nothing: dict[str, Any] = gr.skip()  # the pad is in view again, and says itself what its drawing is read as
            return nothing
        return read_html(context, Path(picture), query)

    with gr.Row(elem_id="draw"):
        with gr.Column(min_width=280, elem_id="draw-pad"):
            pad = drawing_pad()
        with gr.Column(min_width=280, elem_id="draw-answer"):
            shown = answer_box(INVITATION)
        with gr.Row(elem_id="draw-pictures"):
            picture = PictureBox(
                type="filepath",
                label="Or a picture: drop, paste, or take one",
                sources=["upload", "clipboard", "webcam"],
                height=210,
                elem_id="picture",
                buttons=[],
                scale=3,
            )
            with gr.Column(min_width=200, scale=2):
                examples = gr.Examples(
                    [str(file) for file in gate.PICTURES],
                    picture,
                    cache_examples=False,
                    label="Try one",
                    elem_id="examples",
                    api_visibility="private",
                )
    many.build(context, pad)
    quiet: dict[str, Any] = {"show_progress": "hidden", "concurrency_limit": 4, "api_visibility": "private"}
    ways = [picture.input, pad.input]  # one event of the two, so that the latest answer is the one that stays
    given = gr.on(ways, answer, [picture, pad], shown, trigger_mode="always_last", **quiet)
    tried = examples.load_input_event.then(answer, [picture, pad], shown, **quiet)
    for event in (given, tried):
        event.then(js=ANSWERED, api_visibility="private")  # an answer may come after its picture was put away
    return DrawTab(context, shown, picture)
