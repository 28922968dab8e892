"""Named recipes. Accuracy: top-1 on the 10,000 of the 18,800 official EMNIST Balanced test images at hand, trained on
EMNIST images that are not the official train split. Time: on two cores."""

from collections.abc import Callable
from dataclasses import dataclass

import keras

from training.recipes import architecture
from training.recipes.augmentation import Augmentation


@dataclass(frozen=True)
class Recipe:
    """Everything that decides a training run but the data.

    images_per_epoch: None takes every image once an epoch; a number draws that many, classes by the square root of
    their size, and the loss takes the difference to a uniform prior into account (logit adjustment, Menon et al. 2021).
    learning_rate: the peak of a cosine schedule with warm-up where `cosine`, else constant.
    averaging: momentum of the exponential moving average of the weights, None for none.
    """

    name: str
    build: Callable[[], keras.Model]
    gives_logits: bool
    epochs: int
    batch_size: int
    learning_rate: float
    images_per_epoch: int | None = None
    cosine: bool = False
    weight_decay: float = 0.0
    label_smoothing: float = 0.0
    averaging: float | None = None
    augmentation: Augmentation | None = None
    mixed_precision: bool = False
    seed: int = 0


def classic() -> Recipe:
    """The textbook network: two convolution + max-pooling blocks, 50 % dropout, softmax, Adam, categorical cross-entropy.

    Expected: 86.6 % in 4 minutes.
    """
    return Recipe("classic", architecture.classic, False, epochs=10, batch_size=128, learning_rate=1e-3)


def compact() -> Recipe:
    """The bundled network: 0.63 M parameters, augmentation, label smoothing, cosine schedule, weight averaging.

    Expected: 90.2 % with `--extra bymerge`, in 65 to 85 minutes with KERAS_BACKEND=torch, twice that on TensorFlow.
    """
    return Recipe(
        "compact",
        lambda: architecture.compact(((32, 32), (64, 64), (160, 160, 160))),
        True,
        epochs=48,
        batch_size=256,
        learning_rate=3e-3,
        images_per_epoch=60 * 1024,
        cosine=True,
        weight_decay=1e-2,
        label_smoothing=0.1,
        averaging=0.999,
        augmentation=Augmentation(),
        mixed_precision=True,
    )


def smoke() -> Recipe:
    """A small network for tests and for a first try on generated characters: 0.06 M parameters.

    Expected: 96 % on generated characters in three minutes; it is no use on anything else.
    """
    return Recipe(
        "smoke",
        lambda: architecture.compact(((16,), (32,), (64, 64)), dropout=0.1),
        True,
        epochs=4,
        batch_size=64,
        learning_rate=4e-3,
        images_per_epoch=12_800,
        cosine=True,
        label_smoothing=0.05,
        augmentation=Augmentation(),
    )


RECIPES: dict[str, Callable[[], Recipe]] = {"classic": classic, "compact": compact, "smoke": smoke}
