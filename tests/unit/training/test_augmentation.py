"""Augmented characters stay characters, and stay what they are by the seed."""

import numpy as np

from hcr.data.generated import standin
from hcr.data.orientation import upright
from hcr.model import bundle
from hcr.model.classifier import Classifier
from training.recipes.augmentation import Augmentation, augment

IMAGES = np.ascontiguousarray(upright(standin.generate(6).images))


def test_the_seed_decides():
    first, again, other = (augment(IMAGES, np.random.default_rng(seed), Augmentation()) for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
    assert first.dtype == np.uint8
    assert first.shape == IMAGES.shape


def test_every_image_changes_a_little_and_keeps_its_ink():
    changed = augment(IMAGES, np.random.default_rng(1), Augmentation())
    distance = np.abs(changed.astype(int) - IMAGES).mean((1, 2))
    assert distance.min() > 1
    assert np.median(distance) < 40
    assert (changed.max((1, 2)) >= 200).all()
    ratio = changed.sum((1, 2)) / IMAGES.sum((1, 2))
    assert ratio.min() > 0.3
    assert ratio.max() < 2.5


def test_nothing_asked_nothing_moved():
    nothing = Augmentation(rotation=0, shear=0, scale=0, aspect=0, shift=0, elastic=0, pen=0, blur_share=0)
    assert np.array_equal(augment(IMAGES, np.random.default_rng(1), nothing), IMAGES)


def test_characters_are_still_read():
    """What the bundled model reads, it reads after the changes too, nearly always."""
    classifier = Classifier(bundle.open_bundle(bundle.BUNDLED))
    changed = augment(IMAGES, np.random.default_rng(3), Augmentation())
    before, after = (classifier.logits(images).argmax(1) for images in (IMAGES, changed))
    assert (before == after).mean() > 0.8
