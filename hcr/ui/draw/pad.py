"""The drawing pad: a canvas of our own, always armed. Its drawings go through `hcr.ui.draw.door`, past Gradio. What may be
written, and whether words decide, is asked beside it, for pictures too."""

import gradio as gr

from hcr.assets import INTERFACE


def drawing_pad() -> gr.HTML:
    """A pad to lay out. A drawing is nothing for Gradio: the pad's script asks the door, and hands the answer on to the page
    as the event `hcr-answer` (see `answer_box`). Its value is how to read, as `hcr.ui.asked.asked_in` takes it; `input` is
    the event for another one."""
    return gr.HTML(
        html_template=(INTERFACE / "pad.html").read_text(encoding="utf-8"),
        js_on_load="\n".join((INTERFACE / name).read_text(encoding="utf-8") for name in ("asked.js", "pad.js")),
        elem_id="pad",
        apply_default_css=False,
    )


def answer_box(html: str) -> gr.HTML:
    """Where a reading is shown, `html` to begin with: set by Gradio for a picture, and by the pad's script for a drawing.

    The script sets the component's own value, so that Gradio knows what is shown and replaces it.
    """
    return gr.HTML(
        html, js_on_load=(INTERFACE / "answer.js").read_text(encoding="utf-8"), elem_id="answer", apply_default_css=False
    )
