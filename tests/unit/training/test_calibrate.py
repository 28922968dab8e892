"""The temperature that validation images ask for, and the threshold that leaves most of them answered."""

import numpy as np

from hcr.probabilities import character_probability, group_confidence, softmax
from hcr.report.calibration import negative_log_likelihood
from training.calibrate import ANSWERED, TAKEN, calibrate, calibrate_character

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


def outputs(odds: np.ndarray) -> np.ndarray:
    """48 outputs whose evidence for a character is `odds` (n,): one class stands out, the last output is its rival."""
    made = np.full((len(odds), 48), -100.0)
    made[:, 0], made[:, 47] = odds, 0
    return made


def test_the_odds_of_a_character_are_found() -> None:
    """Evidence of which a third is true: characters and negatives drawn with the odds that it stands for."""
    evidence = RNG.normal(0, 4, 40_000)
    is_character = RNG.random(len(evidence)) < 1 / (1 + np.exp(-(evidence / 3 + 0.5)))
    found = calibrate_character(outputs(evidence[is_character]), outputs(evidence[~is_character]))
    assert abs(found.scale - 1 / 3) < 0.03
    # both kinds weigh the same, however many there are of each
    assert abs(found.offset - (0.5 - np.log(is_character.mean() / (1 - is_character.mean())))) < 0.06
    taken = character_probability(outputs(evidence[is_character]), found.scale, found.offset) >= found.threshold
    assert abs(taken.mean() - TAKEN) < 0.002
