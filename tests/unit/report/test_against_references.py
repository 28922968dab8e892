"""Temperatures, thresholds, bins and verdicts, each held against the same thing done another, slower way."""

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.special import log_softmax, softmax

from hcr.alphabet import CLASSES, SHAPE_IDENTICAL
from hcr.data.generated import standin
from hcr.data.orientation import upright
from hcr.model import bundle
from hcr.model.classifier import Classifier
from hcr.report.calibration import BINS, calibration_figures, expected_calibration_error, reliability
from hcr.report.comparison import compare
from hcr.report.evaluation import report
from hcr.report.predictions import Predictions, predict
from tests.predicted import made_up_logits, made_up_predictions
from training.calibrate import calibrate

LABELS, LOGITS = made_up_logits(6000, seed=4)
CONFIDENCE = softmax(LOGITS, 1).max(1)
CORRECT = LOGITS.argmax(1) == LABELS


def bins_by_hand(confidence, correct, bins: int) -> list[tuple[int, float, float]]:
    """Image by image into the bin (lower, upper] that holds it: images, mean confidence, accuracy of each."""
    found = []
    for number in range(bins):
        lower, upper = number / bins, (number + 1) / bins
        inside = [place for place, value in enumerate(confidence) if lower < value <= upper]
        if inside:
            sure, right = (sum(float(of[place]) for place in inside) / len(inside) for of in (confidence, correct))
            found.append((len(inside), sure, right))
        else:
            found.append((0, np.nan, np.nan))
    return found


def test_every_bin_holds_what_lies_between_its_edges():
    found = reliability(CONFIDENCE, CORRECT)
    counts, sure, right = (np.array(values) for values in zip(*bins_by_hand(CONFIDENCE, CORRECT, BINS), strict=True))
    assert (counts > 0).sum() >= 10
    assert np.array_equal(found.counts, counts)
    np.testing.assert_allclose(found.confidence, sure)
    np.testing.assert_allclose(found.accuracy, right)
    filled = counts > 0
    assert (found.confidence[filled] <= found.edges[filled]).all()
    assert (found.confidence[filled] > found.edges[filled] - 1 / BINS).all()


def test_an_edge_belongs_to_the_bin_below_it():
    found = reliability(np.array([0.25, 0.5, 0.75, 1.0]), np.array([False, True, True, True]), bins=4)
    assert found.counts.tolist() == [1, 1, 1, 1]
    assert found.confidence.tolist() == found.edges.tolist() == [0.25, 0.5, 0.75, 1.0]
    assert found.accuracy.tolist() == [0.0, 1.0, 1.0, 1.0]


def test_calibration_error_before_and_after_the_temperature():
    figures = calibration_figures(LABELS, LOGITS, 1.7)
    for value, temperature in ((figures.ece_before, 1.0), (figures.ece_after, 1.7)):
        confidence = softmax(LOGITS.astype(float) / temperature, 1).max(1)
        by_hand = bins_by_hand(confidence, CORRECT, BINS)
        expected = sum(count * abs(sure - right) for count, sure, right in by_hand if count) / len(LABELS)
        assert value == pytest.approx(expected, abs=1e-6)
    assert expected_calibration_error(np.array([0.7, 0.7]), np.array([True, False])) == pytest.approx(0.2)


def test_the_temperature_is_the_one_that_another_search_finds():
    def loss(parameters: np.ndarray) -> float:
        logarithms = log_softmax(LOGITS.astype(float) / np.exp(parameters[0]), 1)
        return -float(logarithms[np.arange(len(LABELS)), LABELS].mean())

    expected = float(np.exp(minimize(loss, [0.0], method="Nelder-Mead").x[0]))
    assert abs(expected - 1) > 0.1
    assert calibrate(LOGITS, LABELS).temperature == pytest.approx(expected, abs=2e-3)


def test_the_threshold_leaves_98_of_100_answered():
    found = calibrate(LOGITS, LABELS)
    answered = 0
    for row in softmax(LOGITS.astype(float) / found.temperature, 1):
        first = CLASSES[row.argmax()]
        alike = next((group for group in SHAPE_IDENTICAL if first in group), first)
        answered += sum(row[CLASSES.index(name)] for name in alike) >= found.abstain_threshold
    assert answered / len(LABELS) == pytest.approx(0.98, abs=0.002)


def test_stored_probabilities_are_those_of_the_divided_logits():
    split = standin.generate(3, seed=5)
    classifier = Classifier(bundle.open_bundle(bundle.BUNDLED))
    temperature = classifier.bundle.config.temperature
    assert abs(temperature - 1) > 0.05
    logits = classifier.logits(np.ascontiguousarray(upright(split.images)))
    expected = np.sort(softmax(logits.astype(float) / temperature, 1), 1)[:, :-6:-1]
    np.testing.assert_allclose(predict(classifier, split).probabilities, expected, atol=1e-5)


def changed_answers(predictions: Predictions, rows: np.ndarray) -> Predictions:
    """The same report, but with first and second guess changed over in these rows."""
    classes = predictions.classes.copy()
    classes[rows] = classes[rows][:, [1, 0, 2, 3, 4]]
    return Predictions(predictions.index, predictions.labels, classes, predictions.probabilities, predictions.provenance)


@pytest.mark.parametrize(
    ("fixed", "broke", "worse"),
    # the sign test's table of critical values, 5 % two-sided: of 6 none, of 10 one, of 20 five, of 50 seventeen
    [
        (0, 5, False),
        (0, 6, True),
        (2, 8, False),
        (1, 9, True),
        (6, 14, False),
        (5, 15, True),
        (18, 32, False),
        (17, 33, True),
    ],
)
def test_worse_is_what_the_table_of_the_sign_test_calls_so(fixed, broke, worse):
    predictions = made_up_predictions(1500, seed=3)
    right = np.flatnonzero(predictions.correct)
    second_is_right = np.flatnonzero(predictions.classes[:, 1] == predictions.labels)
    before = report(predictions)
    after = report(changed_answers(predictions, np.concatenate([right[:broke], second_is_right[:fixed]])))
    found = compare(before, after)
    assert (len(found.fixed), len(found.broke)) == (fixed, broke)
    assert found.worse == worse
    assert not compare(after, before).worse
