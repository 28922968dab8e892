"""The phases of a long run: the learning rate starts again, and the network as it was then has a say in the labels.

Source: Loshchilov & Hutter 2017, "SGDR: stochastic gradient descent with warm restarts"; Furlanello et al. 2018, "Born-again
neural networks"; Huang et al. 2017, "Snapshot ensembles". A share of EMNIST's labels is wrong, and more of them are one of
two that look the same.
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

TURNS = (0.0, -0.1, 0.1)
"""Radians by which the network sees each image: averaging its answers adds 0.3 to 0.5 points."""
_PART = 10_000


class OwnLabels(keras.callbacks.Callback):  # type: ignore[misc]  # Keras has no types
    """Mixes what the network says at the begin of each phase that trusts it into the labels of its batches, together with
    what it said at the begins of those before; kept in a file for a resumed run."""

    def __init__(self, folder: Path, recipe: Recipe, data: TrainingData, batches: Batches) -> None:
        super().__init__()
        self._folder, self._recipe, self._data, self._batches = folder, recipe, data, batches
        self._phase = 0

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Epochs count from 0. Raises InputError where a resumed run lacks the file."""
        del logs
        phase = self._recipe.phase(epoch)
        if phase == self._phase:
            return
        self._phase = phase
        if not self._recipe.phases[phase].trust:
            return
        file = self._file(phase)
        if epoch == self._recipe.ends[phase - 1] and not file.is_file():
            said = [_kept(earlier) for earlier in map(self._file, range(phase)) if earlier.is_file()]
            labels = np.mean([own_labels(self.model, self._recipe, self._data), *said], axis=0)
            fresh = file.with_suffix(".part.npz")
            np.savez_compressed(fresh, labels=labels.astype(np.float16))
            fresh.replace(file)
        if not file.is_file():
            raise InputError(f"{file} is missing. {AGAIN}")
        self._batches.own_labels = _kept(file)

    def _file(self, phase: int) -> Path:
        return self._folder / f"own-labels-{phase}.npz"


def _kept(file: Path) -> np.ndarray:
    with np.load(file) as arrays:
        labels: np.ndarray = arrays["labels"].astype(np.float32)
    return labels


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
