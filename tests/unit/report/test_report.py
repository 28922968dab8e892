"""The figures of a report, held against scikit-learn and against published values."""

import json

import numpy as np
import pytest
from sklearn import metrics as reference

from hcr.alphabet import CLASS_COUNT, CLASSES, GROUP_INDEX
from hcr.probabilities import group_confidence, softmax
from hcr.report import calibration, evaluation
from hcr.report.matrix import confusion
from hcr.report.predictions import from_probabilities
from tests.predicted import TEMPERATURE, made_up_logits, made_up_predictions, made_up_provenance

LABELS, LOGITS = made_up_logits(3000)
PROBABILITIES = softmax(LOGITS / TEMPERATURE)
PREDICTIONS = from_probabilities(LABELS, PROBABILITIES, made_up_provenance(LABELS, LOGITS))
REPORT = evaluation.report(PREDICTIONS)


def test_matrix_and_scores_are_scikit_learns():
    guesses = PROBABILITIES.argmax(1)
    every = range(CLASS_COUNT)
    assert np.array_equal(REPORT.matrix.counts, reference.confusion_matrix(LABELS, guesses, labels=every))
    precision, recall, f1, images = reference.precision_recall_fscore_support(LABELS, guesses, labels=every, zero_division=0)
    found = np.array([(scores.precision, scores.recall, scores.f1, scores.images) for scores in REPORT.classes])
    np.testing.assert_allclose(found, np.stack([precision, recall, f1, images], 1), atol=1e-12)
    np.testing.assert_allclose(
        [REPORT.precision.value, REPORT.recall.value, REPORT.f1.value], [precision.mean(), recall.mean(), f1.mean()]
    )


def test_classes_without_images_do_not_count_in_the_macro_figures():
    labels, guesses = np.array([0, 0, 1, 1], np.uint8), np.array([0, 2, 1, 1], np.uint8)
    counts = confusion.confusion_matrix(labels, guesses).counts
    found = [estimate.value for estimate in evaluation.macro_scores(counts)]
    expected = reference.precision_recall_fscore_support(labels, guesses, labels=[0, 1], average="macro", zero_division=0)
    np.testing.assert_allclose(found, expected[:3])


@pytest.mark.parametrize(("name", "k"), [("top1", 1), ("top3", 3)])
def test_top_k_is_scikit_learns(name, k):
    expected = reference.top_k_accuracy_score(LABELS, PROBABILITIES, k=k, labels=range(CLASS_COUNT))
    assert getattr(REPORT, name).value == pytest.approx(expected)


def test_merged_accuracy_is_that_of_the_merged_labels():
    groups = np.array(GROUP_INDEX)
    expected = reference.accuracy_score(groups[LABELS], groups[PROBABILITIES.argmax(1)])
    assert REPORT.top1_merged.value == pytest.approx(expected)
    assert REPORT.errors_alike == round((expected - REPORT.top1.value) * len(LABELS))


def test_log_likelihood_is_scikit_learns():
    found = calibration.calibration_figures(LABELS, LOGITS, TEMPERATURE)
    for value, temperature in ((found.nll_before, 1.0), (found.nll_after, TEMPERATURE)):
        probabilities = softmax(LOGITS.astype(np.float64) / temperature)
        assert value == pytest.approx(reference.log_loss(LABELS, probabilities, labels=range(CLASS_COUNT)))


def test_calibration_error_by_the_definition():
    confidence, correct = PROBABILITIES.max(1), PROBABILITIES.argmax(1) == LABELS
    total = 0.0
    for lower in np.arange(15) / 15:
        inside = (confidence > lower) & (confidence <= lower + 1 / 15)
        if inside.any():
            total += inside.mean() * abs(confidence[inside].mean() - correct[inside].mean())
    assert calibration.expected_calibration_error(confidence, correct) == pytest.approx(total, abs=1e-6)
    sure = np.array([1.0, 1.0, 1.0, 1.0])
    assert calibration.expected_calibration_error(sure, np.array([True, True, True, False])) == pytest.approx(0.25)


def test_wilson_interval_is_the_published_one():
    """Newcombe 1998, table I: 81 of 263, method 3: 0.2553 to 0.3662; 0 of 20: 0 to 0.1611; 1 of 29: 0.0061 to 0.1718."""
    for successes, total, low, high in ((81, 263, 0.2553, 0.3662), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)):
        estimate = evaluation.wilson(successes, total)
        assert (estimate.low, estimate.high) == pytest.approx((low, high), abs=5e-5)


