"""What a network says of one image: probabilities of the 47 classes, and what follows from them."""

from dataclasses import dataclass, field

import numpy as np

from hcr.alphabet import CLASSES, GROUP_INDEX, group_of

_GROUPS = np.array(GROUP_INDEX)


@dataclass(frozen=True)
class Prediction:
    """probabilities: float32 (47,), summing to 1, of the classes if it is a character; known: False where the model is not
    sure enough to be believed; maps: float32 (h, w, 47), each position's share of each class's logit, None for a model
    that gives none; character: how likely it is one character at all, 0 to 1; is_character: False where that is too little.
    """

    probabilities: np.ndarray
    known: bool
    maps: np.ndarray | None = field(default=None, repr=False)
    character: float = 1.0
    is_character: bool = True

    def top(self, count: int = 5) -> tuple[tuple[str, float], ...]:
        """The `count` likeliest classes (1 to 47) with their probabilities, 0 to 1, best first."""
        order = np.argsort(-self.probabilities, kind="stable")[:count]
        return tuple((CLASSES[index], float(self.probabilities[index])) for index in order)

    @property
    def text(self) -> str:
        """The first guess, one of the 47 classes, whether known or not."""
        return CLASSES[int(self.probabilities.argmax())]

    def activation_map(self, label: int) -> np.ndarray | None:
        """Where the image speaks for the class `label` (0 to 46): float32 (h, w), 0 to 1; None for a model without maps.

        Source: class activation mapping, Zhou et al. 2016. The last layer is linear behind global average pooling, so
        each position's share of a class's logit is its features times that class's weights; the model gives it as is.
        """
        if self.maps is None:
            return None
        positive: np.ndarray = np.maximum(self.maps[:, :, label], 0)
        return positive / max(float(positive.max()), 1e-6)

    @property
    def look_alike(self) -> str | None:
        """The second guess, where it shares the shape of the first (O and 0) and is not far-fetched (2 % or more)."""
        (first, _), (second, probability) = self.top(2)
        return second if group_of(first) == group_of(second) and probability >= 0.02 else None


def softmax(logits: np.ndarray) -> np.ndarray:
    """Logits float (..., n), of any size -> float (..., n) of the same dtype, each in [0, 1] and summing to 1 over the last
    axis; the largest logit is taken off first, so that no exponential overflows.

    >>> softmax(np.array([0.0, np.log(3)])).round(2).tolist()
    [0.25, 0.75]
    >>> softmax(np.array([1000.0, 1000.0])).tolist()
    [0.5, 0.5]
    """
    powers: np.ndarray = np.exp(logits - logits.max(-1, keepdims=True))
    return np.asarray(powers / powers.sum(-1, keepdims=True))


def character_evidence(outputs: np.ndarray) -> np.ndarray:
    """What a network's 48 outputs say for "one character" against "none": float (..., 48) -> float (...), the logarithm of
    the odds as the network gives them, not calibrated.

    >>> character_evidence(np.zeros(48)).round(3) == np.log(47).round(3)
    np.True_
    """
    classes = outputs[..., :-1]
    largest = classes.max(-1)
    summed: np.ndarray = largest + np.log(np.exp(classes - largest[..., None]).sum(-1))
    return np.asarray(summed - outputs[..., -1])


def character_probability(outputs: np.ndarray, scale: float, offset: float) -> np.ndarray:
    """The calibrated probability of one character (Platt 1999): float (..., 48) -> float32 (...), 0 to 1."""
    odds = np.clip(scale * character_evidence(outputs) + offset, -60, 60)
    return np.asarray(1 / (1 + np.exp(-odds)), np.float32)


def group_confidence(probabilities: np.ndarray) -> np.ndarray:
    """The probability of the first guess with its shape-identical classes: float (..., 47) -> float (...), 0 to 1.

    An O that might be a 0 is a sure reading of a round shape, so this is what the abstain threshold is held against.

    >>> shares = np.zeros(47)
    >>> shares[[CLASSES.index("O"), CLASSES.index("0"), CLASSES.index("D")]] = 0.5, 0.25, 0.25
    >>> float(group_confidence(shares))
    0.75
    """
    first = _GROUPS[probabilities.argmax(-1)]
    shares: np.ndarray = np.where(first[..., None] == _GROUPS, probabilities, 0)
    return np.asarray(shares.sum(-1))
