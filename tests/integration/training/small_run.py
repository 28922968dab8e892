"""A run of `hands` cut to seconds: dropout, augmentation, averaging, Muon, growing pictures, other hands, negatives and own
labels are as in the recipe. To be killed it runs as a program: python -m tests.integration.training.small_run FOLDER"""

import sys
from dataclasses import replace
from pathlib import Path

import keras
import numpy as np

from hcr.data.generated import standin
from hcr.data.orientation import upright
from training.data.prepare import TrainingData
from training.fit import fit
from training.hands.pool import Hands, Written
from training.negatives.glyphs import Glyphs
from training.negatives.pool import Use, build
from training.recipes import Mix, hands
from training.run.pools import Pools


def run(folder: Path, seed: int = 0, per_class: int = 8, restart: bool = False) -> keras.Model:
    """Train in `folder`, or go on from what it holds."""
    mix = Mix(hands=0.15, cut=200)
    sides = ((0.5, 12), (1.0, 16))
    sizes = {"epochs": 4, "images_per_epoch": 384, "batch_size": 64, "averaging": 0.9}
    recipe = replace(hands(), **sizes, sides=sides, mix=mix, seed=seed)
    train, held = standin.generate(per_class, 1), standin.generate(2, 2)
    images, unseen = (np.ascontiguousarray(upright(split.images)) for split in (train, held))
    data = TrainingData(images, train.labels, unseen, held.labels, "a test", train.fingerprint, (), "a test", {})
    names = np.full(len(held), "a test")
    written = Written(unseen, held.labels, names, names)
    negatives = build(Use.TRAINING, Glyphs(images, train.labels), 40)
    pools = Pools(Hands(written, written, "a test"), negatives, negatives, "a test", "a test")
    return fit(recipe, data, folder, pools, restart)


if __name__ == "__main__":
    (name,) = sys.argv[1:]
    np.savez(Path(name).with_suffix(".npz"), *run(Path(name)).get_weights())
