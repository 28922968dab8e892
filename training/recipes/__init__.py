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
    """What a recipe makes to learn from beside EMNIST. hands: the share, 0 to 1, of a batch's characters that are glyphs of
    other hands (`training.hands`), the same throughout; pool, validation: how many pictures of what is no character
    (`training.negatives`) are made, to learn from and to choose thresholds by; 60,000 take three minutes; cut: how many
    characters are cut out of words in which they touch."""

    hands: float = 0.0
    pool: int = 60_000
    validation: int = 4_000
    cut: int = 40_000


@dataclass(frozen=True)
class Phase:
    """A part of a run, with one course of the learning rate (`training.run.phases`).

    until: up to which share of all epochs, 0 to 1; peak: the rate's, as a share of the recipe's own; negatives: the share of
    a batch that is no character, for which the network has one output more; cut: the share of a batch, taken from EMNIST's,
    that is cut out of words; again: the share of EMNIST's images that are drawn large and converted again; trust: the share
    of each EMNIST label that the network as it was before decides; augmentation: None for none. All shares 0 to 1.
    """

    until: float = 1.0
    peak: float = 1.0
    negatives: float = 0.0
    cut: float = 0.0
    again: float = 0.0
    trust: float = 0.0
    augmentation: Augmentation | None = None


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
    mixed_precision: bool = False
    kernel_rate: float | None = None
    sides: tuple[tuple[float, int], ...] = ()
    mix: Mix | None = None
    phases: tuple[Phase, ...] = (Phase(),)
    seed: int = 0

    @property
    def outputs(self) -> int:
        """47 classes, and "no character" where the recipe teaches it."""
        return CLASS_COUNT + any(phase.negatives for phase in self.phases)

    @property
    def ends(self) -> tuple[int, ...]:
        """Of each phase the first epoch behind it, counted from 0."""
        return tuple(round(phase.until * self.epochs) for phase in self.phases)

    def phase(self, epoch: int) -> int:
        """The number of the phase that an epoch is in, both counted from 0."""
        return sum(epoch >= end for end in self.ends[:-1])

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
        mixed_precision=True,
        phases=(Phase(augmentation=Augmentation()),),
    )


def hands() -> Recipe:
    """The bundled network: EMNIST, other hands and what is no character, in one residual network of 1.11 M parameters and
    66 M multiply-adds, learnt by Muon.

    Expected: 90.2 % with `--extra bymerge`, 93.1 % of drawn and 88.8 % of photographed characters, in 322 minutes on busy
    cores without bfloat16.

    No averaging: Muon turns the kernels so far in a step that their mean no longer fits the statistics of batch
    normalisation, and behind the end of a cosine there is nothing left to average.
    """
    return Recipe(
        "hands",
        lambda side: architecture.residual(CLASS_COUNT + 1, side),
        True,
        epochs=72,
        batch_size=128,
        learning_rate=3e-3,
        images_per_epoch=60 * 1024,
        cosine=True,
        weight_decay=1e-2,
        label_smoothing=0.1,
        kernel_rate=0.07,
        sides=((12 / 72, 20), (21 / 72, 24), (1.0, SIDE)),
        mix=Mix(hands=0.183),
        phases=(
            Phase(30 / 72, negatives=0.18, augmentation=Augmentation()),
            Phase(50 / 72, 0.5, negatives=0.18, cut=0.12, again=0.5, trust=0.5, augmentation=Augmentation()),
            Phase(1.0, 0.4, negatives=0.12, cut=0.06, again=0.2, trust=0.5, augmentation=Augmentation().times(0.6)),
        ),
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
        mix=Mix(pool=3_000, validation=600),
        phases=(Phase(negatives=0.15, augmentation=Augmentation()),),
    )


RECIPES: dict[str, Callable[[], Recipe]] = {"classic": classic, "compact": compact, "hands": hands, "smoke": smoke}
