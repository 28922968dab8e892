"""What a network trains on, batch by batch: EMNIST, and where the recipe wants them other hands and negatives."""

import cv2
import numpy as np

from hcr.alphabet import CLASS_COUNT
from hcr.image import SIDE, to_input
from training.data.prepare import TrainingData, class_probabilities
from training.recipes import Phase, Recipe
from training.recipes.augmentation import augment
from training.run.pools import Pools

NO_CHARACTER = CLASS_COUNT
"""The label of the 48th output."""


def drawn_shares(data: TrainingData, recipe: Recipe) -> np.ndarray:
    """How often a character of each class comes among the characters of all batches: float64 (47,), summing to 1."""
    if not recipe.images_per_epoch:
        return np.full(CLASS_COUNT, 1 / CLASS_COUNT)
    hands = recipe.mix.hands if recipe.mix else 0.0
    shares: np.ndarray = (1 - hands) * class_probabilities(data.labels) + hands / CLASS_COUNT
    return shares


def log_prior(data: TrainingData, recipe: Recipe) -> np.ndarray:
    """The logarithm of `drawn_shares`, relative to classes that come equally often: float32 (47,)."""
    prior: np.ndarray = np.log(np.maximum(drawn_shares(data, recipe), 1e-9) * CLASS_COUNT).astype(np.float32)
    return prior


def one_hot(labels: np.ndarray, outputs: int) -> np.ndarray:
    """Labels, integers (n,) -> float32 (n, outputs)."""
    hot: np.ndarray = np.eye(outputs, dtype=np.float32)[labels]
    return hot


class Batches:
    """Batches of network input float32 (b, side, side, 1) and one-hot labels float32 (b, outputs).

    Every batch depends on (seed, epoch, number) alone, so that a resumed run sees what an unbroken one would have.
    """

    def __init__(self, data: TrainingData, recipe: Recipe, pools: Pools | None = None) -> None:
        self._images, self._labels, self._recipe, self._pools = data.images, data.labels, recipe, pools
        self._members = [np.flatnonzero(data.labels == label) for label in range(CLASS_COUNT)]
        self._written = pools.hands.learned if pools and pools.hands else None
        labels = self._written.labels if self._written else np.empty(0, np.uint8)
        self._hands = [np.flatnonzero(labels == label) for label in range(CLASS_COUNT)]
        self._probabilities = class_probabilities(data.labels)
        self.own_labels: np.ndarray | None = None
        """What the network as it was takes each EMNIST image for, where a phase trusts it: float32 (n, 47)."""

    def __len__(self) -> int:
        """Batches of an epoch."""
        images = self._recipe.images_per_epoch or len(self._images)
        return max(1, images // self._recipe.batch_size)

    def make(self, epoch: int, number: int) -> tuple[np.ndarray, np.ndarray]:
        """The batch `number` of an epoch, both counted from 0."""
        rng = np.random.default_rng((self._recipe.seed, epoch, number))
        phase = self._recipe.phases[self._recipe.phase(epoch)]
        images, targets = self._draw(epoch, number, phase, rng)
        if phase.augmentation:
            images = augment(images, rng, phase.augmentation)
        side = self._recipe.side(epoch)
        if side != SIDE:
            images = np.stack([cv2.resize(image, (side, side), interpolation=cv2.INTER_AREA) for image in images])
        return to_input(images), targets

    def _draw(self, epoch: int, number: int, phase: Phase, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        size = self._recipe.batch_size
        if self._recipe.images_per_epoch is None:
            order = np.random.default_rng((self._recipe.seed, epoch)).permutation(len(self._images))
            chosen = order[number * size : (number + 1) * size]
            return self._images[chosen], self._targets(chosen, phase)
        if self._pools is None or self._recipe.mix is None:
            return self._classes(size, phase, rng)
        negatives = round(phase.negatives * size)
        hands = round(self._recipe.mix.hands * (size - negatives))
        cut = round(phase.cut * size) if self._pools.cut_outs else 0
        images, targets = self._classes(size - hands - negatives - cut, phase, rng)
        none = rng.integers(len(self._pools.negatives.images), size=negatives)
        parts = [images, self._pools.negatives.images[none]]
        wanted = [targets, self._one_hot(np.full(negatives, NO_CHARACTER))]
        if cut and self._pools.cut_outs:
            chosen = rng.integers(len(self._pools.cut_outs.labels), size=cut)
            parts.append(self._pools.cut_outs.images[chosen])
            wanted.append(self._one_hot(self._pools.cut_outs.labels[chosen]))
        if self._written:
            written = rng.integers(CLASS_COUNT, size=hands)
            parts.append(self._written.images[[rng.choice(self._hands[label]) for label in written]])
            wanted.append(self._one_hot(written))
        return np.concatenate(parts), np.concatenate(wanted)

    def _classes(self, count: int, phase: Phase, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """So many EMNIST images of classes drawn by their probabilities, some of them converted again, and their targets."""
        labels = rng.choice(CLASS_COUNT, count, p=self._probabilities)
        chosen = np.array([self._members[label][rng.integers(len(self._members[label]))] for label in labels])
        images = self._images[chosen]
        if phase.again and self._pools and self._pools.again is not None:
            other = rng.random(count) < phase.again
            images[other] = self._pools.again[chosen[other]]
        return images, self._targets(chosen, phase)

    def _targets(self, chosen: np.ndarray, phase: Phase) -> np.ndarray:
        """Of EMNIST images: their labels, where a phase wants it mixed with the network's own."""
        targets = self._one_hot(self._labels[chosen])
        if phase.trust and self.own_labels is not None:
            targets *= 1 - phase.trust
            targets[:, :CLASS_COUNT] += phase.trust * self.own_labels[chosen]
        return targets

    def _one_hot(self, labels: np.ndarray) -> np.ndarray:
        return one_hot(labels, self._recipe.outputs)
