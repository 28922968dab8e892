"""Are the probabilities right? Reliability, expected calibration error, log-likelihood, and what abstaining gives."""

from dataclasses import dataclass

import numpy as np

from hcr.probabilities import softmax

BINS = 15  # as in Guo et al. 2017
THRESHOLDS = np.round(np.linspace(0, 1, 101), 2)


@dataclass(frozen=True)
class Calibration:
    """Figures that need every class's logit, so they are computed when the model runs and kept with the predictions.

    ece: expected calibration error, 0 to 1, of the top-1 probability; nll: mean negative natural logarithm of the
    true class's probability; each before (temperature 1) and after the temperature.
    """

    temperature: float
    ece_before: float
    ece_after: float
    nll_before: float
    nll_after: float


@dataclass(frozen=True)
class Reliability:
    """Equal-width bins over (0, 1]: upper edges, images, mean confidence and accuracy in each (NaN where empty): (bins,)."""

    edges: np.ndarray
    counts: np.ndarray
    confidence: np.ndarray
    accuracy: np.ndarray


@dataclass(frozen=True)
class Coverage:
    """For each of THRESHOLDS, what happens if a reading below it counts as "not sure": float64 (101,) each.

    coverage: share of images still answered; accuracy, accuracy_merged: top-1 among these, the latter with
    shape-identical classes counted as one. Both are NaN where nothing is answered.
    """

    coverage: np.ndarray
    accuracy: np.ndarray
    accuracy_merged: np.ndarray


def calibration_figures(labels: np.ndarray, logits: np.ndarray, temperature: float) -> Calibration:
    """Labels, integers (n,), and logits float32 (n, 47) -> the figures before and after dividing the logits by the
    temperature, which is above 0."""
    before, after = softmax(logits.astype(np.float64)), softmax(logits.astype(np.float64) / temperature)
    correct = logits.argmax(1) == labels
    return Calibration(
        temperature=float(temperature),
        ece_before=expected_calibration_error(before.max(1), correct),
        ece_after=expected_calibration_error(after.max(1), correct),
        nll_before=negative_log_likelihood(labels, before),
        nll_after=negative_log_likelihood(labels, after),
    )


def negative_log_likelihood(labels: np.ndarray, probabilities: np.ndarray) -> float:
    """Mean of -ln p(true class); labels (n,), probabilities (n, 47). A probability of 0 counts as the smallest float64."""
    true = probabilities[np.arange(len(labels)), labels].astype(np.float64)
    return float(-np.log(np.maximum(true, np.finfo(np.float64).tiny)).mean())


def reliability(confidence: np.ndarray, correct: np.ndarray, bins: int = BINS) -> Reliability:
    """Confidence float (n,) in [0, 1] and correct bool (n,) -> accuracy by confidence; a bin holds (lower, upper], the
    first one 0 as well."""
    edges = np.linspace(0, 1, bins + 1)
    place = np.clip(np.searchsorted(edges, confidence, side="left") - 1, 0, bins - 1)
    counts = np.bincount(place, minlength=bins)
    filled = np.where(counts, counts, np.nan)
    return Reliability(
        edges[1:],
        counts,
        np.bincount(place, confidence, minlength=bins) / filled,
        np.bincount(place, correct, minlength=bins) / filled,
    )


def expected_calibration_error(confidence: np.ndarray, correct: np.ndarray, bins: int = BINS) -> float:
    """Mean distance of accuracy and confidence over equal-width bins, weighted by images: 0 to 1 (Guo et al. 2017, "On
    calibration of modern neural networks", eq. 3). Confidence float (n,) in [0, 1], correct bool (n,), n at least 1.

    >>> expected_calibration_error(np.array([0.75, 0.75]), np.array([True, False]))
    0.25
    """
    found = reliability(confidence, correct, bins)
    gaps = np.nan_to_num(np.abs(found.accuracy - found.confidence))
    return float((gaps * found.counts).sum() / found.counts.sum())


def coverage(confidence: np.ndarray, correct: np.ndarray, correct_shape: np.ndarray) -> Coverage:
    """Confidence float (n,) in [0, 1], which must be the one that the app abstains by
    (`hcr.probabilities.group_confidence`), and bool (n,) twice, right exactly and by shape -> what each threshold gives."""
    order = np.argsort(confidence)
    first_kept = np.searchsorted(confidence[order], THRESHOLDS.astype(confidence.dtype), side="left")
    kept = len(order) - first_kept
    answered = np.where(kept, kept, np.nan)

    def right_above(right: np.ndarray) -> np.ndarray:
        below = np.concatenate([[0], np.cumsum(right[order])])
        share: np.ndarray = (below[-1] - below[first_kept]) / answered
        return share

    return Coverage(kept / len(order), right_above(correct), right_above(correct_shape))
