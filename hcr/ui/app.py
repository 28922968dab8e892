"""The whole page: the tabs in their order and what they share."""

from typing import Any

import gradio as gr

from hcr.errors import InputError
from hcr.reading import describe, read
from hcr.ui.context import Context
from hcr.ui.draw import tab as draw
from hcr.ui.evaluation import tab as evaluation
from hcr.ui.evaluation.actions import OpenInDraw
from hcr.ui.explorer import tab as explorer

TITLE = "Handwritten Character Recogniser"
LEAD = "Draw a letter or a digit. A small neural network, trained on EMNIST, reads it while you draw."


def build(context: Context) -> gr.Blocks:
    """Lay out the page."""

    def read_picture(picture: str | None) -> dict[str, Any] | None:
        """The character in a picture file: the same record as the command line gives with --json."""
        if picture is None:
            return None
        try:
            return describe(read(picture, context.models.current.classifier))
        except InputError as error:
            raise gr.Error(str(error)) from error

    with gr.Blocks(title=TITLE, analytics_enabled=False, fill_width=True) as page:
        gr.HTML(f"<h1>{TITLE}</h1><p>{LEAD}</p>", elem_id="title", apply_default_css=False)
        with gr.Tabs() as tabs:
            with gr.Tab("Draw & Predict", id="draw"):
                drawn = draw.build(context)
            with gr.Tab(explorer.TITLE, id=explorer.TAB) as tab:
                explorer.build(context, page, tab)
            with gr.Tab("Evaluation", id="evaluation") as tab:
                opening = OpenInDraw(lambda image: [drawn.open_glyph(image)], drawn.opened_outputs, tabs)
                evaluation.build(context, tab, opening)
        # a function: worked out anew for each visit, since another model may have arrived
        gr.HTML(lambda: draw.model_line(context.models.current), elem_id="model", apply_default_css=False)
        with gr.Row(visible=False):  # the API; through a box, since that lets only uploaded files in
            source, record = draw.picture_box(), gr.JSON()
            source.change(read_picture, source, record, api_name="read")
    return page
