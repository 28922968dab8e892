"""The whole page: the tabs in their order and what they share."""

from dataclasses import dataclass

import gradio as gr

from hcr.serving import Models

TITLE = "Handwritten Character Recogniser"


@dataclass(frozen=True)
class Context:
    """What the tabs share."""

    models: Models


def build(context: Context) -> gr.Blocks:
    """Lay out the page."""
    with gr.Blocks(title=TITLE, analytics_enabled=False) as page:
        gr.Markdown(f"# {TITLE}")
        with gr.Tabs() as tabs, gr.Tab("Draw & Predict", id="draw"):
            gr.Markdown("…")
        del tabs
    return page
