"""The Evaluation tab's components by name, and what its callbacks are given and give."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any

import gradio as gr

from hcr.errors import InputError
from hcr.report.comparison import Comparison
from hcr.report.evaluation import Report
from hcr.report.matrix.view import KINDS, MEASURES, ORDERS, ViewOptions
from hcr.report.selection import Selection
from hcr.ui.components import one_of, sentence

OWN, LIVE = "of the model", "live, on generated characters"
HIDE, MERGE, LOG = "hide right answers", "look-alikes as one", "logarithmic colours"
SWITCHES = (HIDE, MERGE, LOG)
GONE = InputError("This page was left alone for so long that its report is gone. Reload it.")

Values = dict[Any, Any]
"""What the components that a callback asks for hold."""

Updates = dict[Any, Any]
"""What becomes of which component."""


@dataclass(frozen=True)
class Options:
    """How the matrix is looked at."""

    measure: gr.Dropdown
    order: gr.Dropdown
    classes: gr.Dropdown
    switches: gr.CheckboxGroup

    def __iter__(self) -> Iterator[Any]:
        return iter((self.measure, self.order, self.classes, self.switches))

    def of(self, values: Values) -> ViewOptions:
        """What the visitor has set."""
        on = values[self.switches]
        measure = one_of(MEASURES, values[self.measure], ViewOptions.measure)
        order = one_of(ORDERS, values[self.order], ViewOptions.order)
        kind = one_of(KINDS, values[self.classes], ViewOptions.kind)
        return ViewOptions(measure, order, kind, HIDE in on, MERGE in on, LOG in on)


@dataclass(frozen=True)
class Shown:
    """What a report decides. report: a Report or None; comparison: a Comparison or None; selection: a Selection;
    body: everything below the headline."""

    report: gr.State
    comparison: gr.State
    selection: gr.State
    headline: gr.HTML
    body: gr.Column
    matrix: gr.Plot
    gallery: gr.HTML
    pairs: gr.HTML
    table: gr.Dataframe
    calibration: gr.HTML
    reliability: gr.Plot
    threshold: gr.Slider
    answered: gr.HTML
    coverage: gr.Plot
    changes: gr.HTML
    difference: gr.Plot

    def __iter__(self) -> Iterator[Any]:
        return (getattr(self, field.name) for field in fields(self))

    def report_of(self, values: Values) -> Report:
        """Raises gr.Error where the visitor's report was given up for those of others who came later."""
        report = values[self.report]
        if not isinstance(report, Report):
            raise sentence(GONE)
        return report

    def comparison_of(self, values: Values) -> Comparison | None:
        """The comparison that is shown, None for none."""
        comparison: Comparison | None = values[self.comparison]
        return comparison

    def selection_of(self, values: Values) -> Selection:
        """The selection that is shown."""
        selection: Selection = values[self.selection]
        return selection


@dataclass(frozen=True)
class Parts:
    """kind: of the report, OWN or LIVE; other: the name of the model to compare with; saver: what hands files out."""

    kind: gr.Radio
    options: Options
    shown: Shown
    other: gr.Textbox
    saver: gr.HTML
