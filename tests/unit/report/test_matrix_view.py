"""The matrix as it is looked at, and as a picture."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from hcr.alphabet import CLASSES
from hcr.report.evaluation import report
from hcr.report.matrix.confusion import roll_up
from hcr.report.matrix.picture import CELL, MARGIN, picture
from hcr.report.matrix.view import KINDS, MEASURES, ORDERS, ViewOptions, difference_view, shown_matrix, view
from hcr.report.selection import Selection, select
from tests.predicted import made_up_predictions

PREDICTIONS = made_up_predictions(2500)
MATRIX = report(PREDICTIONS).matrix
PLAIN = ViewOptions(order="alphabet", hide_diagonal=False)


@pytest.mark.parametrize(("order", "kind", "merge"), list(product(ORDERS, KINDS, (False, True))))
def test_every_cell_of_every_view_counts_the_images_behind_it(order, kind, merge):
    shown = view(MATRIX, ViewOptions("count", order, kind, True, merge))
    for (row, column), count in np.ndenumerate(shown.counts[:, -4:]):
        selection = Selection(shown.rows[row], shown.columns[column + shown.counts.shape[1] - 4])
        assert count == len(select(PREDICTIONS, selection))
    inside = set(KINDS[kind])
    assert all(set(names) & inside for names in shown.rows)
    assert shown.counts.sum() == sum(len(select(PREDICTIONS, Selection(names))) for names in shown.rows)


def test_plain_view_is_the_matrix():
    shown = view(MATRIX, PLAIN)
    assert np.array_equal(shown.counts, MATRIX.counts)
    assert shown.rows == shown.columns == tuple(CLASSES)


@pytest.mark.parametrize("measure", MEASURES)
def test_values_and_words_of_a_cell(measure):
    shown = view(MATRIX, replace(PLAIN, measure=measure))
    row, column = CLASSES.index("O"), CLASSES.index("0")
    count, row_total, column_total = MATRIX.counts[row, column], MATRIX.counts[row].sum(), MATRIX.counts[:, column].sum()
    value, words = {
        "count": (count, f"{count} of {row_total} ({count / row_total:.1%})"),
        "row %": (100 * count / row_total, f"{count} of {row_total} ({count / row_total:.1%})"),
        "column %": (100 * count / column_total, f"{count} of {column_total} so read ({count / column_total:.1%})"),
    }[measure]
    assert shown.values[row, column] == pytest.approx(value)
    assert shown.hover[row, column] == f"true O read as 0: {words}"


def test_shares_of_a_kind_are_of_all_its_images():
    shown = view(MATRIX, replace(PLAIN, measure="row %", kind="digits"))
    assert shown.columns[-1] == CLASSES[10:]
    np.testing.assert_allclose(shown.values.sum(1), 100)
    assert "read as another kind" in shown.hover[0, -1]


def test_a_hidden_diagonal_has_no_colour_but_keeps_its_count():
    shown = view(MATRIX, ViewOptions(merge=True))
    assert np.isnan(np.diag(shown.values)).all()
    assert np.isfinite(shown.values).sum() == shown.values.size - len(shown.rows)
    assert (np.diag(shown.counts) > 0).any()


def test_difference_of_two_matrices():
    other = report(made_up_predictions(2500, seed=4)).matrix
    shown = difference_view(MATRIX, other, PLAIN)
    assert np.array_equal(shown.counts, other.counts - MATRIX.counts)
    before, after = MATRIX.counts[0, 24], other.counts[0, 24]
    assert shown.hover[0, 24] == f"true 0 read as O: {after - before:+d} ({before} before, {after} after)"
    ordered = difference_view(MATRIX, other, ViewOptions())
    assert ordered.rows == view(MATRIX, ViewOptions()).rows


def test_what_is_downloaded_is_whole():
    found = shown_matrix(MATRIX, ViewOptions(kind="digits", merge=True, order="error"))
    assert found.counts.sum() == 2500
    assert sorted(found.names) == sorted(roll_up(MATRIX).names)


def test_picture_of_a_matrix():
    image = np.asarray(picture(MATRIX, "made up"))
    assert image.shape == (MARGIN + 48 * CELL, MARGIN + 48 * CELL, 3)

    def corner(row: int, column: int) -> np.ndarray:
        return image[MARGIN + row * CELL + 1, MARGIN + column * CELL + 1].astype(int)

    wrong = MATRIX.counts - np.diag(np.diag(MATRIX.counts))
    most = np.unravel_index(wrong.argmax(), wrong.shape)
    none = np.argwhere(MATRIX.counts == 0)[0]
    assert corner(*most).sum() == min(corner(row, column).sum() for row, column in np.argwhere(wrong > 0))
    assert corner(*none).tolist() == [255, 255, 255]
