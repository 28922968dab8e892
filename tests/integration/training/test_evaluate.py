"""From a bundle and a split to the report that travels with the bundle."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from hcr.alphabet import CLASS_COUNT
from hcr.data import files as emnist
from hcr.data.orientation import upright
from hcr.data.split import Split
from hcr.errors import InputError
from hcr.image import SIDE
from hcr.model import bundle
from hcr.model.classifier import Classifier
from hcr.probabilities import group_confidence
from hcr.report import evaluation, predictions
from training.evaluate import evaluate, summary


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the bundled model without its report."""
    shutil.copytree(bundle.BUNDLED, tmp_path / "model", ignore=shutil.ignore_patterns("evaluation"))
    return tmp_path / "model"


def bars() -> Split:
    """A hundred images that are no characters, but images enough for a report."""
    rng = np.random.default_rng(5)
    images = np.zeros((100, SIDE, SIDE), np.uint8)
    for image in images:
        image[rng.integers(2, 12) :, rng.integers(8, 20) :][:12, :3] = 255
    return Split(images, (np.arange(100) % CLASS_COUNT).astype(np.uint8), "bars", "a test", generated=True)


def test_the_report_says_what_the_model_answers(folder):
    split = bars()
    found = evaluate(folder, split)
    opened = bundle.open_bundle(folder)
    expected = Classifier(opened).probabilities(np.ascontiguousarray(upright(split.images)))
    stored = predictions.read_predictions(folder / bundle.PREDICTIONS_FILE, bundle.sha256(folder / bundle.MODEL_FILE))
    assert np.array_equal(stored.guesses, expected.argmax(1))
    np.testing.assert_allclose(stored.confidence, expected.max(1), atol=1e-6)
    assert (stored.group_confidence <= group_confidence(expected) + 1e-6).all()
    assert stored.provenance.images_sha256 == split.fingerprint
    metrics = json.loads((folder / bundle.METRICS_FILE).read_text())
    assert metrics["top1"]["value"] == found.top1.value == opened.config.metrics["top1"]
    assert opened.config.metrics["images"] == 100
    assert "100 generated characters" in summary(found)
    again = evaluation.open_report(opened)
    assert again.top1 == found.top1
    assert again is evaluation.open_report(opened)  # read once, not at every visit


def test_a_report_of_other_weights_is_refused(folder):
    evaluate(folder, bars())
    config = bundle.read_config(folder)
    (folder / bundle.MODEL_FILE).write_bytes((folder / bundle.MODEL_FILE).read_bytes() + b"\0")
    bundle.write_config(folder, config)
    with pytest.raises(InputError, match="another model"):
        evaluation.open_report(bundle.open_bundle(folder))


def test_no_images_no_report(folder):
    split = bars()
    with pytest.raises(InputError, match="no images"):
        evaluate(folder, Split(split.images[:0], split.labels[:0], "bars", "a test"))
    assert not (folder / bundle.PREDICTIONS_FILE).exists()


@pytest.mark.parametrize("name", [bundle.METRICS_FILE, bundle.CONFIG_FILE])
def test_a_full_disk_leaves_what_was_there(folder, name):
    """Linux's /dev/full answers every write as a full disk does."""
    evaluate(folder, bars())
    before = (folder / name).read_bytes()
    (folder / f"{name}.part").symlink_to("/dev/full")
    with pytest.raises(OSError, match="No space left"):
        evaluate(folder, bars())
    assert (folder / name).read_bytes() == before
    assert not (folder / f"{name}.part").is_symlink()


@pytest.mark.real_data
def test_the_bundled_report_is_of_the_test_images(emnist_folder):
    """The report that travels with the model is what the model answers on real EMNIST, here on every tenth image."""
    found = evaluation.open_report(bundle.open_bundle(bundle.BUNDLED)).predictions
    split = emnist.read_split(emnist_folder, "balanced-test")
    assert found.provenance.images_sha256 == split.fingerprint
    chosen = found.index[::10]
    expected = Classifier(bundle.open_bundle(bundle.BUNDLED)).probabilities(
        np.ascontiguousarray(upright(split.images[chosen]))
    )
    assert np.array_equal(found.labels, split.labels[found.index])
    assert (found.guesses[::10] == expected.argmax(1)).mean() > 0.999  # another CPU may round a tie the other way
    np.testing.assert_allclose(found.confidence[::10], expected.max(1), atol=1e-3)
