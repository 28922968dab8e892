"""The phases of a long run: which epoch is in which, and how the learning rate goes through them."""

from dataclasses import replace

import pytest

from training.fit import _schedule
from training.recipes import RECIPES, hands
from training.recipes.augmentation import Augmentation


def test_every_epoch_is_in_one_phase() -> None:
    recipe = hands()
    assert [recipe.phase(epoch) for epoch in (0, 29, 30, 49, 50, 71)] == [0, 0, 1, 1, 2, 2]
    short = replace(recipe, epochs=3)
    assert [short.phase(epoch) for epoch in range(3)] == [0, 1, 2]


@pytest.mark.parametrize("name", RECIPES)
def test_phases_end_with_the_run(name: str) -> None:
    recipe = RECIPES[name]()
    assert recipe.ends[-1] == recipe.epochs
    assert list(recipe.ends) == sorted(set(recipe.ends))


def test_the_learning_rate_starts_again_in_each_phase() -> None:
    schedule = _schedule(hands(), 1.0, 7200)
    assert not isinstance(schedule, float)
    rates = [float(schedule(step)) for step in range(0, 7200, 10)]
    peaks = [max(rates[begin:end]) for begin, end in ((0, 300), (300, 500), (500, 720))]
    assert peaks == pytest.approx([1.0, 0.5, 0.4], abs=0.01)
    assert max(rates[299], rates[499], rates[719]) < 0.001


def test_a_gentler_augmentation_moves_less_and_blurs_as_much() -> None:
    gentle = Augmentation().times(0.5)
    assert gentle.rotation == Augmentation().rotation / 2
    assert (gentle.blur, gentle.blur_share) == (Augmentation().blur, Augmentation().blur_share)
