"""A confusion matrix as one wants to look at it: ordered, restricted to a kind of class, rolled up, as counts or shares."""

from dataclasses import dataclass

import numpy as np

from hcr.alphabet import CLASSES
from hcr.report.matrix.confusion import Matrix, error_order, roll_up, similarity_order
from hcr.report.selection import spoken

KINDS = {
    "all": CLASSES,
    "digits": "".join(name for name in CLASSES if name.isdigit()),
    "upper": "".join(name for name in CLASSES if name.isupper()),
    "lower": "".join(name for name in CLASSES if name.islower()),
}
MEASURES, ORDERS = ("count", "row %", "column %"), ("alphabet", "similarity", "error")


@dataclass(frozen=True)
class ViewOptions:
    """measure: of MEASURES; order: of ORDERS; kind: of KINDS; log: colours by the logarithm; merge: roll up look-alikes."""

    measure: str = "count"
    order: str = "similarity"
    kind: str = "all"
    hide_diagonal: bool = True
    merge: bool = False
    log: bool = True


@dataclass(frozen=True)
class MatrixView:
    """rows, columns: the classes of each, "O" or "0O"; the last column may hold all classes of another kind.
    counts: int64 (r, c); values: float64 (r, c), what is coloured, NaN on a hidden diagonal; hover: str (r, c)."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    counts: np.ndarray
    values: np.ndarray
    hover: np.ndarray
    options: ViewOptions


def view(matrix: Matrix, options: ViewOptions) -> MatrixView:
    """Arrange a 47-class matrix for looking at it; values are counts, or per cent from 0 to 100. Restricting it to a kind
    keeps every image of the rows: what was read as another kind is joined in one last column."""
    shown = _arranged(matrix, matrix, options)
    counts, rows, columns = _restricted(shown, options.kind)
    totals = shown.totals[[shown.names.index(name) for name in rows]]
    column_totals = np.array([_column_total(shown, column) for column in columns])
    values = {
        "count": counts.astype(float),
        "row %": 100 * counts / np.maximum(totals[:, None], 1),
        "column %": 100 * counts / np.maximum(column_totals, 1),
    }[options.measure]
    hover = np.empty(counts.shape, object)
    for (row, column), count in np.ndenumerate(counts):
        of, whole = (column_totals[column], " so read") if options.measure == "column %" else (totals[row], "")
        share = count / max(of, 1)
        hover[row, column] = (
            f"true {spoken(rows[row])} read as {spoken(columns[column])}: {count} of {of}{whole} ({share:.1%})"
        )
    return MatrixView(rows, columns, counts, _without_diagonal(values, rows, columns, options), hover, options)


def difference_view(before: Matrix, after: Matrix, options: ViewOptions) -> MatrixView:
    """`after` minus `before`, both of 47 classes, in counts and in the order that `before` has; `options.measure` says
    nothing here."""
    first, second = _arranged(before, before, options), _arranged(after, before, options)
    old, rows, columns = _restricted(first, options.kind)
    new, _, _ = _restricted(second, options.kind)
    hover = np.empty(old.shape, object)
    for (row, column), count in np.ndenumerate(old):
        change = f"{new[row, column] - count:+d} ({count} before, {new[row, column]} after)"
        hover[row, column] = f"true {spoken(rows[row])} read as {spoken(columns[column])}: {change}"
    values = _without_diagonal((new - old).astype(float), rows, columns, options)
    return MatrixView(rows, columns, new - old, values, hover, options)


def shown_matrix(matrix: Matrix, options: ViewOptions) -> Matrix:
    """The whole matrix, rolled up and ordered as the options say: what is downloaded."""
    return _arranged(matrix, matrix, options)


def _arranged(matrix: Matrix, order_by: Matrix, options: ViewOptions) -> Matrix:
    if options.merge:
        matrix, order_by = roll_up(matrix), roll_up(order_by)
    order = {"similarity": similarity_order, "error": error_order}.get(options.order)
    return matrix.taken(order(order_by)) if order else matrix


def _restricted(matrix: Matrix, kind: str) -> tuple[np.ndarray, tuple[str, ...], tuple[str, ...]]:
    """Counts (r, c) with the names of rows and columns. A look-alike group belongs to each kind that it has a member of."""
    inside = np.array([bool(set(name) & set(KINDS[kind])) for name in matrix.names])
    names = tuple(name for name, wanted in zip(matrix.names, inside, strict=True) if wanted)
    counts = matrix.counts[np.ix_(inside, inside)]
    if inside.all():
        return counts, names, names
    others = matrix.counts[np.ix_(inside, ~inside)].sum(1, keepdims=True)
    rest = "".join(name for name, wanted in zip(matrix.names, inside, strict=True) if not wanted)
    return np.concatenate([counts, others], 1), names, (*names, rest)


def _column_total(matrix: Matrix, column: str) -> int:
    members = [place for place, name in enumerate(matrix.names) if set(name) <= set(column)]
    return int(matrix.counts[:, members].sum())


def _without_diagonal(
    values: np.ndarray, rows: tuple[str, ...], columns: tuple[str, ...], options: ViewOptions
) -> np.ndarray:
    same = np.array(rows, object)[:, None] == np.array(columns, object)
    return np.where(same & options.hide_diagonal, np.nan, values)
