"""What a run learns from behind its restart, and the class offsets chosen at its end."""

import numpy as np

from hcr.alphabet import CLASS_COUNT
from hcr.data.generated import standin
from hcr.data.orientation import upright
from training.calibrate import class_offsets
from training.negatives.glyphs import Glyphs
from training.run.again import converted_again

SPLIT = standin.generate(2, seed=5)
IMAGES = np.ascontiguousarray(upright(SPLIT.images))


def test_offsets_take_a_leaning_back():
    rng = np.random.default_rng(0)
    labels = np.repeat(np.arange(CLASS_COUNT), 60)
    logits = rng.normal(0, 1.5, (len(labels), CLASS_COUNT)).astype(np.float32)
    logits[np.arange(len(labels)), labels] += 3
    leaning = logits.copy()
    leaning[:, 7] += 2
    offsets = class_offsets(leaning, labels)
    assert offsets.shape == (CLASS_COUNT,)
    assert offsets.argmin() == 7
    straight, before, after = ((rows.argmax(1) == labels).mean() for rows in (logits, leaning, leaning + offsets))
    assert before < straight - 0.02
    assert after > straight - 0.01
    assert abs((leaning + offsets).argmax(1).tolist().count(7) - 60) < 20


def test_images_converted_again_stay_what_they_were():
    again = converted_again(IMAGES, 0)
    assert np.array_equal(again, converted_again(IMAGES, 0))
    assert not np.array_equal(again, IMAGES)
    assert again.dtype == np.uint8
    assert (again.max((1, 2)) == 255).all()
    own = [np.corrcoef(one.ravel(), other.ravel())[0, 1] for one, other in zip(IMAGES, again, strict=True)]
    assert np.median(own) > 0.85


def test_a_character_cut_out_of_a_word_is_the_one_that_was_asked_for():
    glyphs = Glyphs(IMAGES, SPLIT.labels)
    for label in range(CLASS_COUNT):
        ink = glyphs.cut_out(label, np.random.default_rng(label))
        assert ink.dtype == np.float32
        assert (ink > 0.5).sum() > 30, label
