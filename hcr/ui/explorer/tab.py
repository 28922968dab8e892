"""The Dataset Explorer tab: why EMNIST must be turned, and what happens if it is not. Layout and wiring."""

from dataclasses import replace
from typing import Any, cast

import gradio as gr
import numpy as np

from hcr.alphabet import CLASSES, stands_for
from hcr.assets import INTERFACE
from hcr.report.orientations import look_at_eight, look_at_steps
from hcr.ui.context import Context
from hcr.ui.explorer import averages, check, html, skip
from hcr.ui.explorer.address import ALL, MOST, SHOWS, SIZES, TAB, ExplorerView, from_query, settle

SCRIPT = (INTERFACE / "explorer.js").read_text("utf-8")
TITLE = "Dataset Explorer"
CHARACTERS = [("all", ALL)] + [
    (f"{name} (and {stands_for(name)[1]})" if stands_for(name)[1:] else name, name) for name in CLASSES
]
POLL = 1.0  # seconds between two looks at a source that is still on its way
LEAD = (
    "EMNIST stores every image **flipped and turned**: rows and columns are swapped. "
    "`np.rot90(np.fliplr(image))` puts it right. Look at both, and see what a model makes of them."
)


def build(context: Context, page: gr.Blocks, tab: gr.Tab) -> None:
    """Lay out the tab inside `tab`, a tab of id TAB. No image is read before the tab is first opened."""
    act = _Actions(context)
    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private", "trigger_mode": "always_last"}
    view = gr.State(ExplorerView())
    waiting = gr.Timer(POLL, active=False)

    with gr.Column(elem_id="explorer"):
        gr.Markdown(LEAD)
        source = gr.HTML(elem_id="explorer-source")
        with gr.Tabs():
            with gr.Tab("Images", id="images"):
                with gr.Row(elem_id="explorer-view"):
                    split = gr.Dropdown([""], value="", label="Split", scale=3, min_width=160, elem_id="explorer-split")
                    character = gr.Dropdown(
                        CHARACTERS, value=ALL, label="Class", scale=2, min_width=110, elem_id="explorer-class"
                    )
                    show = gr.Radio(list(SHOWS), value="both", label="Show", scale=5, min_width=280, elem_id="explorer-show")
                    size = gr.Dropdown(
                        list(SIZES), value=24, label="On a page", scale=2, min_width=90, elem_id="explorer-size"
                    )
                    number = gr.Number(
                        1, label="Page", precision=0, minimum=1, scale=2, min_width=80, elem_id="explorer-page"
                    )
                    seed = gr.Number(
                        0,
                        label="Shuffle seed",
                        precision=0,
                        minimum=0,
                        maximum=MOST,
                        scale=2,
                        min_width=100,
                        elem_id="explorer-seed",
                    )
                    shuffle = gr.Button("Shuffle", min_width=90, elem_id="explorer-shuffle")
                with gr.Row(equal_height=False):
                    with gr.Column(scale=6, min_width=330):
                        grid = gr.HTML(js_on_load=SCRIPT, elem_id="explorer-grid", follows=TITLE)
                    with gr.Column(scale=5, min_width=330):
                        sample = gr.HTML(js_on_load=SCRIPT, elem_id="explorer-sample", follows="")
            with gr.Tab("Skip the fix?", id="skip"):
                skip.build(context, view)
            with gr.Tab("Averages", id="averages") as averages_tab:
                averages.build(context, view, averages_tab, SCRIPT)
            with gr.Tab("Check my data", id="check"):
                check.build()

    controls: list[Any] = [split, character, show, size, number, seed]
    everything = [view, source, *controls, grid, sample, waiting]
    page.load(act.restore, view, [cast(gr.Tabs, tab.parent), *everything], **quiet)
    tab.select(act.enter, view, everything, **quiet)
    waiting.tick(act.enter, view, everything, **quiet)
    for control in controls[:2]:
        control.input(act.change_images, [view, *controls], everything, **quiet)
    for control in controls[2:]:
        control.input(act.change, [view, *controls], everything, **quiet)
    shuffle.click(act.shuffle, view, everything, **quiet)
    grid.turn(act.turn, view, everything, **quiet)
    grid.pick(act.pick, view, [view, sample], **quiet)


class _Actions:
    """What the tab's controls do; each gives the whole tab for the view that they lead to."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def restore(self, view: ExplorerView, request: gr.Request):
        """Open the tab where the page's address asks for it, with the view that it names."""
        query = dict(request.query_params)
        if query.get("tab") != TAB:
            return [gr.skip()] * 12
        return [gr.Tabs(selected=TAB), *self.enter(from_query(query))]

    def enter(self, view: ExplorerView):
        split = self._context.samples.split(view.split)
        found = self._context.samples.source
        view, shown = settle(view, split)
        return [
            view,
            html.source(found, split),
            gr.Dropdown(choices=list(found.names), value=split.name),
            view.character,
            view.show,
            view.size,
            view.page,
            view.seed,
            html.grid(split, shown, view),
            self._sample(view),
            gr.Timer(active=not found.settled),
        ]

    def change(
        self, view: ExplorerView, split: str, character: str, show: str, size: int, number: float | None, seed: float | None
    ):
        if size != view.size or seed != view.seed:
            number = 1
        view = replace(view, split=split, character=character, show=show, size=size)
        return self.enter(replace(view, page=max(1, int(number or 1)), seed=max(0, int(seed or 0))))

    def change_images(self, view: ExplorerView, *controls):
        """Another split or class: from its first page, with an image of its own."""
        split, character, show, size, _, seed = controls
        return self.change(replace(view, sample=-1), split, character, show, size, 1, seed)

    def shuffle(self, view: ExplorerView):
        return self.enter(replace(view, seed=int(np.random.default_rng().integers(1, 10_000)), page=1, sample=-1))

    def turn(self, view: ExplorerView, event: gr.EventData):
        return self.enter(replace(view, page=int(event._data["page"])))

    def pick(self, view: ExplorerView, event: gr.EventData):
        view = replace(view, sample=int(event._data["index"]))
        return [view, self._sample(view)]

    def _sample(self, view: ExplorerView) -> str:
        split = self._context.samples.split(view.split)
        if not 0 <= view.sample < len(split):
            return ""
        classifier = self._context.models.current.classifier
        image, label = split.images[view.sample], int(split.labels[view.sample])
        looks = look_at_steps(classifier, image, label), look_at_eight(classifier, image, label)
        return html.sample(CLASSES[label], view.sample, *looks, view.address)
