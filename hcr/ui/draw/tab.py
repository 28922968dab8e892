"""The tab Draw & Predict: write on a pad or give a picture, see what it is read as."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr
import numpy as np

from hcr.errors import InputError
from hcr.reading import read, recognise
from hcr.ui.components import PictureBox
from hcr.ui.context import Context
from hcr.ui.draw import many
from hcr.ui.draw.answer import INVITATION, error_html, prediction_html, reading_html
from hcr.ui.draw.pad import answer_box, drawing_pad
from hcr.ui.server import gate

ANSWERED = "() => { document.dispatchEvent(new Event('hcr-answered')); }"


@dataclass(frozen=True)
class DrawTab:
    """What other tabs need to show something here. answer: where a reading is shown."""

    context: Context
    answer: gr.HTML

    def open_glyph(self, image: np.ndarray) -> dict[gr.HTML, str]:
        """Show an upright uint8 (28, 28) image with its reading: the updates that do it."""
        classifier = self.context.models.current.classifier
        return {self.answer: prediction_html(classifier.predict(image), image)}


def read_html(context: Context, source: Path | bytes | None) -> str:
    """The answer to a picture file or to a drawing's PNG, as HTML; an invitation to draw for None. Never raises for what
    comes from outside: what is no usable picture gets its sentence."""
    if source is None:
        return INVITATION
    try:
        classifier = context.models.current.classifier
        if isinstance(source, bytes):
            return reading_html(read(gate.drawing(source), classifier))
        return reading_html(recognise(context.eyes.see(source), classifier))
    except InputError as error:
        return error_html(str(error))


def build(context: Context) -> DrawTab:
    """Lay out the tab."""

    def answer(picture: str | None) -> str | dict[str, Any]:
        if picture is None:
            nothing: dict[str, Any] = gr.skip()  # the pad is in view again, and says itself what its drawing is read as
            return nothing
        return read_html(context, Path(picture))

    with gr.Row(elem_id="draw"):
        with gr.Column(min_width=280, elem_id="draw-pad"):
            drawing_pad()
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
                gr.Examples(
                    [str(file) for file in gate.PICTURES],
                    picture,
                    shown,
                    answer,
                    run_on_click=True,
                    cache_examples=False,
                    label="Try one",
                    elem_id="examples",
                    api_visibility="private",
                )
    many.build(context)
    quiet: dict[str, Any] = {"show_progress": "hidden", "concurrency_limit": 4, "api_visibility": "private"}
    given = picture.input(answer, picture, shown, trigger_mode="always_last", **quiet)
    given.then(js=ANSWERED, api_visibility="private")  # an answer may come after its picture was put away
    return DrawTab(context, shown)
