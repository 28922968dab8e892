"""What if you skip the fix? The loaded model reads images of the data set in all eight orientations."""

from typing import Any

import gradio as gr

from hcr.report.orientations import WithoutFix, skip_the_fix
from hcr.ui.components import whole
from hcr.ui.context import Context
from hcr.ui.explorer import html
from hcr.ui.explorer.address import ExplorerView

LEAST, USUAL, MOST = 500, 1000, 5000  # images that are read
KEPT = 16  # measurements remembered; each is a few kilobytes


def build(context: Context, view: gr.State) -> None:
    """Lay out the section; it measures on the split that `view` shows."""
    measured: dict[tuple[Any, ...], WithoutFix] = {}

    def measure(view: ExplorerView, count: int, progress: gr.Progress = gr.Progress()) -> dict[Any, Any]:
        """Read so many images in each orientation, or remember having done so with this model and source."""
        from hcr.ui.explorer import figures  # Plotly stays out of the start-up path

        count, split = whole(count, USUAL, LEAST), context.samples.split(view.split)
        classifier = context.models.current.classifier
        bundle = classifier.bundle
        model = bundle.config.sha256.get("model.tflite", bundle.origin), bundle.revision
        key = (model, split.source, split.name, len(split), count)
        found = measured.get(key)
        if found is None:
            report = lambda share: progress(share, desc="Reading in eight orientations")  # noqa: E731
            found = skip_the_fix(classifier, split, count, report)
            while len(measured) >= KEPT:
                measured.pop(next(iter(measured)))
            measured[key] = found
        return {
            result: html.without_fix(found, split.generated),
            figure: gr.Plot(figures.orientations(found), visible=True),
        }

    gr.Markdown(
        "The model has learned upright characters. Here it reads the same images as stored, and turned in every way."
    )
    with gr.Row(equal_height=True):
        count = gr.Slider(LEAST, MOST, USUAL, step=500, label="Images", scale=4, min_width=220, elem_id="explorer-count")
        button = gr.Button("Measure", variant="primary", scale=1, min_width=120, elem_id="explorer-measure")
    result = gr.HTML("<p class='quiet'>A thousand images take a few seconds.</p>", elem_id="explorer-without-fix")
    figure = gr.Plot(show_label=False, visible=False, elem_id="explorer-orientations")
    button.click(measure, [view, count], [result, figure], show_progress_on=result, api_visibility="private")
