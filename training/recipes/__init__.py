"""Named recipes. Accuracy: top-1 on the 10,000 of the 18,800 official EMNIST Balanced test images at hand, trained on
EMNIST images that are not the official train split. Time: on two cores."""

from collections.abc import Callable
from dataclasses import dataclass

import keras

from hcr.alphabet import CLASS_COUNT
from hcr.image import SIDE
from training.recipes import architecture
from training.recipes.augmentation import Augmentation


@dataclass(frozen=True)
class Mix:
    """What a batch holds beside EMNIST, as shares of it, 0 to 1: glyphs of other hands (`training.hands`), and what is no
    character (`training.negatives`), for which the network has one output more. pool, validation: how many pictures of the
    latter are made, to learn from and to choose thresholds by; 60,000 take three minutes."""

    hands: float
    negatives: float
    pool: int = 60_000
    validation: int = 4_000


@dataclass(frozen=True)
class Restart:
    """Where a run learns with a high rate again (`training.run.restart`). at: behind which share of all epochs, 0 to 1;
    peak: the new peak as a share of the first; trust: the share of each EMNIST label that the network as it was then
    decides, 0 to 1; cut: the share of a batch, taken from EMNIST's, that is characters cut out of words in which they
    touch, of which `pool` are made; again: the share of EMNIST's images that are drawn large and converted again.
    """

    at: float
    peak: float
    trust: float
    cut: float = 0.0
    again: float = 0.0
    pool: int = 40_000


@dataclass(frozen=True)
class Recipe:
    """Everything that decides a training run but the data.

    images_per_epoch: None takes every image once an epoch; a number draws that many, classes by the square root of
    their size, and the loss takes the difference to a uniform prior into account (logit adjustment, Menon et al. 2021).
    learning_rate: the peak of a cosine schedule with warm-up where `cosine`, else constant.
    averaging: momentum of the exponential moving average of the weights, None for none.
    kernel_rate: where convolutions learn by Muon, its peak learning rate; None where AdamW or Adam learns everything.
    sides: for training on smaller pictures first, (share of all epochs, 0 to 1, up to which; pixels a side) in order, the
    last one up to 1; empty for 28 throughout.
    """

    name: str
    build: Callable[[int | None], keras.Model]
    """pixels a side, or None for any -> the network"""
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
    kernel_rate: float | None = None
    sides: tuple[tuple[float, int], ...] = ()
    mix: Mix | None = None
    restart: Restart | None = None
    seed: int = 0

    @property
    def outputs(self) -> int:
        """47 classes, and "no character" where the recipe teaches it."""
        return CLASS_COUNT + (self.mix is not None and self.mix.negatives > 0)

    @property
    def restart_epoch(self) -> int | None:
        """The first epoch behind the restart, counted from 0; None where there is none."""
        return round(self.restart.at * self.epochs) if self.restart else None

    def side(self, epoch: int) -> int:
        """Pixels a side of the pictures in an epoch, counted from 0."""
        return next((side for share, side in self.sides if epoch < share * self.epochs), SIDE)


def classic() -> Recipe:
    """The textbook network: two convolution + max-pooling blocks, 50 % dropout, softmax, Adam, categorical cross-entropy.

    Expected: 86.6 % in 4 minutes.
    """
    return Recipe("classic", architecture.classic, False, epochs=10, batch_size=128, learning_rate=1e-3)


def compact() -> Recipe:
    """The smaller network: 0.63 M parameters, EMNIST alone, augmentation, smooth labels, cosine schedule, weight averaging.

    Expected: 90.2 % with `--extra bymerge`, in 65 to 85 minutes with KERAS_BACKEND=torch, twice that on TensorFlow.
    """
    return Recipe(
        "compact",
        lambda side: architecture.compact(((32, 32), (64, 64), (160, 160, 160)), side),
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


def hands() -> Recipe:
    """The bundled network: EMNIST, other hands and what is no character, in one residual network of 1.11 M parameters and
    66 M multiply-adds, learnt by Muon.

    Expected: 89.7 % with `--extra bymerge`, 92.7 % of drawn and 88.6 % of photographed characters, in 192 minutes.

    No averaging: Muon turns the kernels so far in a step that their mean no longer fits the statistics of batch
    normalisation, and behind the end of a cosine there is nothing left to average.
    """
    return Recipe(
        "hands",
        lambda side: architecture.residual(CLASS_COUNT + 1, side),
        True,
        epochs=50,
        batch_size=128,
        learning_rate=3e-3,
        images_per_epoch=60 * 1024,
        cosine=True,
        weight_decay=1e-2,
        label_smoothing=0.1,
        augmentation=Augmentation(),
        kernel_rate=0.07,
        sides=((12 / 50, 20), (21 / 50, 24), (1.0, SIDE)),
        mix=Mix(hands=0.15, negatives=0.18),
        restart=Restart(at=30 / 50, peak=0.5, trust=0.5, cut=0.12, again=0.5),
    )


def smoke() -> Recipe:
    """A small network for tests and for a first try on generated characters: 0.06 M parameters.

    Expected: 96 % on generated characters in three minutes; it is no use on anything else.
    """
    return Recipe(
        "smoke",
        lambda side: architecture.compact(((16,), (32,), (64, 64)), side, dropout=0.1, outputs=CLASS_COUNT + 1),
        True,
        epochs=4,
        batch_size=64,
        learning_rate=4e-3,
        images_per_epoch=12_800,
        cosine=True,
        label_smoothing=0.05,
        augmentation=Augmentation(),
        mix=Mix(hands=0.0, negatives=0.15, pool=3_000, validation=600),
    )


RECIPES: dict[str, Callable[[], Recipe]] = {"classic": classic, "compact": compact, "hands": hands, "smoke": smoke}
