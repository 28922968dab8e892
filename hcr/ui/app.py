"""The whole page: the tabs in their order and what they share."""

import gradio as gr

from hcr.ui import evaluation
from hcr.ui.context import Context

TITLE = "Handwritten Character Recogniser"


def build(context: Context) -> gr.Blocks:
    """Lay out the page."""
    with gr.Blocks(title=TITLE, analytics_enabled=False) as page:
        gr.Markdown(f"# {TITLE}")
        with gr.Tabs() as tabs:
            with gr.Tab("Draw & Predict", id="draw"):
                gr.Markdown("…")
            with gr.Tab("Evaluation", id="evaluation") as tab:
                evaluation.build(context, tab)
        del tabs
    return page
