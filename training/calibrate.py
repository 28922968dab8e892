"""Temperature and abstain threshold, chosen on validation images alone."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize_scalar

from hcr.probabilities import group_confidence, softmax
from hcr.report.calibration import negative_log_likelihood

ANSWERED = 0.98  # share of the validation characters that the model still answers


@dataclass(frozen=True)
class Calibrated:
    """temperature: divides the logits; abstain_threshold: below it a reading counts as not known."""

    temperature: float
    abstain_threshold: float


def calibrate(logits: np.ndarray, labels: np.ndarray) -> Calibrated:
    """Logits float32 (n, 47) and labels (n,) of validation images -> the temperature with the smallest negative
    log-likelihood (Guo et al. 2017), and the threshold that leaves ANSWERED of the images answered."""

    def loss(log_temperature: float) -> float:
        return negative_log_likelihood(labels, softmax(logits / np.exp(log_temperature)))

    temperature = float(np.exp(minimize_scalar(loss, bounds=(np.log(0.05), np.log(20)), method="bounded").x))
    confidence = group_confidence(softmax(logits / temperature))
    return Calibrated(round(temperature, 4), round(float(np.quantile(confidence, 1 - ANSWERED)), 4))
