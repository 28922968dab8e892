"""Make assets/statistics.npz: class means, counts and the covariance that the orientation detector needs.

python -m training statistics DIR

From the train split alone; about ten seconds.
"""

import argparse
from pathlib import Path

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import logsumexp
from tqdm import tqdm

from hcr.alphabet import CLASS_COUNT
from hcr.data.orientation import distances, upright
from hcr.data.reference import FILE, Statistics, to_features
from hcr.data.source import WHAT, read
from hcr.data.split import Split
from hcr.image import SIDE
from training.data.opening import open_data

RIDGE = 1e-2  # added to the covariance: corners that never hold ink must not decide
CALIBRATION_IMAGES = 5_000  # cut from train for the temperature


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command line of `statistics`."""
    parser.add_argument("data", help=WHAT)
    parser.add_argument("--out", type=Path, default=FILE)


def run(arguments: argparse.Namespace) -> int:
    """Compute the statistics and write them."""
    made = compute(read(open_data(arguments.data), "balanced-train"))
    write(arguments.out, made)
    print(f"{arguments.out}: {made.description}; temperature {made.temperature:.2f}.")
    return 0


def compute(train: Split) -> Statistics:
    """Statistics of a train split; the temperature comes from images that the covariance has not seen."""
    order = np.random.default_rng(0).permutation(len(train))
    calibration, fitted = order[:CALIBRATION_IMAGES], order[CALIBRATION_IMAGES:]
    means = np.empty((CLASS_COUNT, SIDE, SIDE))
    covariance = np.zeros((to_features(train.images[:1]).size,) * 2)
    for label in tqdm(range(CLASS_COUNT), unit=" classes"):
        images = train.images[fitted[train.labels[fitted] == label]]
        means[label] = images.mean(0)
        features = to_features(upright(images)).reshape(len(images), -1)
        centred = features - features.mean(0)
        covariance += centred.T @ centred / len(fitted)
    values, vectors = np.linalg.eigh(covariance + RIDGE * np.eye(len(covariance)))
    rough = Statistics(
        means=np.round(means).astype(np.uint8),
        counts=train.counts,
        ink=np.array([train.images[train.labels == label].mean() for label in range(CLASS_COUNT)]),
        whitening=(vectors / np.sqrt(values)).astype(np.float16).astype(np.float32),
        temperature=1.0,
        strange_distance=0.0,
        description=f"averages of {len(train):,} real EMNIST train images",
    )
    nearest = distances(upright(train.images[calibration]), rough).min(2)

    def loss(temperature: float) -> float:
        evidence = -nearest / (2 * temperature)
        return float((logsumexp(evidence, axis=1) - evidence[:, 0]).mean())

    temperature = minimize_scalar(loss, bounds=(1, 60), method="bounded").x
    strange = float(np.quantile(nearest.min(1), 0.999))
    return Statistics(**(vars(rough) | {"temperature": float(temperature), "strange_distance": strange}))


def write(file: Path, made: Statistics) -> None:
    """Write them as a compressed NumPy archive, whitening in half precision."""
    np.savez_compressed(file, **(vars(made) | {"whitening": made.whitening.astype(np.float16)}))
