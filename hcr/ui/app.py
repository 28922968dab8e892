"""The whole page: the tabs in their order and what they share."""

from dataclasses import dataclass
from functools import partial
from typing import Any

import gradio as gr
from starlette.middleware import Middleware

from hcr.ui.context import Context
from hcr.ui.draw import door
from hcr.ui.draw import tab as draw
from hcr.ui.draw.answer import model_html
from hcr.ui.evaluation import tab as evaluation
from hcr.ui.evaluation.actions import OpenInDraw
from hcr.ui.explorer import tab as explorer
from hcr.ui.explorer.address import TAB
from hcr.ui.server import gate
from hcr.ui.server.api import offer
from hcr.ui.server.policy import Policy
from hcr.ui.server.routes import Routes, fetch_nothing
from hcr.ui.templates import render
from hcr.ui.theme import HEAD, STYLES, theme

TITLE = "Handwritten Character Recogniser"
LEAD = "Write a letter, a digit or a few words, and a small neural network reads them while you write."


@dataclass(frozen=True)
class Bounds:
    """What visitors can leave behind. kept: seconds that an upload is kept, and between two looks for older ones;
    waiting: requests in the queue, more are told to come again; sessions: visitors whose state is kept, the latest ones,
    each of at most the megabyte of a request's body."""

    kept: int = 3600
    waiting: int = 200
    sessions: int = 500


BOUNDS = Bounds()


def build(context: Context, bounds: Bounds = BOUNDS) -> gr.Blocks:
    """Lay out the page."""
    fetch_nothing()
    page = gr.Blocks(title=TITLE, analytics_enabled=False, fill_width=True, delete_cache=(bounds.kept, bounds.kept))
    with page:
        gr.HTML(render("answer", "title", name=TITLE, lead=LEAD), elem_id="title", apply_default_css=False)
        with gr.Tabs() as tabs:
            with gr.Tab("Draw & Predict", id="draw"):
                drawn = draw.build(context)
            with gr.Tab(explorer.TITLE, id=TAB) as tab:
                explorer.build(context, page, tab)
            with gr.Tab("Evaluation", id="evaluation") as tab:
                evaluation.build(context, tab, OpenInDraw(drawn.open_glyph, [drawn.answer, drawn.picture], tabs))
        model = gr.HTML(elem_id="model", apply_default_css=False)
        # worked out anew for each visit, since another model may have arrived
        page.load(lambda: model_html(context.models.current), None, model, show_progress="hidden", api_visibility="private")
        offer(context, page)
    page.queue(max_size=bounds.waiting, api_open=False)  # so that nobody gets past the queue
    return page


def launch(page: gr.Blocks, context: Context, bounds: Bounds = BOUNDS) -> None:
    """Serve the page until the process is stopped; on the first free port from 7860 on, or on GRADIO_SERVER_PORT."""
    context.eyes.start()
    page.launch(**launch_settings(context, bounds))


def launch_settings(context: Context, bounds: Bounds = BOUNDS) -> dict[str, Any]:
    """What `launch` is called with: the looks, and the bounds of what a visitor can send and leave behind."""
    return {
        "theme": theme(),
        "css_paths": sorted(STYLES.parent.glob("*.css")),
        "head": HEAD,
        "max_file_size": gate.MOST,
        "state_session_capacity": bounds.sessions,
        "app_kwargs": {
            "routes": door.routes(partial(draw.read_html, context)),
            "middleware": [Middleware(Policy), Middleware(Routes), Middleware(gate.BodyLimit)],
        },
        "mcp_server": True,
        "run_history": False,  # nothing of a visitor's is kept, in the browser neither
        "enable_monitoring": False,
        "ssr_mode": False,
    }
