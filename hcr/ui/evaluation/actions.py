"""What happens in the Evaluation tab: each function is a few lines around pure ones of `hcr`."""

import base64
import io
import json
from collections.abc import Callable, Sequence
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
from hcr.report.matrix.view import ViewOptions, difference_view, shown_matrix, view
from hcr.report.predictions import predict
from hcr.report.selection import Selection, matrix_csv, predictions_csv, select
from hcr.ui.context import Context
from hcr.ui.evaluation import html

OWN, LIVE = "of the model", "live, on generated characters"
HIDE, MERGE, LOG = "hide right answers", "look-alikes as one", "logarithmic colours"
SWITCHES = (HIDE, MERGE, LOG)
OUTPUTS = 16  # of `everything` in hcr.ui.evaluation


@dataclass(frozen=True)
class OpenInDraw:
    """How an image gets into the tab Draw & Predict. function: upright uint8 (28, 28) -> one update for each of outputs;
    tabs, tab_id: where to go."""

    function: Callable[[np.ndarray], Sequence[Any]]
    outputs: Sequence[gr.components.Component]
    tabs: gr.Tabs
    tab_id: str = "draw"


@dataclass(frozen=True)
class Actions:
    """The callbacks that need to know the model, or the tab that opens an image."""

    context: Context
    open_in_draw: OpenInDraw | None

    def enter(self, report: Report | None, kind: str, *options: Any) -> list[Any]:
        """When the tab is opened: show the report of the model that serves, unless it is already there."""
        of_this_model = report is not None and report.predictions.provenance.model_sha256 == self._model_sha256()
        if of_this_model or kind == LIVE:
            return [gr.skip()] * OUTPUTS
        return self._own(*options)

    def change_report(
        self, kind: str, measure: str, order: str, classes: str, switches: list[str], progress=gr.Progress()
    ) -> list[Any]:
        """Between the report that travels with the model and one made now, on the generated stand-in."""
        options = measure, order, classes, switches
        if kind == OWN:
            return self._own(*options)
        classifier = self.context.models.current.classifier
        bar = partial(progress.tqdm, desc="Reading generated characters", unit="batches")
        report = evaluation.report(predict(classifier, standin.stand_in("balanced-test"), bar))
        return self._everything(report, *options)

    def pick(self, report: Report, comparison: Comparison | None, event: gr.EventData) -> tuple[Any, Any]:
        """A cell, a row label, a column label, or an entry of a table."""
        data = event._data
        changed = "moved" if data.get("difference") is True else data.get("changed", "")
        return self._choose(report, comparison, Selection(data.get("true", ""), data.get("read", ""), changed))

    def pick_class(self, report: Report, comparison: Comparison | None, event: gr.SelectData) -> tuple[Any, Any]:
        """A row of the table of classes."""
        return self._choose(report, comparison, Selection(true=str(event.row_value[0])))

    def clear(self, report: Report, comparison: Comparison | None) -> tuple[Any, Any]:
        return self._choose(report, comparison, Selection())

    def turn_page(self, report: Report, comparison: Comparison | None, selection: Selection, event: gr.EventData) -> str:
        return self._gallery(report, comparison, selection, int(event._data["page"]))

    def compare_with(
        self, report: Report, name: str, measure: str, order: str, classes: str, switches: list[str], progress=gr.Progress()
    ) -> tuple[Any, Any, Any]:
        """Another bundle's report beside this one."""
        try:
            other = report_images.report_of(
                name, report, self.context.samples, partial(progress.tqdm, desc="Asking the other model", unit="batches")
            )
            comparison = compare(report, other)
        except InputError as error:
            return None, html.sentence(str(error)), gr.Plot(visible=False)
        return comparison, html.changes(comparison), _difference(comparison, measure, order, classes, switches)

    def open_image(self, report: Report, event: gr.EventData) -> list[Any]:
        """Carry an image over to Draw & Predict."""
        assert self.open_in_draw is not None  # without it no image is a button
        images = report_images.images_for(report.predictions.provenance, self.context.samples)
        index = int(event._data["index"])
        if images is None or not 0 <= index < len(images):
            raise gr.Error("This image is not on this machine any more.")
        return [*self.open_in_draw.function(np.ascontiguousarray(images[index])), gr.Tabs(selected=self.open_in_draw.tab_id)]

    def _own(self, *options: Any) -> list[Any]:
        try:
            report = evaluation.open_report(self.context.models.current.classifier.bundle)
        except InputError as error:
            nothing: list[Any] = [gr.skip()] * OUTPUTS
            nothing[0], nothing[1], nothing[3], nothing[4] = None, None, html.sentence(str(error)), gr.Column(visible=False)
            return nothing
        return self._everything(report, *options)

    def _everything(self, report: Report, *options: Any) -> list[Any]:
        from hcr.ui.evaluation import figures

        bundle = self.context.models.current.classifier.bundle
        threshold = round(bundle.config.abstain_threshold, 2)  # as fine as the slider and the curve
        revision = f" at revision {bundle.revision[:7]}" if bundle.revision else ""
        return [
            report,
            None,
            Selection(),
            html.headline(report, f"{bundle.name} ({bundle.origin}{revision})"),
            gr.Column(visible=True),
            _map(report, *options),
            self._gallery(report, None, Selection(), 0),
            html.pairs(report),
            _table(report),
            html.calibration(report),
            figures.reliability(report.reliability),
            threshold,
            html.answered(report.coverage, threshold),
            figures.coverage(report.coverage, threshold),
            "",
            gr.Plot(visible=False),
        ]

    def _choose(self, report: Report, comparison: Comparison | None, selection: Selection) -> tuple[Any, Any]:
        return selection, self._gallery(report, comparison, selection, 0)

    def _gallery(self, report: Report, comparison: Comparison | None, selection: Selection, page: int) -> str:
        about, samples = report.predictions.provenance, self.context.samples
        images = report_images.images_for(about, samples)
        rows = select(report.predictions, selection, comparison)
        opens = self.open_in_draw is not None
        if images is not None:
            return html.gallery(report, selection, rows, page, images, opens, comparison)
        absence, means = report_images.absence(about, samples), report_images.class_means()
        return html.gallery(report, selection, rows, page, None, opens, comparison, absence, means)

    def _model_sha256(self) -> str:
        return evaluation.model_sha256(self.context.models.current.classifier.bundle)