def test_macro_interval_is_that_of_resampled_images():
    """The multinomial shortcut against resampling the images themselves."""
    rng = np.random.default_rng(1)
    guesses = PROBABILITIES.argmax(1)
    samples = []
    for _ in range(200):
        chosen = rng.integers(0, len(LABELS), len(LABELS))
        samples.append(reference.f1_score(LABELS[chosen], guesses[chosen], average="macro", labels=range(CLASS_COUNT)))
    low, high = np.percentile(samples, (2.5, 97.5))
    assert (REPORT.f1.low, REPORT.f1.high) == pytest.approx((low, high), abs=0.004)
    assert REPORT.f1.low < REPORT.f1.value < REPORT.f1.high


def test_coverage_counts_what_the_app_would_answer():
    confidence = group_confidence(PROBABILITIES)
    np.testing.assert_allclose(
        PREDICTIONS.group_confidence, confidence, atol=float(PREDICTIONS.probabilities[:, -1].max()) * 2
    )
    for place, threshold in enumerate(calibration.THRESHOLDS):
        answered = PREDICTIONS.group_confidence >= np.float32(threshold)
        assert REPORT.coverage.coverage[place] == pytest.approx(answered.mean())
        if answered.any():
            assert REPORT.coverage.accuracy[place] == pytest.approx(PREDICTIONS.correct[answered].mean())
            assert REPORT.coverage.accuracy_merged[place] == pytest.approx(PREDICTIONS.correct_shape[answered].mean())


def test_rolling_up_keeps_every_image_and_every_error_between_shapes():
    rolled = confusion.roll_up(REPORT.matrix)
    assert rolled.counts.sum() == len(LABELS)
    assert rolled.errors == REPORT.matrix.errors - REPORT.errors_alike
    assert {"0O", "1IL", "2Z", "5S", "9gq", "A"} <= set(rolled.names)
    place = rolled.names.index
    between = sum(REPORT.matrix.counts[CLASSES.index(t), CLASSES.index(r)] for t in "0O" for r in "1IL")
    assert rolled.counts[place("0O"), place("1IL")] == between


def test_most_confused_pairs_join_both_directions():
    first = REPORT.pairs[0]
    true, read = CLASSES.index(first.first), CLASSES.index(first.second)
    assert (first.there, first.back) == (REPORT.matrix.counts[true, read], REPORT.matrix.counts[read, true])
    totals = [pair.total for pair in REPORT.pairs]
    assert totals == sorted(totals, reverse=True)
    both = np.triu(REPORT.matrix.counts + REPORT.matrix.counts.T, 1)
    assert totals[0] == both.max()
    assert first.alike  # the made-up model confuses look-alikes most


def test_similarity_order_puts_look_alikes_side_by_side():
    order = confusion.similarity_order(REPORT.matrix)
    assert sorted(order) == list(range(CLASS_COUNT))
    line = "".join(CLASSES[index] for index in order)
    for group in ("0O", "2Z", "5S", "1IL", "9gq"):
        places = sorted(line.index(name) for name in group)
        assert places[-1] - places[0] == len(group) - 1, (group, line)


def test_error_order_starts_with_the_most_misread():
    recall = [REPORT.classes[index].recall for index in confusion.error_order(REPORT.matrix)]
    assert recall == sorted(recall)


def test_metrics_are_plain_json():
    values = json.loads(json.dumps(evaluation.metrics(REPORT, "made up"), allow_nan=False))
    assert values["top1"]["value"] == REPORT.top1.value
    assert values["images"] == 3000
    assert len(values["per_class"]) == CLASS_COUNT
    assert evaluation.headline(values)["top1"] == REPORT.top1.value


def test_a_perfect_model_has_a_report():
    labels = np.arange(CLASS_COUNT, dtype=np.uint8)
    logits = np.eye(CLASS_COUNT, dtype=np.float32) * 90
    found = evaluation.report(from_probabilities(labels, softmax(logits), made_up_provenance(labels, logits)))
    assert (found.top1.value, found.f1.value, found.pairs, found.matrix.errors) == (1.0, 1.0, (), 0)
    json.dumps(evaluation.metrics(found, "perfect"), allow_nan=False)


def test_report_of_few_images():
    found = evaluation.report(made_up_predictions(3))
    assert found.matrix.counts.sum() == 3
    assert 0 <= found.top1.low <= found.top1.high <= 1
