"""The Evaluation tab's downloads: files that Python makes and the browser saves; nothing of them stays on the server."""

import base64
import json
from dataclasses import dataclass

from hcr.report.matrix.view import shown_matrix
from hcr.report.selection import matrix_csv, predictions_csv, select
from hcr.ui.evaluation.parts import Parts, Values


@dataclass(frozen=True)
class Downloads:
    """Callbacks that give what evaluation_save.js turns into a file."""

    parts: Parts

    def predictions(self, values: Values) -> str:
        """The chosen predictions."""
        shown = self.parts.shown
        report = shown.report_of(values)
        rows = select(report.predictions, shown.selection_of(values), shown.comparison_of(values))
        return _file("predictions.csv", "text/csv", predictions_csv(report.predictions, rows).encode())

    def matrix(self, values: Values) -> str:
        """The matrix in figures."""
        found = shown_matrix(self.parts.shown.report_of(values).matrix, self.parts.options.of(values))
        return _file("confusion-matrix.csv", "text/csv", matrix_csv(found).encode())

    def picture(self, values: Values) -> str:
        """The matrix as a picture."""
        from hcr.report.matrix.picture import png

        report = self.parts.shown.report_of(values)
        found = shown_matrix(report.matrix, self.parts.options.of(values))
        return _file("confusion-matrix.png", "image/png", png(found, report.predictions.provenance.images))


def _file(name: str, kind: str, data: bytes) -> str:
    return json.dumps({"name": name, "type": kind, "data": base64.b64encode(data).decode()})
