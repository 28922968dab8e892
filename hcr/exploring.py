"""What one can look at in a data set: pages of it, one image step by step, its averages, and what skipping the fix costs."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from hcr.alphabet import CLASS_COUNT, CLASSES, GROUP_INDEX, look_alikes
from hcr.classifier import Classifier, Prediction
from hcr.emnist import SIDE, Split
from hcr.orientation import FIXES, RAW, UPRIGHT, fix, steps

CHUNK = 256  # images read between two reports of progress
SYMMETRICAL = 0.8  # correlation with its own transpose from which on a class mean counts as symmetrical
SURVIVES = 0.5  # share of a class that is still read right


@dataclass(frozen=True)
class Page:
    """indices: int64 (n,) into the split; number: from 1 to pages; total: images of the class (or of all classes)."""

    indices: np.ndarray
    number: int
    pages: int
    total: int


def page(split: Split, label: int | None, number: int, size: int, seed: int) -> Page:
    """One page of the images of a class (None for all), in stored order for seed 0, else shuffled by that seed.

    A page number outside of what there is becomes the nearest that is.
    """
    members = np.arange(len(split)) if label is None else np.flatnonzero(split.labels == label)
    if seed:
        members = np.random.default_rng(seed).permutation(members)
    pages = max(1, -(-len(members) // size))
    number = min(max(1, number), pages)
    return Page(members[(number - 1) * size : number * size], number, pages, len(members))


@dataclass(frozen=True)
class Look:
    """An image in one orientation and what the model reads in it. standing: "right" (the one that is upright), "same"
    (reads the same all the same), "plausible" (reads as something else, and the model believes it) or "unknown"."""

    name: str
    image: np.ndarray
    prediction: Prediction
    standing: str


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
    same = prediction.text == CLASSES[label] or prediction.text in look_alikes(CLASSES[label])
    standing = "right" if right else "same" if same and prediction.known else "plausible" if prediction.known else "unknown"
    return Look(name, image, prediction, standing)


@dataclass(frozen=True)
class Averages:
    """counts: int64 (47,); means: uint8 (47, 28, 28), raw, black where a class has no image; ink: float64 (47,), mean
    pixel value 0 to 255; description: of what, in words."""

    counts: np.ndarray
    means: np.ndarray
    ink: np.ndarray
    description: str


def averages(split: Split) -> Averages:
    """Counts, mean images and mean ink of each class."""
    means = np.zeros((CLASS_COUNT, SIDE, SIDE))
    for label in np.unique(split.labels):
        means[label] = split.images[split.labels == label].mean(0)
    return Averages(split.counts, np.round(means).astype(np.uint8), means.mean((1, 2)), split.description)


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
    classifier: Classifier, split: Split, count: int, report: Callable[[float], None] = lambda share: None
) -> WithoutFix:
    """Read `count` images of a raw split, drawn by a fixed seed, after each of the eight fixes.

    report: is called with the share that is done, 0 to 1.
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
