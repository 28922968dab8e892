"""Which images stand behind a number: a cell, a row, a column of the matrix, or a change between two models."""

import csv
import io
from dataclasses import dataclass

import numpy as np

from hcr.alphabet import CLASS_COUNT, CLASSES, group_of
from hcr.errors import InputError
from hcr.report.comparison import Comparison
from hcr.report.matrix.confusion import Matrix
from hcr.report.predictions import TOP, Predictions


@dataclass(frozen=True)
class Selection:
    """true, read: the classes wanted, such as "O" or "0O", "" for any; changed: "fixed" or "broke" by the second of two
    compared models, "moved" for a different first guess, "" for all images. Raises InputError for anything else."""

    true: str = ""
    read: str = ""
    changed: str = ""

    def __post_init__(self) -> None:
        if not set(self.true + self.read) <= set(CLASSES) or self.changed not in ("", "fixed", "broke", "moved"):
            raise InputError(f"No such selection: {self.true!r} read as {self.read!r}, {self.changed!r}.")

    def __bool__(self) -> bool:
        return bool(self.true or self.read or self.changed)

    def __str__(self) -> str:
        """In words, for the chip: "true O read as 0"."""
        parts = []
        if self.true:
            parts.append(f"true {spoken(self.true)}")
        if self.read:
            parts.append(f"read as {spoken(self.read)}")
        if self.changed:
            parts.append(
                {"fixed": "fixed by the other model", "broke": "broken by the other model"}.get(self.changed, "changed")
            )
        return " ".join(parts) or "all images"


def spoken(names: str) -> str:
    """A class or a set of classes in words: "O", "0 or O", "another kind"."""
    return "another kind" if is_kind(names) else " or ".join(names)


def is_kind(names: str) -> bool:
    """Whether a set of classes is what remains of a kind, such as all digits: neither one class nor one shape's group."""
    return len({group_of(name) for name in names}) > 1


def select(predictions: Predictions, selection: Selection, comparison: Comparison | None = None) -> np.ndarray:
    """The rows of the predictions that a selection names, int (k,), worst first: wrong answers by falling confidence,
    then right ones by rising confidence. `comparison.before` must be the report of these predictions."""
    wanted = np.ones(len(predictions), bool)
    if selection.true:
        wanted &= _members(selection.true)[predictions.labels]
    if selection.read:
        read = _members(selection.read)[predictions.guesses]
        if selection.changed == "moved" and comparison is not None:
            read |= _members(selection.read)[comparison.after.predictions.guesses]
        wanted &= read
    if selection.changed:
        wanted &= _changed(selection.changed, comparison, len(predictions))
    rows = np.flatnonzero(wanted)
    confidence = predictions.confidence[rows]
    right = predictions.correct[rows]
    return rows[np.lexsort((np.where(right, confidence, -confidence), right))]


def predictions_csv(predictions: Predictions, rows: np.ndarray) -> str:
    """The chosen predictions as CSV, with class names: index, true, then class and probability five times."""
    text = io.StringIO()
    out = csv.writer(text, lineterminator="\n")
    out.writerow(["index", "true", *(f"{what}_{place}" for place in range(1, TOP + 1) for what in ("class", "probability"))])
    for row in rows:
        answers = zip(predictions.classes[row], predictions.probabilities[row], strict=True)
        told = [value for name, probability in answers for value in (CLASSES[name], f"{probability:.6f}")]
        out.writerow([int(predictions.index[row]), CLASSES[predictions.labels[row]], *told])
    return text.getvalue()


def matrix_csv(matrix: Matrix) -> str:
    """Counts as CSV: true classes in rows, read classes in columns."""
    text = io.StringIO()
    out = csv.writer(text, lineterminator="\n")
    out.writerow(["true \\ read", *matrix.names])
    for name, counts in zip(matrix.names, matrix.counts, strict=True):
        out.writerow([name, *counts.tolist()])
    return text.getvalue()


def _members(names: str) -> np.ndarray:
    """bool (47,): which labels `names` holds."""
    members = np.zeros(CLASS_COUNT, bool)
    members[[CLASSES.index(name) for name in names]] = True
    return members


def _changed(change: str, comparison: Comparison | None, count: int) -> np.ndarray:
    if comparison is None:
        raise InputError("There is no comparison: choose a second model first.")
    if change == "moved":
        moved: np.ndarray = comparison.before.predictions.guesses != comparison.after.predictions.guesses
        return moved
    chosen = np.zeros(count, bool)
    chosen[comparison.fixed if change == "fixed" else comparison.broke] = True
    return chosen
