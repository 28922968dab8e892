"""Start the page: `python app.py` in a checkout and in a Space, `hcr app` where the package is installed."""

import os

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")  # before Gradio reads it

import gradio as gr

from hcr.data import samples
from hcr.model import serving
from hcr.ui.app import build
from hcr.ui.context import Context
from hcr.ui.theme import HEAD, STYLES, theme


def make(model: str | None, dataset: str | None) -> gr.Blocks:
    """The page. model: HCR_MODEL; dataset: HCR_DATASET; None for what comes with the program. Never raises for either."""
    return build(Context(serving.start(model), samples.start(dataset)))


def launch(page: gr.Blocks) -> None:
    """Serve the page until the process is stopped; on the first free port from 7860 on, or on GRADIO_SERVER_PORT."""
    page.launch(
        theme=theme(), css_paths=sorted(STYLES.parent.glob("*.css")), head=HEAD, max_file_size="64mb", ssr_mode=False
    )
