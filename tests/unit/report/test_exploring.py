"""Pages of a data set, one image step by step, its averages, and what skipping the fix costs."""

import numpy as np
import pytest

from hcr.alphabet import CLASSES, look_alikes
from hcr.data.generated import standin
from hcr.data.orientation import RAW, UPRIGHT, fix, upright
from hcr.data.pages import averages, page
from hcr.data.split import Split
from hcr.model import bundle
from hcr.model.classifier import Classifier
from hcr.report.orientations import look_at_eight, look_at_steps, skip_the_fix
from hcr.ui.explorer.address import ExplorerView, from_query, settle

SPLIT = standin.generate(6, seed=2, name="balanced-test")


def part(split: Split, chosen: slice | np.ndarray) -> Split:
    return Split(split.images[chosen], split.labels[chosen], split.name, split.source, split.generated)


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return Classifier(bundle.open_bundle(bundle.BUNDLED))


class TestPages:
    def test_pages_together_hold_every_image_once(self):
        for seed in (0, 7):
            shown = np.concatenate([page(SPLIT, None, number, 48, seed).indices for number in range(1, 7)])
            assert sorted(shown) == list(range(len(SPLIT)))

    def test_seed_zero_is_the_stored_order_and_a_seed_always_the_same_other_one(self):
        assert page(SPLIT, None, 1, 12, 0).indices.tolist() == list(range(12))
        assert np.array_equal(page(SPLIT, None, 1, 12, 7).indices, page(SPLIT, None, 1, 12, 7).indices)
        assert not np.array_equal(page(SPLIT, None, 1, 12, 7).indices, page(SPLIT, None, 1, 12, 8).indices)

    def test_a_class_has_its_own_pages(self):
        label = CLASSES.index("R")
        shown = page(SPLIT, label, 1, 12, 3)
        assert (SPLIT.labels[shown.indices] == label).all()
        assert (shown.total, shown.pages, len(shown.indices)) == (6, 1, 6)

    @pytest.mark.parametrize(("asked", "given"), [(0, 1), (-5, 1), (6, 6), (7, 6), (10**9, 6)])
    def test_a_page_that_is_not_there_becomes_the_nearest(self, asked, given):
        assert page(SPLIT, None, asked, 48, 0).number == given


class TestViews:
    def test_a_view_survives_the_address(self):
        view = ExplorerView("balanced-train", "a", "raw", 96, 41, 3, 17)
        assert from_query(dict(pair.split("=") for pair in view.address.split("&"))) == view

    @pytest.mark.parametrize(
        "query",
        [{}, {"class": "ä"}, {"class": "c"}, {"show": "x"}, {"per": "13"}, {"seed": "-1"}, {"at": "0"}, {"sample": "²"}],
    )
    def test_what_makes_no_sense_in_an_address_is_left_at_its_default(self, query):
        assert from_query(query) == ExplorerView()

    def test_huge_numbers_do_no_harm(self):
        view, shown = settle(from_query({"at": "9" * 40, "seed": "9" * 40, "sample": "9" * 40}), SPLIT)
        assert view.page == shown.number == shown.pages
        assert 0 <= view.sample < len(SPLIT)

    def test_the_page_chooses_a_telling_image(self):
        view, shown = settle(ExplorerView(), SPLIT)
        assert view.sample in shown.indices
        assert CLASSES[SPLIT.labels[view.sample]] not in "0OXIN1H"
        assert view.split == "balanced-test"

    def test_an_image_that_was_asked_for_is_kept(self):
        assert settle(ExplorerView(sample=200), SPLIT)[0].sample == 200


class TestOneImage:
    def test_the_model_reads_the_upright_step_as_it_reads_the_upright_image(self, classifier):
        index = int(np.flatnonzero(SPLIT.labels == CLASSES.index("R"))[0])
        looks = look_at_steps(classifier, SPLIT.images[index], CLASSES.index("R"))
        expected = classifier.predict(np.ascontiguousarray(upright(SPLIT.images[index])))
        assert [look.name for look in looks] == ["raw", "fliplr", "rot90"]
        assert np.array_equal(looks[-1].prediction.probabilities, expected.probabilities)
        assert looks[-1].standing == "right"

    def test_exactly_one_of_the_eight_is_right(self, classifier):
        for index in range(12):
            looks = look_at_eight(classifier, SPLIT.images[index], int(SPLIT.labels[index]))
            assert [number for number, look in enumerate(looks) if look.standing == "right"] == [RAW]

    def test_another_orientation_is_the_same_plausible_or_unknown_by_what_the_model_reads(self, classifier):
        standings = set()
        for index in range(40):
            label = int(SPLIT.labels[index])
            for number, look in enumerate(look_at_eight(classifier, SPLIT.images[index], label)):
                if number == RAW:
                    continue
                alike = look.prediction.text in CLASSES[label] + look_alikes(CLASSES[label])
                expected = "unknown" if not look.prediction.known else "same" if alike else "plausible"
                assert look.standing == expected
                standings.add(look.standing)
        assert {"same", "plausible"} <= standings


class TestAverages:
    def test_against_numpy(self):
        found = averages(SPLIT)
        assert found.counts.tolist() == [6] * 47
        for label in range(47):
            mean = np.mean(SPLIT.images[SPLIT.labels == label].astype(float), axis=0)
            assert abs(found.means[label] - mean).max() <= 0.5
            assert found.ink[label] == pytest.approx(mean.mean())

    def test_a_class_without_images_is_black(self):
        kept = SPLIT.labels != 5
        found = averages(part(SPLIT, kept))
        assert found.counts[5] == 0
        assert not found.means[5].any()


class TestSkippingTheFix:
    def test_counts_as_one_would_count_by_hand(self, classifier):
        found = skip_the_fix(classifier, part(SPLIT, slice(94)), 10_000)
        assert found.count == 94
        for number in (UPRIGHT, RAW, 2):
            read = classifier.probabilities(np.ascontiguousarray(fix(SPLIT.images[:94], number))).argmax(1)
            assert found.accuracy[number] == pytest.approx((read == SPLIT.labels[:94]).mean())
        assert found.accuracy.argmax() == RAW
        assert found.accuracy[UPRIGHT] < 0.5 * found.accuracy[RAW]
        assert {entry.name for entry in found.classes} == {CLASSES[label] for label in SPLIT.labels[:94]}

    def test_round_and_crossed_letters_survive_and_one_sided_ones_do_not(self, classifier):
        many = standin.generate(12)
        three = part(many, np.isin(many.labels, [CLASSES.index(name) for name in "XO3"]))
        found = {entry.name: entry for entry in skip_the_fix(classifier, three, 600).classes}
        assert found["X"].without_fix >= 0.5
        assert found["O"].symmetry > 0.8
        assert found["3"].without_fix < 0.2
        assert found["3"].symmetry < found["O"].symmetry
        assert "transposed" in found["O"].why

    def test_the_same_images_are_drawn_every_time_and_progress_ends_at_one(self, classifier):
        told: list[float] = []
        first = skip_the_fix(classifier, SPLIT, 20, told.append)
        assert np.array_equal(first.accuracy, skip_the_fix(classifier, SPLIT, 20).accuracy)
        assert told == sorted(told)
        assert told[-1] == 1.0
