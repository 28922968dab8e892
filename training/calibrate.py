"""Temperature, thresholds and what turns the 48th output into a probability, chosen on validation images alone."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize, minimize_scalar

from hcr.alphabet import CLASS_COUNT
from hcr.probabilities import character_evidence, character_probability, group_confidence, softmax
from hcr.report.calibration import negative_log_likelihood

ANSWERED = 0.98  # share of the validation characters that the model still answers
TAKEN = 0.985  # share of the validation characters that it takes for characters at all
OFFSET_PENALTY = 1e-3  # of a squared class offset: by two-fold cross-validation on the validation images


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


def class_offsets(logits: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """What to add to each class's logit, float32 (47,), so that classes are read as often as they come: the bias of vector
    scaling (Guo et al. 2017), held small. Logits float32 (n, 47), labels (n,): validation images, as many of each class.

    The pool that a network learns from has ten times as many zeros as Os, of other writers; what that leaves in its answers
    is no business of a reader that knows nothing of what comes.
    """
    hot = np.eye(CLASS_COUNT)[labels]

    def loss(parameters: np.ndarray) -> tuple[float, np.ndarray]:
        sharpness, offsets = np.exp(parameters[0]), parameters[1:]
        probabilities = softmax(logits.astype(np.float64) * sharpness + offsets)
        wrong = (probabilities - hot) / len(labels)
        likelihood = float(negative_log_likelihood(labels, probabilities))
        gradient = np.concatenate([[(wrong * logits).sum() * sharpness], wrong.sum(0) + 2 * OFFSET_PENALTY * offsets])
        return likelihood + OFFSET_PENALTY * float((offsets**2).sum()), gradient

    found = minimize(loss, np.zeros(1 + CLASS_COUNT), jac=True, method="L-BFGS-B").x
    offsets: np.ndarray = (found[1:] / np.exp(found[0])).astype(np.float32)
    return offsets


@dataclass(frozen=True)
class CharacterScale:
    """scale, offset: of the evidence, for `hcr.probabilities.character_probability`; threshold: below it there is none."""

    scale: float
    offset: float
    threshold: float


def calibrate_character(characters: np.ndarray, negatives: np.ndarray) -> CharacterScale:
    """Outputs float32 (n, 48) of validation characters and of validation negatives -> the logistic regression of one on
    the other, both weighing the same (Platt 1999), and the threshold that takes TAKEN of the characters."""
    for_it, against = character_evidence(characters).astype(np.float64), character_evidence(negatives).astype(np.float64)

    def loss(parameters: np.ndarray) -> float:
        log_scale, offset = parameters
        scale = np.exp(log_scale)
        wrong = np.logaddexp(0, -(scale * for_it + offset)).mean(), np.logaddexp(0, scale * against + offset).mean()
        return float(sum(wrong))

    log_scale, offset = minimize(loss, np.zeros(2), method="Nelder-Mead").x
    scale, offset = round(float(np.exp(log_scale)), 4), round(float(offset), 4)
    taken = np.quantile(character_probability(characters, scale, offset), 1 - TAKEN)
    return CharacterScale(scale, offset, round(float(taken), 4))
