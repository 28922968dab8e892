"""The second half of a long run: the learning rate starts again, and the network then has a say in the labels.

Source: Loshchilov & Hutter 2017, "SGDR: stochastic gradient descent with warm restarts"; Furlanello et al. 2018, "Born-again
neural networks". A share of EMNIST's labels is wrong, and more of them are one of two that look the same.
"""

from pathlib import Path
from typing import Any

import cv2
import keras
import numpy as np
from tqdm import tqdm

from hcr.errors import InputError
from hcr.image import SIDE, to_input
from hcr.probabilities import softmax
from training.calibrate import calibrate, class_offsets
from training.data.prepare import TrainingData
from training.recipes import Recipe
from training.run.batches import Batches, log_prior
from training.run.checkpoint import AGAIN

FILE = "own-labels.npz"
TURNS = (0.0, -0.1, 0.1)
"""Radians by which the network sees each image: averaging its answers adds 0.3 to 0.5 points."""
_PART = 10_000


class OwnLabels(keras.callbacks.Callback):  # type: ignore[misc]  # Keras has no types
    """Mixes what the network says at the restart into the labels of all later batches; kept in a file for a resumed run."""

    def __init__(self, folder: Path, recipe: Recipe, data: TrainingData, batches: Batches) -> None:
        super().__init__()
        self._file, self._recipe, self._data, self._batches = folder / FILE, recipe, data, batches
        self._first = recipe.restart_epoch or 0

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Epochs count from 0. Raises InputError where a resumed run lacks the file."""
        del logs
        if epoch < self._first or self._batches.own_labels is not None:
            return
        if epoch == self._first and not self._file.is_file():
            fresh = self._file.with_suffix(".part.npz")
            np.savez_compressed(fresh, labels=own_labels(self.model, self._recipe, self._data).astype(np.float16))
            fresh.replace(self._file)
        if not self._file.is_file():
            raise InputError(f"{self._file} is missing. {AGAIN}")
        with np.load(self._file) as arrays:
            self._batches.own_labels = arrays["labels"].astype(np.float32)


def own_labels(model: keras.Model, recipe: Recipe, data: TrainingData) -> np.ndarray:
    """What the network takes each training image for, as likely as classes come in its batches: float32 (n, 47)."""
    logits = _logits(model, data.validation_images)
    offsets = class_offsets(logits, data.validation_labels)
    temperature = calibrate(logits + offsets, data.validation_labels).temperature
    prior = log_prior(data, recipe)
    parts = range(0, len(data.images), _PART)
    said = [
        np.mean([softmax((_logits(model, turned(part, angle)) + offsets) / temperature + prior) for angle in TURNS], axis=0)
        for part in (data.images[start : start + _PART] for start in tqdm(parts, desc="own labels", unit_scale=_PART))
    ]
    return np.concatenate(said).astype(np.float32)


def turned(images: np.ndarray, angle: float) -> np.ndarray:
    """Upright uint8 (n, 28, 28), each turned by so many radians about its centre."""
    if not angle:
        return images
    centre = (SIDE - 1) / 2
    turn = cv2.getRotationMatrix2D((centre, centre), np.degrees(angle), 1)
    return np.stack([cv2.warpAffine(image, turn, (SIDE, SIDE), flags=cv2.INTER_LINEAR) for image in images])


def _logits(model: keras.Model, images: np.ndarray) -> np.ndarray:
    """Of the 47 classes: float32 (n, 47)."""
    outputs: np.ndarray = model.predict(to_input(images), batch_size=500, verbose=0)
    return outputs[:, :47]
