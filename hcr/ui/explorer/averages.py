"""Averages and counts: how many images of each class, what they look like on average, how much ink they hold."""

from functools import lru_cache
from typing import Any

import gradio as gr

from hcr.data.pages import Averages, averages
from hcr.data.reference import statistics
from hcr.ui.context import Context
from hcr.ui.explorer import html
from hcr.ui.explorer.address import ExplorerView

REAL, SHOWN = "real EMNIST (averages that come with this program)", "the split chosen under Images"


def build(context: Context, view: gr.State, tab: gr.Tab, script: str) -> None:
    """Lay out the section; it is computed when `tab` is opened."""

    @lru_cache(maxsize=4)
    def of_split(_origin: str, name: str) -> Averages:
        """_origin and name stand for the split in the cache."""
        return averages(context.samples.split(name))

    def render(view: ExplorerView, chosen: str | None) -> dict[Any, Any]:
        from hcr.ui.explorer import figures  # Plotly stays out of the start-up path

        split = context.samples.split(view.split)
        chosen = chosen or (REAL if split.generated else SHOWN)
        found = real() if chosen == REAL else of_split(split.source, split.name)
        return {
            of: chosen,
            total: html.total(found),
            means: html.means(found),
            counts: figures.counts(found),
            ink: figures.ink(found),
            table: html.official(context.samples.source, split),
        }

    of = gr.Radio([REAL, SHOWN], label="Averages of", elem_id="explorer-averages-of")
    total = gr.HTML(elem_id="explorer-total")
    gr.Markdown("#### Class means. Pull the slider: the fix is one turn about the diagonal.")
    means = gr.HTML(js_on_load=script, elem_id="explorer-means", follows="")
    with gr.Row(equal_height=False):
        with gr.Column(min_width=330):
            gr.Markdown("#### Images of each class")
            counts = gr.Plot(show_label=False, elem_id="explorer-counts")
        with gr.Column(min_width=330):
            gr.Markdown("#### Ink of each class")
            ink = gr.Plot(show_label=False, elem_id="explorer-ink")
    gr.Markdown("#### How the official splits compare")
    table = gr.HTML(elem_id="explorer-official")

    shown = [of, total, means, counts, ink, table]
    tab.select(render, [view, of], shown, api_visibility="private", show_progress="hidden")
    of.input(render, [view, of], shown, api_visibility="private", show_progress="hidden")


def real() -> Averages:
    """The averages of real EMNIST that travel with the program."""
    found = statistics()
    return Averages(found.counts, found.means, found.ink, found.description)
