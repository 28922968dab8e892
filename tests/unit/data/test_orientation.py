"""Raw and upright against independent references, and the detector: what it names, and where it says it cannot tell."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from hcr.alphabet import CLASSES
from hcr.data import files as emnist
from hcr.data.generated import standin
from hcr.data.orientation import FIXES, RAW, UPRIGHT, detect, eight, fix, raw, steps, upright
from hcr.data.reference import statistics
from hcr.errors import InputError

INVERSE = (0, 3, 2, 1, 4, 5, 6, 7)
"""The fix that undoes each of the eight: turns go back, what has a mirror in it is its own inverse."""


def in_orientation(images: np.ndarray, number: int) -> np.ndarray:
    """Upright images stored so that FIXES[number] brings them upright."""
    return np.ascontiguousarray(fix(images, INVERSE[number]))


@pytest.fixture(scope="module")
def generated() -> emnist.Split:
    return standin.generate(20, seed=3)


@pytest.fixture(scope="module")
def real(emnist_folder: Path) -> np.ndarray:
    return np.ascontiguousarray(upright(emnist.read_split(emnist_folder, "balanced-test").images))


class TestTurning:
    def test_upright_is_fliplr_then_rot90_image_by_image(self, generated):
        for image, turned in zip(generated.images[:50], upright(generated.images[:50]), strict=True):
            assert np.array_equal(turned, np.rot90(np.fliplr(image)))
            assert np.array_equal(turned, image.T)

    def test_every_pixel_goes_where_row_and_column_swap(self):
        image = np.arange(784, dtype=np.uint16).reshape(28, 28)
        turned = upright(image)
        assert all(turned[column, row] == image[row, column] for row in range(28) for column in range(28))

    @pytest.mark.parametrize("name", ["F", "L", "R", "2", "7"])
    def test_glyphs_of_known_asymmetry_come_out_as_they_are_written(self, generated, name):
        template = standin.draw(name).astype(float)  # drawn upright, never stored
        mean = upright(generated.images[generated.labels == CLASSES.index(name)]).astype(float).mean(0)
        likeness = [np.corrcoef(template.ravel(), image.ravel())[0, 1] for _, image in eight(mean)]
        assert int(np.argmax(likeness)) == UPRIGHT

    @pytest.mark.parametrize("name", ["F", "L", "R", "2", "7"])
    def test_real_class_means_come_out_as_the_glyphs_are_written(self, name):
        template = standin.draw(name).astype(float)
        mean = statistics().means[CLASSES.index(name)].astype(float)  # as stored by NIST
        likeness = [np.corrcoef(template.ravel(), image.ravel())[0, 1] for _, image in eight(mean)]
        assert FIXES[int(np.argmax(likeness))] == FIXES[RAW]

    def test_raw_undoes_upright(self, generated):
        assert np.array_equal(raw(upright(generated.images)), generated.images)

    def test_upright_makes_no_copy(self, generated):
        assert np.shares_memory(upright(generated.images), generated.images)

    def test_the_steps_lead_to_upright(self, generated):
        names, images = zip(*steps(generated.images[0]), strict=True)
        assert names == ("raw", "fliplr", "rot90")
        assert np.array_equal(images[1], cv2.flip(images[0], 1))
        assert np.array_equal(images[2], cv2.rotate(images[1], cv2.ROTATE_90_COUNTERCLOCKWISE))
        assert np.array_equal(images[2], upright(generated.images[0]))

    def test_the_eight_are_all_different_and_two_of_them_are_raw_and_upright(self, generated):
        image = generated.images[generated.labels == CLASSES.index("F")][0]
        found = eight(image)
        assert len({picture.tobytes() for _, picture in found}) == 8
        assert np.array_equal(found[UPRIGHT][1], image)
        assert np.array_equal(found[RAW][1], upright(image))

    @pytest.mark.parametrize("number", range(8))
    def test_each_fix_has_its_inverse(self, generated, number):
        assert np.array_equal(fix(in_orientation(generated.images[:5], number), number), generated.images[:5])


class TestDetector:
    def test_names_the_generated_characters_raw_and_upright(self, generated):
        assert detect(generated.images, generated.labels).kind == "raw"
        assert detect(upright(generated.images), generated.labels).kind == "upright"

    @pytest.mark.parametrize("number", range(8))
    def test_names_the_fix_for_each_orientation(self, generated, number):
        found = detect(in_orientation(upright(generated.images), number))
        assert found.best == number
        assert found.kind == {UPRIGHT: "upright", RAW: "raw"}.get(number, "turned")
        assert found.sure > 0.999

    def test_its_sentence_names_code_that_brings_them_upright(self, generated):
        for number in range(8):
            stored = in_orientation(upright(generated.images[:200]), number)
            sentence = detect(stored).sentence
            code = sentence.split(": ")[1].split(" brings")[0] if "brings" in sentence else "image"
            fixed = np.stack([eval(code, {"np": np, "image": image}) for image in stored[:5]])
            assert np.array_equal(fixed, upright(generated.images[:5])), sentence

    @pytest.mark.parametrize(
        "images",
        [
            np.random.default_rng(0).integers(0, 256, (200, 28, 28)).astype(np.uint8),
            np.zeros((200, 28, 28), np.uint8),
            np.full((200, 28, 28), 255, np.uint8),
            (np.random.default_rng(1).random((200, 28, 28)) < 0.2).astype(np.uint8) * 255,
        ],
        ids=["noise", "black", "white", "specks"],
    )
    def test_cannot_tell_what_is_no_handwriting(self, images):
        found = detect(images)
        assert found.kind == "unknown"
        assert found.sentence.startswith("Cannot tell")

    def test_cannot_tell_inverted_images_and_says_what_it_expects(self, generated):
        found = detect(255 - generated.images)
        assert found.kind == "unknown"
        assert "white on black" in found.sentence

    def test_cannot_tell_from_too_few(self, generated):
        round_ones = generated.images[generated.labels == CLASSES.index("O")]
        assert detect(round_ones[:2]).kind == "unknown"

    def test_nothing_at_all_is_refused(self):
        with pytest.raises(InputError, match="no image"):
            detect(np.empty((0, 28, 28), np.uint8))

    def test_mixed_files_are_called_mixed(self, generated):
        images = generated.images.copy()
        images[::2] = upright(images[::2])
        found = detect(images)
        assert found.kind == "mixed"
        assert "raw" in found.sentence
        assert "upright" in found.sentence

    def test_labels_are_not_needed_and_wrong_ones_change_no_verdict(self, generated):
        wrong = np.random.default_rng(0).permutation(generated.labels)
        assert detect(generated.images).kind == detect(generated.images, wrong).kind == "raw"
        assert len(detect(generated.images, wrong).disagreeing) > 35

    def test_images_may_be_of_any_memory_layout(self, generated):
        view = upright(generated.images)
        assert detect(view).sure == detect(np.ascontiguousarray(view)).sure


@pytest.mark.real_data
class TestDetectorOnRealImages:
    def test_names_the_right_one_of_eight_in_99_percent_of_400_draws_of_200(self, real):
        rng = np.random.default_rng(0)
        right = 0
        for draw in range(400):
            number = draw % 8
            found = detect(in_orientation(real[rng.choice(len(real), 200, replace=False)], number))
            right += found.best == number and found.kind == {UPRIGHT: "upright", RAW: "raw"}.get(number, "turned")
        assert right >= 396

    @pytest.mark.parametrize("share", [0.3, 0.5])
    def test_calls_raw_and_upright_together_mixed(self, real, share):
        rng = np.random.default_rng(1)
        for _ in range(20):
            images = real[rng.choice(len(real), 200, replace=False)]
            images[: int(200 * share)] = raw(images[: int(200 * share)])
            assert detect(images).kind == "mixed"

    def test_no_class_of_the_real_test_split_disagrees(self, emnist_folder):
        split = emnist.read_split(emnist_folder, "balanced-test")
        assert detect(split.images[:4000], split.labels[:4000]).disagreeing == ""

    def test_a_class_stored_in_another_way_is_named(self, emnist_folder):
        split = emnist.read_split(emnist_folder, "balanced-test")
        images, labels = split.images[:4000].copy(), split.labels[:4000]
        for name in "F7L":
            images[labels == CLASSES.index(name)] = upright(images[labels == CLASSES.index(name)])
        found = detect(images, labels)
        assert found.kind == "raw"
        assert set(found.disagreeing) == set("F7L")

    def test_swapped_labels_are_named(self, emnist_folder):
        split = emnist.read_split(emnist_folder, "balanced-test")
        labels = split.labels[:4000].copy()
        c, m = CLASSES.index("C"), CLASSES.index("M")
        labels = np.where(labels == c, m, np.where(labels == m, c, labels)).astype(np.uint8)
        assert set(detect(split.images[:4000], labels).disagreeing) == set("CM")


def test_the_statistics_are_of_real_train_images_and_hold_no_single_one():
    found = statistics()
    assert found.counts.min() > 500  # a mean of so many shows nobody's writing
    assert "train" in found.description
    assert found.means.shape == (47, 28, 28)
    assert np.allclose(found.ink, found.means.mean((1, 2)), atol=1.0)
