"""The tab Draw & Predict: draw or upload a character, see what it is read as."""

import html
from dataclasses import dataclass
from typing import Any

import gradio as gr
import numpy as np

from hcr.assets import EXAMPLES
from hcr.errors import InputError
from hcr.model.serving import Serving
from hcr.reading import read
from hcr.ui.context import Context
from hcr.ui.draw.answer import INVITATION, error_html, prediction_html, reading_html
from hcr.ui.draw.pad import drawing, drawing_pad


def picture_box(**settings: Any) -> gr.Image:
    """An image box that gives the file as it was uploaded, not as Gradio would decode it: a broken one gets our sentence."""
    box = gr.Image(type="filepath", **settings)
    box.preprocess = lambda payload: None if payload is None else payload.path  # type: ignore[method-assign]
    return box


@dataclass(frozen=True)
class DrawTab:
    """What other tabs need to show something here: `open_glyph` gives the updates for `opened_outputs`."""

    context: Context
    opened_outputs: tuple[gr.components.Component, ...]

    def open_glyph(self, image: np.ndarray) -> str:
        """Show an upright uint8 (28, 28) image with its reading."""
        classifier = self.context.models.current.classifier
        return prediction_html(classifier.predict(image), image, classifier)


def build(context: Context) -> DrawTab:
    """Lay out the tab."""

    def answer(source: str | bytes | None) -> str:
        if source is None:
            return INVITATION
        classifier = context.models.current.classifier
        try:
            return reading_html(read(source, classifier), classifier)
        except InputError as error:
            return error_html(str(error))

    def read_drawing(value: str | None) -> str:
        try:
            return answer(drawing(value))
        except InputError as error:
            return error_html(str(error))

    def read_picture(file: str | None) -> str:
        return answer(file)

    with gr.Row(elem_id="draw"):
        with gr.Column(min_width=280, scale=4):
            pad = drawing_pad()
        with gr.Column(min_width=280, scale=5):
            shown = gr.HTML(INVITATION, elem_id="answer", apply_default_css=False)
        with gr.Column(min_width=240, scale=3):
            picture = picture_box(
                label="Or a picture: drop, paste, or take one",
                sources=["upload", "clipboard", "webcam"],
                height=250,
                elem_id="picture",
                buttons=[],
            )
            gr.Examples(
                sorted(str(file) for file in EXAMPLES.glob("*.[jp][pn]g")),
                picture,
                shown,
                read_picture,
                run_on_click=True,
                cache_examples=False,
                label="Try one",
                elem_id="examples",
                api_visibility="private",
            )
    pad.stroke(
        read_drawing,
        pad,
        shown,
        show_progress="hidden",
        trigger_mode="always_last",
        concurrency_limit=4,
        api_visibility="private",
    )
    picture.input(read_picture, picture, shown, show_progress="hidden", concurrency_limit=4, api_visibility="private")
    return DrawTab(context, (shown,))


def model_line(serving: Serving) -> str:
    """The quiet line that says which model is loaded, and why this one."""
    bundle = serving.classifier.bundle
    metrics = bundle.config.metrics
    measured = f" · {metrics['top1']:.1%} of {metrics['images']:,} test images right" if "top1" in metrics else ""
    return f'<p class="model">Model: {html.escape(bundle.name)}{measured} · {html.escape(serving.note)}</p>'
