"""What a network trains on: the validation part, and no image that it is tested on. In a process of its own, with Keras."""

import json
import subprocess
import sys

import numpy as np
import pytest

from hcr.data.generated import standin
from hcr.data.split import Split
from tests.conftest import ROOT
from training.data.acquire import write_idx

PREPARE = """
import json, sys
import numpy as np
from training.data import prepare, validation_indices
data = prepare(sys.argv[1], "bymerge")
labels = np.repeat(np.arange(47), 20)
train, validation = ({image.tobytes() for image in images} for images in (data.images, data.validation_images))
print(json.dumps({
    "images": len(data.images), "validation": len(data.validation_images), "shared": len(train & validation),
    "counts": np.bincount(data.validation_labels).tolist(), "description": data.description,
    "held": sys.argv[2] in {image.tobytes().hex() for image in data.images},
    "again": validation_indices(labels).tolist() == validation_indices(labels).tolist(),
}))
"""


@pytest.fixture(scope="module")
def prepared(tmp_path_factory) -> dict:
    """20 images a class to train on, 5 to test on, and an extra split that holds three of the test images."""
    folder = tmp_path_factory.mktemp("emnist")
    train, test = standin.generate(20, 1, "balanced-train"), standin.generate(5, 2, "balanced-test")
    fresh = standin.generate(3, 3)
    extra = Split(
        np.concatenate([fresh.images, test.images[:3]]),
        np.concatenate([fresh.labels, test.labels[:3]]),
        "bymerge-train",
        "a test",
        generated=True,
    )
    for split in (train, test, extra):
        write_idx(split, folder)
    held_out = np.ascontiguousarray(test.images[0].T).tobytes().hex()
    command = [sys.executable, "-c", PREPARE, str(folder), held_out]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_validation_is_stratified_and_apart(prepared):
    assert prepared["counts"] == [4] * 47  # a fifth of a small class
    assert prepared["shared"] == 0
    assert prepared["again"]


def test_extra_images_are_added_but_no_test_image(prepared):
    assert prepared["images"] == 47 * 16 + 47 * 3
    assert not prepared["held"]
    assert "141 of 144 images of EMNIST bymerge-train" in prepared["description"]
