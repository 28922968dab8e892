"""The Dataset Explorer tab: why EMNIST must be turned, and what happens if it is not. Layout and wiring."""

from typing import Any, cast

import gradio as gr

from hcr.alphabet import CLASSES, stands_for
from hcr.assets import INTERFACE
from hcr.ui.context import Context
from hcr.ui.explorer import averages, check, skip
from hcr.ui.explorer.actions import Actions, Controls, Parts
from hcr.ui.explorer.address import ALL, SHOWS, SIZES, ExplorerView

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
    view = gr.State(ExplorerView())
    with gr.Column(elem_id="explorer"):
        gr.Markdown(LEAD)
        source = gr.HTML(elem_id="explorer-source")
        with gr.Tabs():
            with gr.Tab("Images", id="images"):
                controls, shuffle = _controls()
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

    parts = Parts(view, cast(gr.Tabs, tab.parent), source, controls, grid, sample, gr.Timer(POLL, active=False))
    act = Actions(context, parts)
    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private", "trigger_mode": "always_last"}
    page.load(act.restore, None, [parts.tabs, *parts.shown], **quiet)
    tab.select(act.enter, view, parts.shown, **quiet)
    parts.waiting.tick(act.enter, view, parts.shown, **quiet)
    for images in (controls.split, controls.character):
        images.input(act.change_images, {view, *controls}, parts.shown, **quiet)
    for looks in (controls.show.input, controls.size.input, controls.page.input, controls.seed.input):
        looks(act.change, {view, *controls}, parts.shown, **quiet)
    shuffle.click(act.shuffle, view, parts.shown, **quiet)
    grid.turn(act.turn, view, parts.shown, **quiet)
    grid.pick(act.pick, view, [view, sample], **quiet)


def _controls() -> tuple[Controls, gr.Button]:
    """The row of controls, and the button that shuffles. Numbers have no bounds of their own: what is asked too much is
    brought back to what there is."""
    with gr.Row(elem_id="explorer-view"):
        controls = Controls(
            split=gr.Dropdown([""], value="", label="Split", scale=3, min_width=160, elem_id="explorer-split"),
            character=gr.Dropdown(CHARACTERS, value=ALL, label="Class", scale=2, min_width=110, elem_id="explorer-class"),
            show=gr.Radio(list(SHOWS), value="both", label="Show", scale=5, min_width=280, elem_id="explorer-show"),
            size=gr.Dropdown(list(SIZES), value=24, label="On a page", scale=2, min_width=90, elem_id="explorer-size"),
            page=gr.Number(1, label="Page", precision=0, scale=2, min_width=80, elem_id="explorer-page"),
            seed=gr.Number(0, label="Shuffle seed", precision=0, scale=2, min_width=100, elem_id="explorer-seed"),
        )
        return controls, gr.Button("Shuffle", min_width=90, elem_id="explorer-shuffle")
