"""A report: predictions -> how often the model is right, how sure that figure is, and where it goes wrong."""

from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from hcr.model.bundle import MODEL_FILE, PREDICTIONS_FILE, Bundle, sha256
from hcr.report import predictions as stored
from hcr.report.calibration import THRESHOLDS, Coverage, Reliability, coverage, reliability
from hcr.report.matrix.confusion import (
    ClassScores,
    Matrix,
    Pair,
    class_scores,
    confusion_matrix,
    look_alike_errors,
    most_confused,
    precision_recall_f1,
)
from hcr.report.predictions import Predictions

RESAMPLES = 500  # of the bootstrap: enough for an interval's second digit
BOOTSTRAP_SEED = 2017


@dataclass(frozen=True)
class Estimate:
    """A share, 0 to 1, with its 95 % interval."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.1%} ({self.low:.1%} to {self.high:.1%})"


@dataclass(frozen=True)
class Report:
    """Everything that is said about a model on one split. top1_merged counts shape-identical classes as one;
    precision, recall and f1 are means over the classes that have images; errors_alike: errors within a shape group."""

    predictions: Predictions
    matrix: Matrix
    top1: Estimate
    top3: Estimate
    top1_merged: Estimate
    precision: Estimate
    recall: Estimate
    f1: Estimate
    classes: tuple[ClassScores, ...]
    pairs: tuple[Pair, ...]
    errors_alike: int
    reliability: Reliability
    coverage: Coverage


def report(predictions: Predictions) -> Report:
    """Compute a report from predictions alone, of one image or more; the same predictions give the same report."""
    matrix = confusion_matrix(predictions.labels, predictions.guesses)
    total = len(predictions)
    in_top3 = (predictions.classes[:, :3] == predictions.labels[:, None]).any(1)
    precision, recall, f1 = macro_scores(matrix.counts)
    return Report(
        predictions=predictions,
        matrix=matrix,
        top1=wilson(int(predictions.correct.sum()), total),
        top3=wilson(int(in_top3.sum()), total),
        top1_merged=wilson(int(predictions.correct_shape.sum()), total),
        precision=precision,
        recall=recall,
        f1=f1,
        classes=class_scores(matrix),
        pairs=most_confused(matrix, count=20),
        errors_alike=look_alike_errors(matrix),
        reliability=reliability(predictions.confidence, predictions.correct),
        coverage=coverage(predictions.group_confidence, predictions.correct, predictions.correct_shape),
    )


def open_report(bundle: Bundle) -> Report:
    """The report that travels with a bundle. Raises InputError where there is none, or it is broken or of other weights."""
    file = bundle.folder / PREDICTIONS_FILE
    return _load(file, _stamp(file), model_sha256(bundle))


def model_sha256(bundle: Bundle) -> str:
    """The checksum that a report of this bundle must name; the bundle's own checks held it against the file."""
    return bundle.config.sha256.get(MODEL_FILE) or sha256(bundle.folder / MODEL_FILE)


def wilson(successes: int, total: int) -> Estimate:
    """A share with its 95 % score interval (Wilson 1927)."""
    from scipy.stats import binomtest  # kept out of the app's start-up path: a second

    interval = binomtest(successes, total).proportion_ci(0.95, method="wilson")
    return Estimate(successes / total, float(interval.low), float(interval.high))


def macro_scores(counts: np.ndarray) -> tuple[Estimate, Estimate, Estimate]:
    """Macro precision, recall and F1 from a confusion matrix int (m, m), true in rows, not all zero; with percentile
    bootstrap intervals (Efron 1979), drawn by a fixed seed.

    The three depend on the images through the matrix alone, so resampling images with replacement is a multinomial
    draw over its cells.
    """
    present = counts.sum(1) > 0
    values = [float(scores[present].mean()) for scores in precision_recall_f1(counts)]
    true, read = np.nonzero(counts)
    filled = counts[true, read]
    drawn = np.random.default_rng(BOOTSTRAP_SEED).multinomial(filled.sum(), filled / filled.sum(), RESAMPLES)
    places = np.arange(len(counts))
    of_true, of_read = (true[:, None] == places).astype(float), (read[:, None] == places).astype(float)
    images, answers, hits = drawn @ of_true, drawn @ of_read, drawn @ (of_true * of_read)
    samples = (hits / np.maximum(answers, 1), hits / np.maximum(images, 1), 2 * hits / np.maximum(images + answers, 1))
    estimates = []
    for value, sample in zip(values, samples, strict=True):
        low, high = np.percentile(sample[:, present].mean(1), (2.5, 97.5))
        estimates.append(Estimate(value, float(low), float(high)))
    return estimates[0], estimates[1], estimates[2]


def metrics(found: Report, recipe: str) -> dict[str, Any]:
    """The report as plain JSON values, shares from 0 to 1: what evaluation/metrics.json holds. recipe: its name."""
    about = found.predictions.provenance
    errors = found.matrix.errors
    return {
        "split": about.split,
        "images": len(found.predictions),
        "official_count": about.official_count,
        "description": about.images,
        "generated": about.generated,
        "top1": asdict(found.top1),
        "top3": asdict(found.top3),
        "top1_groups_merged": asdict(found.top1_merged),
        "macro_precision": asdict(found.precision),
        "macro_recall": asdict(found.recall),
        "macro_f1": asdict(found.f1),
        "intervals": f"95 %: Wilson for top1 and top3, bootstrap of {RESAMPLES} resamples for the macro figures",
        "calibration": asdict(about.calibration),
        "errors": errors,
        "errors_within_shape_groups": found.errors_alike,
        "most_confused": [asdict(pair) | {"share_of_errors": pair.total / errors} for pair in found.pairs],
        "per_class": [asdict(scores) for scores in found.classes],
        "coverage": _coverage_points(found.coverage),
        "recipe": recipe,
        "model_sha256": about.model_sha256,
        "images_sha256": about.images_sha256,
        "date": about.date,
    }


def headline(values: dict[str, Any]) -> dict[str, Any]:
    """The part of `metrics` that config.json repeats."""
    shares = {name: values[name]["value"] for name in ("top1", "top3", "top1_groups_merged")}
    return {name: values[name] for name in ("split", "images", "official_count", "generated", "date")} | shares


def _coverage_points(found: Coverage) -> list[dict[str, float | None]]:
    """Every fifth threshold."""
    names = ("threshold", "coverage", "top1", "top1_groups_merged")
    points = zip(THRESHOLDS, found.coverage, found.accuracy, found.accuracy_merged, strict=True)
    return [{name: _number(value) for name, value in zip(names, point, strict=True)} for point in points][::5]


def _number(value: float) -> float | None:
    """JSON has no NaN."""
    return None if np.isnan(value) else float(value)


def _stamp(file: Path) -> int:
    """When a file last changed, so that a report made again is read again."""
    return file.stat().st_mtime_ns if file.is_file() else 0


@lru_cache(maxsize=4)
def _load(file: Path, stamp: int, model_sha256: str) -> Report:
    del stamp
    return report(stored.read_predictions(file, model_sha256))
