"""The fix of the orientation, seen by the model: one image step by step, and what skipping the fix costs."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from hcr.alphabet import CLASS_COUNT, CLASSES, GROUP_INDEX, look_alikes
from hcr.data.orientation import FIXES, RAW, UPRIGHT, fix, steps
from hcr.data.split import Split
from hcr.model.classifier import Classifier
from hcr.probabilities import Prediction

CHUNK = 256  # images read between two reports of progress
SYMMETRICAL = 0.8  # correlation with its own transpose from which on a class mean counts as symmetrical
SURVIVES = 0.5  # share of a class that is still read right


class Standing(StrEnum):
    """What a model makes of one orientation of an image."""

    RIGHT = "right"
    """the one that is upright"""
    SAME = "same"
    """another, but it reads the same"""
    PLAUSIBLE = "plausible"
    """reads as something else, and the model believes it"""
    UNKNOWN = "unknown"
    """no clear character"""


@dataclass(frozen=True)
class Look:
    """An image in one orientation, uint8 (28, 28), what the model reads in it, and how that stands to its label."""

    name: str
    image: np.ndarray
    prediction: Prediction
    standing: Standing


def look_at_steps(classifier: Classifier, stored: np.ndarray, label: int) -> tuple[Look, ...]:
    """The fix of one raw image (28, 28), one step at a time: raw, flipped, upright."""
    looks = [(name, image, name == "rot90") for name, image in steps(stored)]
    return tuple(_look(classifier, name, image, label, right) for name, image, right in looks)


def look_at_eight(classifier: Classifier, stored: np.ndarray, label: int) -> tuple[Look, ...]:
    """One raw image (28, 28) after each of the eight fixes."""
    return tuple(_look(classifier, name, fix(stored, number), label, number == RAW) for number, name in enumerate(FIXES))


def _look(classifier: Classifier, name: str, image: np.ndarray, label: int, right: bool) -> Look:
    image = np.ascontiguousarray(image)
    prediction = classifier.predict(image)
    return Look(name, image, prediction, Standing.RIGHT if right else _standing(prediction, CLASSES[label]))


def _standing(prediction: Prediction, truth: str) -> Standing:
    if not prediction.known:
        return Standing.UNKNOWN
    return Standing.SAME if prediction.text in (truth, *look_alikes(truth)) else Standing.PLAUSIBLE


@dataclass(frozen=True)
class ClassWithoutFix:
    """One class of those measured. without_fix: the share read right without the fix, where look-alikes (0 for O) count
    as right; read_as: what most images without the fix are taken for, read_as_share of them; symmetry: correlation of
    the measured images' mean with its transpose."""

    name: str
    images: int
    without_fix: float
    read_as: str
    read_as_share: float
    symmetry: float

    @property
    def why(self) -> str:
        """Why the class survives without the fix, or what becomes of it."""
        if self.without_fix >= SURVIVES:
            if self.symmetry >= SYMMETRICAL:
                return f"looks nearly the same transposed (correlation {self.symmetry:.2f})"
            if self.read_as != self.name:
                return f"mostly read as {self.read_as}, which has the same shape"
            return f"changes (correlation {self.symmetry:.2f}), but still looks most like itself"
        if self.read_as_share >= SURVIVES:
            return f"looks like {self.read_as} when transposed"
        return "turns into several other classes"


@dataclass(frozen=True)
class WithoutFix:
    """accuracy: float64 (8,), the share read right after each of the eight fixes; classes: by share read right without
    the fix, best first; count: images measured."""

    count: int
    accuracy: np.ndarray
    classes: tuple[ClassWithoutFix, ...]

    @property
    def survivors(self) -> tuple[ClassWithoutFix, ...]:
        """Classes of which at least half are still read right without the fix."""
        return tuple(entry for entry in self.classes if entry.without_fix >= SURVIVES)


def skip_the_fix(
    classifier: Classifier, split: Split, count: int, report: Callable[[float], None] = lambda _: None
) -> WithoutFix:
    """Read `count` images of a raw split, drawn by a fixed seed, after each of the eight fixes.

    count: at most so many; report: is called with the share that is done, 0 to 1.
    """
    chosen = np.sort(np.random.default_rng(0).permutation(len(split))[:count])
    images, labels = split.images[chosen], split.labels[chosen]
    read = np.empty((8, len(chosen)), np.uint8)
    for number in range(8):
        for start in range(0, len(chosen), CHUNK):
            part = np.ascontiguousarray(fix(images[start : start + CHUNK], number))
            read[number, start : start + CHUNK] = classifier.logits(part).argmax(1)
            report((number * len(chosen) + start + len(part)) / (8 * len(chosen)))
    classes = [_without_fix(images, labels, read, int(label)) for label in np.unique(labels)]
    classes.sort(key=lambda entry: (-entry.without_fix, entry.name))
    return WithoutFix(len(chosen), (read == labels).mean(1), tuple(classes))


def _without_fix(images: np.ndarray, labels: np.ndarray, read: np.ndarray, label: int) -> ClassWithoutFix:
    members, groups = labels == label, np.array(GROUP_INDEX)
    taken_for = np.bincount(read[UPRIGHT, members], minlength=CLASS_COUNT)
    mean = images[members].mean(0)
    return ClassWithoutFix(
        name=CLASSES[label],
        images=int(members.sum()),
        without_fix=float((groups[read[UPRIGHT, members]] == groups[label]).mean()),
        read_as=CLASSES[int(taken_for.argmax())],
        read_as_share=float(taken_for.max() / members.sum()),
        symmetry=float(np.corrcoef(mean.ravel(), mean.T.ravel())[0, 1]),
    )
