"""Made-up predictions for tests: no model, no images, every look-alike group confused as real ones are."""

import numpy as np

from hcr.alphabet import CLASS_COUNT, CLASSES, look_alikes
from hcr.probabilities import softmax
from hcr.report.calibration import calibration_figures
from hcr.report.predictions import Predictions, Provenance, from_probabilities

TEMPERATURE = 1.7


def made_up_logits(count: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Labels uint8 (count,) and logits float32 (count, 47), right in most cases, look-alikes the strongest rivals."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, CLASS_COUNT, count).astype(np.uint8)
    logits = rng.normal(0, 1, (count, CLASS_COUNT))
    logits[np.arange(count), labels] += rng.normal(4, 2, count)
    for row, label in enumerate(labels):
        for rival in look_alikes(CLASSES[label]):
            logits[row, CLASSES.index(rival)] += rng.normal(3, 2)
    return labels, logits.astype(np.float32)


def made_up_provenance(labels: np.ndarray, logits: np.ndarray, **changes) -> Provenance:
    values = {
        "model_sha256": "a" * 64,
        "model": "made up, 0.00 M parameters",
        "split": "made-up",
        "images": f"{len(labels):,} made-up images",
        "official_count": None,
        "generated": True,
        "images_sha256": "b" * 64,
        "date": "2026-01-02T03:04:05+00:00",
        "calibration": calibration_figures(labels, logits, TEMPERATURE),
    }
    return Provenance(**(values | changes))


def made_up_predictions(count: int = 2000, seed: int = 0, **changes) -> Predictions:
    """Predictions of a made-up model; `changes` replaces entries of their provenance."""
    labels, logits = made_up_logits(count, seed)
    return from_probabilities(labels, softmax(logits / TEMPERATURE), made_up_provenance(labels, logits, **changes))
