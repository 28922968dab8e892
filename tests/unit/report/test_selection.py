"""Which images stand behind a number, and how they are written to a file."""

import csv
import io

import numpy as np
import pytest

from hcr.alphabet import CLASSES
from hcr.errors import InputError
from hcr.report.comparison import compare
from hcr.report.evaluation import report
from hcr.report.matrix.confusion import roll_up
from hcr.report.selection import Selection, matrix_csv, predictions_csv, select
from tests.predicted import made_up_predictions

PREDICTIONS = made_up_predictions(2500)
REPORT = report(PREDICTIONS)


def test_every_cell_row_and_column_gives_the_images_that_it_counts():
    for true in range(0, 47, 5):
        for read in range(47):
            rows = select(PREDICTIONS, Selection(CLASSES[true], CLASSES[read]))
            assert len(rows) == REPORT.matrix.counts[true, read]
            assert (PREDICTIONS.labels[rows] == true).all()
            assert (PREDICTIONS.guesses[rows] == read).all()
        assert len(select(PREDICTIONS, Selection(true=CLASSES[true]))) == REPORT.matrix.counts[true].sum()
        assert len(select(PREDICTIONS, Selection(read=CLASSES[true]))) == REPORT.matrix.counts[:, true].sum()
    assert sorted(select(PREDICTIONS, Selection())) == list(range(2500))


def test_a_group_gives_the_images_of_its_cell_in_the_rolled_up_matrix():
    rolled = roll_up(REPORT.matrix)
    for row, column in ((0, 1), (1, 0), (1, 1), (9, 5)):
        rows = select(PREDICTIONS, Selection(rolled.names[row], rolled.names[column]))
        assert len(rows) == rolled.counts[row, column]


def test_the_worst_come_first():
    rows = select(PREDICTIONS, Selection())
    right, confidence = PREDICTIONS.correct[rows], PREDICTIONS.confidence[rows]
    wrong = int((~right).sum())
    assert not right[:wrong].any()
    assert right[wrong:].all()
    assert (np.diff(confidence[:wrong]) <= 0).all()
    assert (np.diff(confidence[wrong:]) >= 0).all()


def test_changes_between_two_models():
    other = report(made_up_predictions(2500, images_sha256="b" * 64))
    classes = other.predictions.classes.copy()
    classes[:40] = classes[:40][:, [1, 0, 2, 3, 4]]
    changed = type(other.predictions)(
        PREDICTIONS.index, PREDICTIONS.labels, classes, PREDICTIONS.probabilities, PREDICTIONS.provenance
    )
    comparison = compare(REPORT, report(changed))
    assert set(select(PREDICTIONS, Selection(changed="broke"), comparison)) == set(comparison.broke)
    assert set(select(PREDICTIONS, Selection(changed="fixed"), comparison)) == set(comparison.fixed)
    assert set(select(PREDICTIONS, Selection(changed="moved"), comparison)) == set(range(40))
    label = CLASSES[PREDICTIONS.labels[0]]
    cell = Selection(label, CLASSES[classes[0, 0]], "moved")  # an image that came into this cell is behind its difference
    assert 0 in select(PREDICTIONS, cell, comparison)
    with pytest.raises(InputError, match="no comparison"):
        select(PREDICTIONS, Selection(changed="broke"))


@pytest.mark.parametrize("wrong", [{"true": "?"}, {"read": "<b>"}, {"changed": "all"}])
def test_what_the_page_cannot_have_sent_is_refused(wrong):
    with pytest.raises(InputError, match="No such selection"):
        Selection(**wrong)


@pytest.mark.parametrize(
    ("selection", "words"),
    [
        (Selection(), "all images"),
        (Selection("O", "0"), "true O read as 0"),
        (Selection("0O"), "true 0 or O"),
        (Selection(read=CLASSES[10:]), "read as another kind"),
        (Selection(read="0O1"), "read as another kind"),  # few classes, but of several shapes
        (Selection("O", "", "moved"), "true O changed"),
    ],
)
def test_a_selection_says_what_it_is(selection, words):
    assert str(selection) == words


def test_predictions_as_csv():
    rows = select(PREDICTIONS, Selection("O"))
    found = list(csv.DictReader(io.StringIO(predictions_csv(PREDICTIONS, rows))))
    assert [int(line["index"]) for line in found] == PREDICTIONS.index[rows].tolist()
    assert {line["true"] for line in found} == {"O"}
    assert [line["class_1"] for line in found] == [CLASSES[guess] for guess in PREDICTIONS.guesses[rows]]
    assert [float(line["probability_5"]) for line in found] == pytest.approx(PREDICTIONS.probabilities[rows, 4], abs=1e-6)


def test_matrix_as_csv():
    lines = list(csv.reader(io.StringIO(matrix_csv(REPORT.matrix))))
    assert lines[0][1:] == list(CLASSES)
    assert [line[0] for line in lines[1:]] == list(CLASSES)
    assert np.array_equal(np.array([line[1:] for line in lines[1:]], int), REPORT.matrix.counts)
