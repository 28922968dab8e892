"""The generated characters: repeatable, complete, stored as EMNIST stores them, and learnable."""

import numpy as np
import pytest

from hcr.alphabet import CLASS_COUNT, CLASSES, MERGED_LOWER
from hcr.data.generated import standin
from hcr.data.generated.strokes import TEMPLATES
from hcr.data.orientation import upright
from hcr.data.split import Split


def accuracy_of_nearest_mean(fitted: Split, read: Split) -> float:
    means = np.stack([fitted.images[fitted.labels == label].mean(0) for label in range(CLASS_COUNT)]).reshape(
        CLASS_COUNT, -1
    )
    images = read.images.reshape(len(read), -1).astype(float)
    distance = (means**2).sum(1) - 2 * images @ means.T
    return float((distance.argmin(1) == read.labels).mean())


def test_one_seed_gives_the_same_images_and_another_seed_others():
    first, again, other = standin.generate(3, seed=5), standin.generate(3, seed=5), standin.generate(3, seed=6)
    assert np.array_equal(first.images, again.images)
    assert np.array_equal(first.labels, again.labels)
    assert not np.array_equal(first.images, other.images)


def test_every_class_is_there_in_equal_number_and_says_that_it_is_generated():
    split = standin.generate(4, name="balanced-test")
    assert split.counts.tolist() == [4] * CLASS_COUNT
    assert split.name == "balanced-test"
    assert split.generated
    assert "not EMNIST" in split.source
    assert "not EMNIST" in split.description


def test_no_two_characters_agree():
    images = standin.generate(20).images.reshape(-1, 784)
    assert len(np.unique(images, axis=0)) == len(images)


def test_all_62_characters_have_templates():
    assert set(TEMPLATES) == set(CLASSES) | set(MERGED_LOWER)


def test_a_merged_class_holds_both_of_its_cases():
    images = upright(standin.generate(40).images[standin.generate(40).labels == CLASSES.index("I")]) > 100
    dotted = [(image.any(1)[:14] == 0).sum() - image.any(1)[:14].argmax() > 0 for image in images]
    assert 0 < sum(dotted) < len(dotted)


@pytest.mark.parametrize(
    ("character", "heavy_side"), [("L", "bottom"), ("F", "top"), ("7", "top"), ("P", "top"), ("b", "bottom")]
)
def test_images_are_stored_transposed(character, heavy_side):
    split = standin.generate(30)
    stored = split.images[split.labels == CLASSES.index(character)].astype(float).mean(0)
    across, down = stored.sum(0), stored.sum(1)  # the stored image's columns are the upright one's rows
    top, bottom = across[:14].sum(), across[14:].sum()
    assert (bottom > 1.1 * top) if heavy_side == "bottom" else (top > 1.1 * bottom)
    assert upright(stored).sum(1) == pytest.approx(across)
    assert upright(stored).sum(0) == pytest.approx(down)


def test_images_look_like_the_conversion_made_them():
    images = standin.generate(10).images
    assert (images.reshape(len(images), -1).max(1) == 255).all()
    edge = np.concatenate([images[:, 0], images[:, -1], images[:, :, 0], images[:, :, -1]], axis=1)
    assert edge.max() < 60  # two pixels are left free around the glyph, but for the blur
    assert 0.1 < (images > 64).mean() < 0.35  # EMNIST: 0.23


def test_what_is_learned_from_one_seed_reads_another():
    assert accuracy_of_nearest_mean(standin.generate(60, seed=0), standin.generate(20, seed=1)) >= 0.60


def test_the_named_splits_are_made_once_and_differ():
    assert standin.stand_in("balanced-test") is standin.stand_in("balanced-test")
    with pytest.raises(KeyError):
        standin.stand_in("bymerge-train")


@pytest.mark.parametrize("character", "FLR27")
def test_a_plain_template_is_drawn_upright(character):
    image = standin.draw(character)
    assert image.shape == (28, 28)
    assert image.max() == 255
    top, bottom = image[:14].sum(dtype=int), image[14:].sum(dtype=int)
    assert (bottom > top) == (character in "L2")
