"""The pools that a recipe mixes with EMNIST: other hands, and what is no character. Built once a run, kept beside it."""

import hashlib
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from tqdm import tqdm

from hcr.alphabet import CLASS_COUNT
from hcr.image import SIDE
from training.data.prepare import TrainingData, class_probabilities
from training.hands.pool import Hands
from training.hands.pool import build as build_hands
from training.negatives.glyphs import Glyphs
from training.negatives.pool import Negatives, Use, build, converted
from training.negatives.scripts import font_files
from training.recipes import Recipe
from training.run.again import converted_again

FONTS_SETTING = "HCR_FONTS"
"""The environment variable that names the folder with fonts."""


@dataclass(frozen=True)
class CutOuts:
    """Characters as a reader of words cuts them out where they touch: upright uint8 (n, 28, 28), labels uint8 (n,)."""

    images: np.ndarray
    labels: np.ndarray


@dataclass(frozen=True)
class Pools:
    """hands: glyphs by other hands, None where the recipe wants none; negatives, validation_negatives: no characters, of
    other sources each; description: what they are, in words; fingerprint: SHA-256 of all images; cut_outs,
    again (the training images, each converted again, uint8 (n, 28, 28)): None where the recipe wants none."""

    hands: Hands | None
    negatives: Negatives
    validation_negatives: Negatives
    description: str
    fingerprint: str
    cut_outs: CutOuts | None = None
    again: np.ndarray | None = None


def pools_for(recipe: Recipe, data: TrainingData, fonts: Path | None, folder: Path) -> Pools | None:
    """The pools of a recipe that mixes; None for one that does not. folder: of the run, where they are kept.

    Raises InputError where `fonts` is no folder with fonts.
    """
    if recipe.mix is None:
        return None
    files = font_files(fonts) if fonts else []
    folder.mkdir(parents=True, exist_ok=True)
    hands = build_hands(fonts, recipe.seed, folder) if recipe.mix.hands else None
    taught = Glyphs(data.images, data.labels)
    mix = recipe.mix
    chosen_by = Glyphs(data.validation_images, data.validation_labels)
    key = hashlib.sha256(repr((recipe.seed, mix, data.fingerprint, [file.name for file in files])).encode()).hexdigest()[:16]
    negatives = _kept(folder / f"negatives-{key}.npz", lambda: build(Use.TRAINING, taught, mix.pool, fonts, recipe.seed))
    validation = _kept(
        folder / f"negatives-validation-{key}.npz",
        lambda: build(Use.VALIDATION, chosen_by, mix.validation, fonts, recipe.seed),
    )
    cut_outs = _cut_outs(taught, mix.cut, recipe.seed, data) if any(phase.cut for phase in recipe.phases) else None
    again = converted_again(data.images, recipe.seed) if any(phase.again for phase in recipe.phases) else None
    every = hashlib.sha256()
    written = (hands.learned.images, hands.learned.labels) if hands else ()
    cut = (cut_outs.images, cut_outs.labels) if cut_outs else ()
    for part in (*written, negatives.images, validation.images, *cut):
        every.update(np.ascontiguousarray(part).tobytes())
    pictures = f"{len(negatives.images):,} pictures of what is no character"
    description = f"{hands.description}, and {pictures}" if hands else pictures
    return Pools(hands, negatives, validation, description, every.hexdigest(), cut_outs, again)


def _cut_outs(glyphs: Glyphs, count: int, seed: int, data: TrainingData) -> CutOuts:
    """Of each class as many as its EMNIST images come, so that the prior stays as it is."""
    rng = np.random.default_rng((seed, 3))
    labels = rng.choice(CLASS_COUNT, count, p=class_probabilities(data.labels)).astype(np.uint8)
    images = np.empty((len(labels), SIDE, SIDE), np.uint8)
    for index, label in enumerate(tqdm(labels, desc="cut out", unit=" images", mininterval=5)):
        images[index] = converted(partial(glyphs.cut_out, int(label)), rng)
    return CutOuts(images, labels)


def _kept(file: Path, make: Callable[[], Negatives]) -> Negatives:
    """What the file holds, or what is made now and kept there."""
    if file.is_file():
        try:
            with np.load(file) as arrays:
                return Negatives(arrays["images"], arrays["kinds"])
        except (OSError, ValueError, KeyError, zipfile.BadZipFile, zlib.error):
            pass  # cut short by a kill: made anew
    made = make()
    fresh = file.with_suffix(".part.npz")
    np.savez_compressed(fresh, images=made.images, kinds=made.kinds)
    fresh.replace(file)
    return made
