"""The temperature that validation images ask for, and the threshold that leaves most of them answered."""

import numpy as np

from hcr.probabilities import group_confidence, softmax
from hcr.report.calibration import negative_log_likelihood
from training.calibrate import ANSWERED, calibrate

RNG = np.random.default_rng(0)
TRUE_LOGITS = RNG.normal(0, 2, (20_000, 47))
LABELS = np.array([RNG.choice(47, p=row) for row in softmax(TRUE_LOGITS)])


def test_a_known_temperature_is_found():
    """Logits that are three times too large: labels drawn from the true ones ask for a temperature of three."""
    assert abs(calibrate(3 * TRUE_LOGITS, LABELS).temperature - 3) < 0.1


def test_no_other_temperature_is_better():
    found = calibrate(2 * TRUE_LOGITS, LABELS).temperature
    best = negative_log_likelihood(LABELS, softmax(2 * TRUE_LOGITS / found))
    for other in (0.8 * found, 1.2 * found):
        assert negative_log_likelihood(LABELS, softmax(2 * TRUE_LOGITS / other)) > best


def test_the_threshold_leaves_most_answered():
    found = calibrate(TRUE_LOGITS, LABELS)
    answered = group_confidence(softmax(TRUE_LOGITS / found.temperature)) >= found.abstain_threshold
    assert abs(answered.mean() - ANSWERED) < 0.002
