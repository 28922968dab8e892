"""What happens in the Evaluation tab: each function is a few lines around pure ones of `hcr`."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import gradio as gr
import numpy as np

from hcr.data.generated import standin
from hcr.errors import InputError
from hcr.report import evaluation
from hcr.report import images as report_images
from hcr.report.comparison import Comparison, compare
from hcr.report.evaluation import Report
from hcr.report.matrix.view import ViewOptions, difference_view, view
from hcr.report.predictions import predict
from hcr.report.selection import Selection, select
from hcr.ui.components import sent, sentence, whole
from hcr.ui.context import Context
from hcr.ui.evaluation import html
from hcr.ui.evaluation.parts import LIVE, Parts, Updates, Values
from hcr.ui.templates import notice

LONGEST = 200  # characters of a model's name or folder; nothing that can be opened has more
TOO_LONG = f"This name has more than {LONGEST} characters: no folder and no Hub repository is called so."
MISSING = InputError("This image is not on this machine any more.")


@dataclass(frozen=True)
class OpenInDraw:
    """How an image gets into the tab Draw & Predict. updates: upright uint8 (28, 28) -> what becomes of `shown`; tabs,
    tab_id: where to go."""

    updates: Callable[[np.ndarray], dict[Any, Any]]
    shown: list[gr.components.Component]
    tabs: gr.Tabs
    tab_id: str = "draw"


@dataclass(frozen=True)
class Actions:
    """The callbacks of the tab's `parts`."""

    context: Context
    parts: Parts
    open_in_draw: OpenInDraw | None

    def enter(self, values: Values) -> Updates:
        """When the tab is opened: show the report of the model that serves, unless it is already there."""
        report = values[self.parts.shown.report]
        of_this_model = report is not None and report.predictions.provenance.model_sha256 == self._model_sha256()
        if of_this_model or values[self.parts.kind] == LIVE:
            return {self.parts.shown.report: gr.skip()}
        return self._own(self.parts.options.of(values))

    def change_report(self, values: Values, progress: gr.Progress = gr.Progress()) -> Updates:
        """Between the report that travels with the model and one made now, on the generated stand-in."""
        options = self.parts.options.of(values)
        if values[self.parts.kind] != LIVE:
            return self._own(options)
        classifier = self.context.models.current.classifier
        bar = partial(progress.tqdm, desc="Reading generated characters", unit="batches")
        report = evaluation.report(predict(classifier, standin.stand_in("balanced-test"), bar))
        return self._everything(report, options)

    def pick(self, values: Values, event: gr.EventData) -> Updates:
        """A cell, a row label, a column label, or an entry of a table."""
        changed = "moved" if sent(event, "difference") is True else str(sent(event, "changed"))
        return self._choose(values, str(sent(event, "true")), str(sent(event, "read")), changed)

    def pick_class(self, values: Values, event: gr.SelectData) -> Updates:
        """A row of the table of classes."""
        row = event.row_value
        return self._choose(values, str(row[0]) if isinstance(row, list) and row else "")

    def clear(self, values: Values) -> Updates:
        """Take the selection back."""
        return self._choose(values)

    def turn_page(self, values: Values, event: gr.EventData) -> str:
        """Another page of the images behind the selection: HTML."""
        shown = self.parts.shown
        return self._gallery(
            shown.report_of(values), shown.selection_of(values), shown.comparison_of(values), whole(sent(event, "page"), 1)
        )

    def redraw(self, values: Values) -> Updates:
        """The matrix and the difference, with other options."""
        shown, options = self.parts.shown, self.parts.options.of(values)
        report, comparison = values[shown.report], shown.comparison_of(values)
        return {
            shown.matrix: gr.skip() if report is None else _map(report, options),
            shown.difference: gr.skip() if comparison is None else _difference(comparison, options),
        }

    def compare_with(self, values: Values, progress: gr.Progress = gr.Progress()) -> Updates:
        """Another bundle's report beside this one."""
        shown, name = self.parts.shown, str(values[self.parts.other])
        report = shown.report_of(values)
        bar = partial(progress.tqdm, desc="Asking the other model", unit="batches")
        try:
            if len(name) > LONGEST:
                raise InputError(TOO_LONG)
            comparison = compare(report, report_images.report_of(name, report, self.context.samples, bar))
        except InputError as error:
            return {
                shown.comparison: None,
                shown.changes: notice(str(error)),
                shown.difference: gr.Plot(visible=False),
            }
        return {
            shown.comparison: comparison,
            shown.changes: html.changes(comparison),
            shown.difference: _difference(comparison, self.parts.options.of(values)),
        }

    def at_threshold(self, values: Values) -> Updates:
        """What abstaining below a threshold gives."""
        shown = self.parts.shown
        report, threshold = values[shown.report], values[shown.threshold]
        if report is None or not 0 <= threshold <= 1:  # the slider lets NaN through
            return {shown.answered: gr.skip()}
        from hcr.ui.evaluation import figures  # plotly is loaded with the first figure, not with the page

        return {
            shown.answered: html.answered(report.coverage, threshold),
            shown.coverage: figures.coverage(report.coverage, threshold),
        }

    def open_image(self, values: Values, event: gr.EventData) -> Updates:
        """Carry an image over to Draw & Predict."""
        opening = self.open_in_draw
        assert opening is not None  # without it no image is a button
        about = self.parts.shown.report_of(values).predictions.provenance
        images, index = report_images.images_for(about, self.context.samples), whole(sent(event, "index"), -1, -1)
        if images is None or not 0 <= index < len(images):
            raise sentence(MISSING)
        return opening.updates(np.ascontiguousarray(images[index])) | {opening.tabs: gr.Tabs(selected=opening.tab_id)}

    def _own(self, options: ViewOptions) -> Updates:
        shown = self.parts.shown
        try:
            report = evaluation.open_report(self.context.models.current.classifier.bundle)
        except InputError as error:
            return {
                shown.report: None,
                shown.comparison: None,
                shown.headline: notice(str(error)),
                shown.body: gr.Column(visible=False),
            }
        return self._everything(report, options)

    def _everything(self, report: Report, options: ViewOptions) -> Updates:
        from hcr.ui.evaluation import figures

        shown, bundle = self.parts.shown, self.context.models.current.classifier.bundle
        threshold = round(bundle.config.abstain_threshold, 2)  # as fine as the slider and the curve
        revision = f" at revision {bundle.revision[:7]}" if bundle.revision else ""
        return {
            shown.report: report,
            shown.comparison: None,
            shown.selection: Selection(),
            shown.headline: html.headline(report, f"{bundle.name} ({bundle.origin}{revision})"),
            shown.body: gr.Column(visible=True),
            shown.matrix: _map(report, options),
            shown.gallery: self._gallery(report, Selection(), None),
            shown.pairs: html.pairs(report),
            shown.table: _table(report),
            shown.calibration: html.calibration(report),
            shown.reliability: figures.reliability(report.reliability),
            shown.threshold: threshold,
            shown.answered: html.answered(report.coverage, threshold),
            shown.coverage: figures.coverage(report.coverage, threshold),
            shown.changes: "",
            shown.difference: gr.Plot(visible=False),
        }

    def _choose(self, values: Values, true: str = "", read: str = "", changed: str = "") -> Updates:
        shown = self.parts.shown
        try:
            selection = Selection(true, read, changed)
            gallery = self._gallery(shown.report_of(values), selection, shown.comparison_of(values))
        except InputError as error:
            raise sentence(error) from error
        return {shown.selection: selection, shown.gallery: gallery}

    def _gallery(self, report: Report, selection: Selection, comparison: Comparison | None, page: int = 1) -> str:
        about, samples = report.predictions.provenance, self.context.samples
        images, opens = report_images.images_for(about, samples), self.open_in_draw is not None
        if images is None:
            shelf = html.Shelf(None, opens, report_images.absence(about, samples), report_images.class_means())
        else:
            shelf = html.Shelf(images, opens)
        rows = select(report.predictions, selection, comparison)
        return html.gallery(html.Shown(report, selection, rows, comparison), page, shelf)

    def _model_sha256(self) -> str:
        return evaluation.model_sha256(self.context.models.current.classifier.bundle)


def _table(report: Report) -> list[list[Any]]:
    """The classes in figures, so that they can be sorted by them: shares in per cent to one digit, 100 only where it is."""

    def rounded(share: float) -> float:
        return 100.0 if share == 1 else min(round(100 * share, 1), 99.9)

    return [
        [row.name, row.images, rounded(row.precision), rounded(row.recall), rounded(row.f1), row.mostly]
        for row in report.classes
    ]


def _map(report: Report, options: ViewOptions) -> object:
    from hcr.ui.evaluation import figures

    return figures.heat_map(view(report.matrix, options))


def _difference(comparison: Comparison, options: ViewOptions) -> gr.Plot:
    from hcr.ui.evaluation import figures

    found = difference_view(comparison.before.matrix, comparison.after.matrix, options)
    return gr.Plot(figures.difference_map(found), visible=True)
