"""EMNIST stores its images transposed. From raw to upright, back, the steps between, and a detector for other ways."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from hcr.alphabet import CLASS_COUNT, CLASSES
from hcr.data.reference import Statistics, statistics, to_features
from hcr.errors import InputError

FIXES = tuple(f"{'flip + ' if flip else ''}{90 * turns}°" for flip in (False, True) for turns in range(4))
"""The eight orientations, by what brings them upright: mirrored left to right or not, then turned counter-clockwise."""

UPRIGHT, RAW = 0, 5
"""Where in FIXES the two orientations stand that EMNIST copies come in: nothing to do, and `np.rot90(np.fliplr(image))`."""

STORED = (
    "upright",
    "turned a quarter to the right",
    "upside down",
    "turned a quarter to the left",
    "mirrored left to right",
    "raw",
    "mirrored top to bottom",
    "mirrored along the other diagonal",
)
"""In words how images are stored that the fix of the same number brings upright."""

SURE = 0.99  # below this probability the detector does not name an orientation
MIXED_SHARE = 0.15  # of a second orientation; among 200 images of one orientation its estimate stays below 0.11
MIXED_EVIDENCE = 12.0  # by how much, in nats, two orientations explain the images better than one
STRANGE_SHARE = 0.5  # of images unlike any character, from which on the detector says that it cannot tell
CLASS_MINIMUM = 10  # images of a class from which on the class alone is judged
CLASS_EVIDENCE = 1.0  # nats an image by which a class must prefer another way than the rest; other hands reach 0.5
NEAR = 3  # an image fits its label where that is among so many nearest classes
AGREEMENT_MINIMUM = 0.18  # of a class's images that fit: EMNIST has 0.54 in its worst class, chance gives 0.06


def upright(images: np.ndarray) -> np.ndarray:
    """Turn raw images upright: `np.rot90(np.fliplr(image))` for each image.

    images: any dtype, (28, 28) or (n, 28, 28) (any square size works). Returns a view of the same shape and dtype:
    for a square image the flip and the turn together are the transpose.
    """
    return np.swapaxes(images, -2, -1)


def raw(images: np.ndarray) -> np.ndarray:
    """Turn upright images back to the way EMNIST stores them; the transpose is its own inverse."""
    return np.swapaxes(images, -2, -1)


def steps(image: np.ndarray) -> tuple[tuple[str, np.ndarray], ...]:
    """The fix one step at a time, for one raw image (28, 28): (name, image) pairs, the last one upright."""
    flipped = np.fliplr(image)
    return (("raw", image), ("fliplr", flipped), ("rot90", np.rot90(flipped)))


def fix(images: np.ndarray, number: int) -> np.ndarray:
    """Apply FIXES[number] to images (..., 28, 28): a view."""
    flipped = images[..., ::-1] if number >= 4 else images
    return np.rot90(flipped, number % 4, axes=(-2, -1))


def eight(image: np.ndarray) -> tuple[tuple[str, np.ndarray], ...]:
    """All orientations of one image (28, 28): four turns (counter-clockwise, in degrees), unflipped then flipped."""
    return tuple((name, fix(image, number)) for number, name in enumerate(FIXES))


class Stored(StrEnum):
    """What the detector says of a set of images as a whole."""

    RAW = "raw"
    UPRIGHT = "upright"
    TURNED = "turned"
    """alike, in another of the eight orientations"""
    MIXED = "mixed"
    UNKNOWN = "unknown"

    @property
    def alike(self) -> bool:
        """Whether all images are stored in one way."""
        return self in (Stored.RAW, Stored.UPRIGHT, Stored.TURNED)


@dataclass(frozen=True)
class Verdict:
    """How a set of images is stored.

    kind: all in all; best: the number in FIXES that
    explains the images best; sure: the probability of it, 0 to 1, were all images stored alike; shares: float64 (8,),
    how many of the images each orientation seems to hold; strange: the share of images unlike any character;
    disagreeing: the classes whose images contradict their label or the rest.
    """

    kind: Stored
    best: int
    sure: float
    shares: np.ndarray
    strange: float
    disagreeing: str

    @property
    def sentence(self) -> str:
        """The verdict in words, and what to do."""
        if self.kind is Stored.UNKNOWN:
            if self.strange >= STRANGE_SHARE:
                return f"Cannot tell: {self.strange:.0%} of these images do not look like characters, white on black."
            return "Cannot tell: too few images, or characters that look alike from several sides."
        if self.kind is Stored.MIXED:
            first, second = np.argsort(-self.shares)[:2]
            return (
                f"Mixed: about {self.shares[first]:.0%} are stored {STORED[first]} and {self.shares[second]:.0%} "
                f"{STORED[second]}. Find out where the file was put together; no single fix is right for all of it."
            )
        if self.kind is Stored.RAW:
            return "Raw, as EMNIST stores its images: np.rot90(np.fliplr(image)) brings them upright."
        if self.kind is Stored.UPRIGHT:
            return "Upright: already turned. Do not turn these images again."
        flip = "np.fliplr(image)" if self.best >= 4 else "image"
        turn = f"np.rot90({flip}, {self.best % 4})" if self.best % 4 else flip
        return f"Stored {STORED[self.best]}, neither raw nor upright: {turn} brings them upright."


def detect(images: np.ndarray, labels: np.ndarray | None = None, reference: Statistics | None = None) -> Verdict:
    """Find out how uint8 images (n, 28, 28) are stored; labels uint8 (n,), where given, only serve to name classes
    that disagree. reference: the statistics of real EMNIST, by default those that travel with the program.

    Each image votes with its distance to the nearest class mean (Mahalanobis, one covariance for all classes), in
    each of the eight orientations. The shares are the maximum-likelihood mixture of the eight, by expectation
    maximisation (Dempster et al. 1977). Raises InputError where there is no image.
    """
    if not len(images):
        raise InputError("There is no image in this file, so nothing can be said about it.")
    reference = reference or statistics()
    to_classes = distances(images, reference)
    nearest = to_classes.min(2)
    evidence = -nearest / (2 * reference.temperature)
    total = evidence.sum(0)
    best = int(total.argmax())
    sure = float(1 / np.exp(total - total[best]).sum())
    shares, mixture = _mixture(evidence)
    strange = float((nearest.min(1) > reference.strange_distance).mean())
    second = float(np.sort(shares)[-2])
    if strange >= STRANGE_SHARE:
        kind = Stored.UNKNOWN
    elif second >= MIXED_SHARE and mixture - total[best] >= MIXED_EVIDENCE:
        kind = Stored.MIXED
    elif sure < SURE:
        kind = Stored.UNKNOWN
    else:
        kind = {UPRIGHT: Stored.UPRIGHT, RAW: Stored.RAW}.get(best, Stored.TURNED)
    disagreeing = _disagreeing(to_classes, labels, best, reference) if labels is not None and kind.alike else ""
    return Verdict(kind, best, sure, shares, strange, disagreeing)


def distances(images: np.ndarray, reference: Statistics) -> np.ndarray:
    """Squared Mahalanobis distances to each class mean after each of the eight fixes: float32 (n, 8, 47)."""
    features = to_features(images)
    turned = np.stack([fix(features, number) for number in range(8)], axis=1).reshape(8 * len(images), -1)
    white = turned @ reference.whitening
    means = to_features(upright(reference.means)).reshape(CLASS_COUNT, -1) @ reference.whitening
    squared: np.ndarray = (white**2).sum(1)[:, None] - 2 * white @ means.T + (means**2).sum(1)
    return squared.reshape(len(images), 8, CLASS_COUNT)


def _mixture(evidence: np.ndarray, rounds: int = 60) -> tuple[np.ndarray, float]:
    """Log-likelihoods (n, 8) -> the share of each of the eight, and the log-likelihood of that mixture."""
    shares = np.full(8, 1 / 8)
    peak = evidence.max(1, keepdims=True)
    likelihood = np.exp((evidence - peak).astype(np.float64))
    for _ in range(rounds):
        responsible = likelihood * shares
        shares = (responsible / responsible.sum(1, keepdims=True)).mean(0)
    return shares, float((np.log(likelihood @ shares) + peak[:, 0]).sum())


def _disagreeing(to_classes: np.ndarray, labels: np.ndarray, best: int, reference: Statistics) -> str:
    """Classes whose images, taken by their label, are stored in another way than the rest or show something else."""
    own = np.take_along_axis(to_classes, labels[:, None, None].astype(int), axis=2)[:, :, 0]
    rank = (to_classes[:, best] < own[:, best, None]).sum(1)
    found = []
    for label in np.unique(labels):
        members = labels == label
        if members.sum() < CLASS_MINIMUM:
            continue
        evidence = -own[members].sum(0) / (2 * reference.temperature)
        another_way = evidence.max() - evidence[best] > max(MIXED_EVIDENCE, CLASS_EVIDENCE * members.sum())
        if another_way or (rank[members] < NEAR).mean() < AGREEMENT_MINIMUM:
            found.append(CLASSES[label])
    return "".join(found)