def redraw(report: Report | None, comparison: Comparison | None, *options: Any) -> tuple[Any, Any]:
    """The matrix and the difference, with other options."""
    return _map(report, *options), _difference(comparison, *options)


def at_threshold(report: Report | None, threshold: float) -> tuple[Any, Any]:
    """What abstaining below a threshold gives."""
    if report is None:
        return gr.skip(), gr.skip()
    from hcr.ui.evaluation import figures  # plotly is loaded with the first figure, not with the page

    return html.answered(report.coverage, threshold), figures.coverage(report.coverage, threshold)


def save_predictions(report: Report, comparison: Comparison | None, selection: Selection) -> str:
    rows = select(report.predictions, selection, comparison)
    return _file("predictions.csv", "text/csv", predictions_csv(report.predictions, rows).encode())


def save_matrix(report: Report, *options: Any) -> str:
    return _file("confusion-matrix.csv", "text/csv", matrix_csv(shown_matrix(report.matrix, _options(*options))).encode())


def save_picture(report: Report, *options: Any) -> str:
    from hcr.report.matrix.picture import picture

    data = io.BytesIO()
    picture(shown_matrix(report.matrix, _options(*options)), report.predictions.provenance.images).save(data, "PNG")
    return _file("confusion-matrix.png", "image/png", data.getvalue())


def _table(report: Report) -> list[list[Any]]:
    def percent(share: float) -> float:
        return round(100 * share, 1)

    return [
        [row.name, row.images, percent(row.precision), percent(row.recall), percent(row.f1), row.mostly]
        for row in report.classes
    ]


def _map(report: Report | None, *options: Any) -> Any:
    if report is None:
        return gr.skip()
    from hcr.ui.evaluation import figures

    return figures.heat_map(view(report.matrix, _options(*options)))


def _difference(comparison: Comparison | None, *options: Any) -> Any:
    if comparison is None:
        return gr.skip()
    from hcr.ui.evaluation import figures

    shown = difference_view(comparison.before.matrix, comparison.after.matrix, _options(*options))
    return gr.Plot(figures.difference_map(shown), visible=True)


def _options(measure: str, order: str, kind: str, switches: list[str]) -> ViewOptions:
    return ViewOptions(measure, order, kind, HIDE in switches, MERGE in switches, LOG in switches)


def _file(name: str, kind: str, data: bytes) -> str:
    """What evaluation_save.js turns into a download."""
    return json.dumps({"name": name, "type": kind, "data": base64.b64encode(data).decode()})
