"""The Evaluation tab: the report of the loaded model, explored by pointing at it. Layout and wiring; what is done is
in `hcr.ui.evaluation.actions`."""

from typing import Any

import gradio as gr

from hcr.assets import INTERFACE
from hcr.report.calibration import THRESHOLDS
from hcr.report.matrix.view import KINDS, MEASURES, ORDERS
from hcr.report.selection import Selection
from hcr.ui.context import Context
from hcr.ui.evaluation.actions import Actions, OpenInDraw
from hcr.ui.evaluation.downloads import Downloads
from hcr.ui.evaluation.parts import HIDE, LIVE, LOG, OWN, SWITCHES, Options, Parts, Shown

BUTTONS, MAP, SAVE = (
    (INTERFACE / f"{name}.js").read_text("utf-8") for name in ("evaluation", "evaluation_map", "evaluation_save")
)
CLASS_COLUMNS = ["class", "images", "precision %", "recall %", "F1 %", "mostly misread as"]


def build(context: Context, tab: gr.Tab, open_in_draw: OpenInDraw | None = None) -> None:
    """Lay out the tab inside `tab`. Nothing is read or drawn before the tab is first opened."""
    listen: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private", "trigger_mode": "always_last"}
    report, comparison = gr.State(None), gr.State(None)
    selection = gr.State(Selection())

    with gr.Column(elem_id="evaluation"):
        with gr.Row(elem_id="evaluation-head"):
            with gr.Column(scale=5, min_width=320):
                headline = gr.HTML(elem_id="evaluation-headline", padding=False)
            kind = gr.Radio(
                [OWN, LIVE],
                value=OWN,
                label="Report",
                elem_id="evaluation-report",
                scale=2,
                min_width=240,
            )
        with gr.Column(visible=False) as body:
            with gr.Row(equal_height=False):
                with gr.Column(scale=6, min_width=340):
                    with gr.Row(elem_id="evaluation-view"):
                        measure = gr.Dropdown(list(MEASURES), value=MEASURES[0], label="Show", min_width=110)
                        order = gr.Dropdown(list(ORDERS), value="similarity", label="Order by", min_width=110)
                        classes = gr.Dropdown(list(KINDS), value="all", label="Classes", min_width=110)
                    switches = gr.CheckboxGroup(list(SWITCHES), value=[HIDE, LOG], show_label=False, container=False)
                    matrix = gr.Plot(show_label=False, elem_id="evaluation-map", elem_classes="evaluation-map")
                    pointer = gr.HTML(js_on_load=MAP, elem_classes="evaluation-silent")
                with gr.Column(scale=5, min_width=320):
                    gallery = gr.HTML(js_on_load=BUTTONS, elem_id="evaluation-gallery")
                    with gr.Row(elem_id="evaluation-downloads"):
                        save_predictions = gr.Button("These predictions (CSV)", size="sm")
                        save_matrix = gr.Button("Matrix (CSV)", size="sm")
                        save_picture = gr.Button("Matrix (PNG)", size="sm")
                    saver = gr.HTML(html_template="", js_on_load=SAVE, elem_classes="evaluation-silent")
            with gr.Row(equal_height=False):
                with gr.Column(min_width=340):
                    gr.Markdown("### Most confused")
                    pairs = gr.HTML(js_on_load=BUTTONS, elem_id="evaluation-pairs")
                with gr.Column(min_width=340):
                    gr.Markdown("### Class by class")
                    table = gr.Dataframe(
                        headers=CLASS_COLUMNS,
                        datatype=["str", "number", "number", "number", "number", "str"],
                        interactive=False,
                        show_label=False,
                        max_height=430,
                        elem_id="evaluation-classes",
                    )
            with gr.Row(equal_height=False):
                with gr.Column(min_width=340):
                    gr.Markdown("### Is it as sure as it should be?")
                    calibration = gr.HTML(elem_classes="evaluation-text")
                    reliability = gr.Plot(show_label=False, elem_classes="evaluation-figure")
                with gr.Column(min_width=340):
                    gr.Markdown("### What if it may say “not sure”?")
                    threshold = gr.Slider(
                        0, 1, value=0.5, step=float(THRESHOLDS[1]), label="Not sure below", elem_id="evaluation-threshold"
                    )
                    answered = gr.HTML(elem_classes="evaluation-text", elem_id="evaluation-answered")
                    coverage = gr.Plot(show_label=False, elem_classes="evaluation-figure")
            with gr.Accordion("Compare with another model", open=False, elem_id="evaluation-compare"):
                with gr.Row(equal_height=True):
                    name = gr.Textbox(
                        placeholder="a model bundle's folder, or a Hub repository such as user/model@v1",
                        show_label=False,
                        container=False,
                        scale=5,
                    )
                    compare = gr.Button("Compare", variant="primary", scale=1, min_width=110)
                changes = gr.HTML(js_on_load=BUTTONS, elem_id="evaluation-changes")
                difference = gr.Plot(
                    show_label=False, visible=False, elem_id="evaluation-difference", elem_classes="evaluation-map"
                )

    options = Options(measure, order, classes, switches)
    shown = Shown(
        report=report,
        comparison=comparison,
        selection=selection,
        headline=headline,
        body=body,
        matrix=matrix,
        gallery=gallery,
        pairs=pairs,
        table=table,
        calibration=calibration,
        reliability=reliability,
        threshold=threshold,
        answered=answered,
        coverage=coverage,
        changes=changes,
        difference=difference,
    )
    parts = Parts(kind, options, shown, name, saver)
    act, downloads = Actions(context, parts, open_in_draw), Downloads(parts)
    about: set[gr.blocks.Block] = {report, comparison}
    chosen = [selection, gallery]

    tab.select(act.enter, {report, kind, *options}, [*shown], **listen)
    kind.input(act.change_report, {kind, *options}, [*shown], api_visibility="private", show_progress_on=headline)
    gr.on([option.change for option in options], act.redraw, {*about, *options}, [matrix, difference], **listen)
    for source in (pointer, pairs, changes):
        source.pick(act.pick, about, chosen, **listen)
    table.select(act.pick_class, about, chosen, **listen)
    gallery.clear(act.clear, about, chosen, **listen)
    gallery.turn(act.turn_page, {*about, selection}, gallery, **listen)
    threshold.change(act.at_threshold, {report, threshold}, [answered, coverage], **listen)
    gr.on(
        [compare.click, name.submit],
        act.compare_with,
        {report, name, *options},
        [comparison, changes, difference],
        api_visibility="private",
        show_progress_on=changes,
    )
    save_predictions.click(downloads.predictions, {*about, selection}, saver, **listen)
    save_matrix.click(downloads.matrix, {report, *options}, saver, **listen)
    save_picture.click(downloads.picture, {report, *options}, saver, **listen)
    if open_in_draw is not None:
        gallery.open(act.open_image, {report}, [*open_in_draw.shown, open_in_draw.tabs], **listen)
