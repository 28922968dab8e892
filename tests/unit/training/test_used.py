"""The record of the images that a network was trained on."""

from pathlib import Path

import numpy as np
import pytest

from hcr.errors import InputError
from training.data import used

IMAGES = np.random.default_rng(0).integers(0, 256, (60, 28, 28), np.uint8)


def test_each_image_that_was_trained_on_is_known_again(tmp_path: Path):
    assert used.count_seen(IMAGES, tmp_path) is None
    used.remember(IMAGES[:40], tmp_path)
    assert used.count_seen(IMAGES[:40], tmp_path) == 40
    assert used.count_seen(IMAGES[30:], tmp_path) == 10
    almost = IMAGES[:40].copy()
    almost[:, 27, 27] ^= 1
    assert used.count_seen(almost, tmp_path) == 0
    assert (tmp_path / used.IMAGES_FILE).stat().st_size <= 128 + 8 * 40
    used.remember(IMAGES[50:], tmp_path)  # another run
    assert used.count_seen(IMAGES, tmp_path) == 10
    assert [file.name for file in (tmp_path / "training").iterdir()] == ["images.npy"]


def test_a_damaged_record_is_no_record_of_nothing(tmp_path: Path):
    used.remember(IMAGES, tmp_path)
    file = tmp_path / used.IMAGES_FILE
    for content in (file.read_bytes()[:-8], b"", b"no record"):
        file.write_bytes(content)
        with pytest.raises(InputError, match=r"images\.npy: damaged"):
            used.count_seen(IMAGES, tmp_path)
