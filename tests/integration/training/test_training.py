"""Train, resume after a kill, export, and feed the network the same bits as the app does."""

import re
import shutil
import subprocess
import sys

import numpy as np
import pytest
from ai_edge_litert.interpreter import Interpreter
from PIL import Image

from hcr.data import files as emnist
from hcr.data.generated import standin
from hcr.data.orientation import upright
from hcr.image import to_input
from hcr.model import bundle
from hcr.model.classifier import Classifier, _Runner
from tests.conftest import ROOT
from tests.integration.conftest import Trained
from training.data import used
from training.negatives.glyphs import Glyphs
from training.negatives.pool import Use, build

# in a process of its own: TensorFlow, once loaded, keeps a gigabyte
KERAS_SAYS = """
import sys, numpy as np, keras
model = keras.saving.load_model(sys.argv[1], compile=False, safe_mode=True)
np.save(sys.argv[3], model.predict(np.load(sys.argv[2]), batch_size=250, verbose=0))
"""


def test_the_same_command_goes_on_and_says_so(trained: Trained):
    assert re.search(r"Going on after epoch [12] of 3", trained.said)
    assert "validation=" in trained.said
    rows = (trained.bundle / "training" / "log.csv").read_text().splitlines()
    assert [row.split(",")[0] for row in rows] == ["epoch", "0", "1", "2"]
    last = dict(zip(rows[0].split(","), map(float, rows[-1].split(",")), strict=True))
    assert 0.5 < last["accuracy"] < 1  # of the whole epoch: that of its last batch is a multiple of 1/64
    assert (last["accuracy"] * 64) % 1
    with Image.open(trained.bundle / "training" / "curve.png") as curve:
        assert curve.size == (880, 420)


def test_the_smoke_recipe_learns_generated_characters(trained: Trained):
    test = standin.generate(20, seed=9)
    found = Classifier(bundle.open_bundle(trained.bundle)).logits(np.ascontiguousarray(upright(test.images))).argmax(1)
    assert (found == test.labels).mean() > 0.75


def test_the_smoke_recipe_learns_what_is_no_character(trained: Trained):
    """Of negatives made from other characters than it learnt from, most are refused, of characters few."""
    classifier = Classifier(bundle.open_bundle(trained.bundle))
    config = classifier.bundle.config
    assert 0 < config.character_threshold < 1
    test = standin.generate(10, seed=9)
    images = np.ascontiguousarray(upright(test.images))
    negatives = build(Use.TEST, Glyphs(images, test.labels), 300).images
    assert (classifier.characters(images) >= config.character_threshold).mean() > 0.9
    assert (classifier.characters(negatives) < config.character_threshold).mean() > 0.4
    refused = [classifier.predict(image) for image in negatives[:50]]
    assert any(not prediction.is_character and not prediction.known for prediction in refused)


def test_a_part_of_what_it_was_trained_on_is_known_again(trained: Trained):
    train, test = (emnist.read_split(trained.data, name) for name in ("balanced-train", "balanced-test"))
    part = upright(train.images[::7])
    assert used.count_seen(part, trained.bundle) == len(part)
    assert used.count_seen(upright(test.images), trained.bundle) == 0


@pytest.mark.parametrize("which", ["smoke", "bundled"])
def test_the_exported_model_answers_as_the_keras_model_does(trained: Trained, which, tmp_path):
    folder = trained.bundle if which == "smoke" else bundle.BUNDLED
    images = np.ascontiguousarray(upright(standin.generate(43, seed=3).images))[:2000]
    np.save(tmp_path / "x.npy", to_input(images))
    command = [sys.executable, "-c", KERAS_SAYS, folder / bundle.KERAS_FILE, tmp_path / "x.npy", tmp_path / "y.npy"]
    subprocess.run([str(part) for part in command], cwd=ROOT, check=True, capture_output=True)
    classifier = Classifier(bundle.open_bundle(folder))
    outputs = np.load(tmp_path / "y.npy")
    assert outputs.shape[1] == 48
    said = classifier.outputs(images)
    assert np.abs(said - outputs).max() < 0.05  # float16 has three digits
    assert (said.argmax(1) == outputs.argmax(1)).mean() >= 0.998
    logits = outputs[:, :47] / classifier.bundle.config.temperature
    expected = np.exp(logits - logits.max(1, keepdims=True))
    expected /= expected.sum(1, keepdims=True)
    assert len(images) == 2000
    assert np.abs(classifier.probabilities(images) - expected).max() < 0.01


def test_a_file_for_one_image_at_a_time_answers_the_same(trained: Trained, tmp_path):
    folder = tmp_path / "bundle"
    shutil.copytree(trained.bundle, folder)
    config = (folder / bundle.CONFIG_FILE).read_bytes()
    command = [sys.executable, "-m", "training", "export", str(folder), "--batch"]
    assert subprocess.run([*command, "0"], cwd=ROOT, capture_output=True).returncode == 2
    subprocess.run([*command, "1"], cwd=ROOT, check=True, capture_output=True)
    assert (folder / bundle.CONFIG_FILE).read_bytes() == config
    runner = Interpreter(model_path=str(folder / "model-batch-1.tflite"))
    signature = runner.get_signature_runner()
    ((name, taken),) = signature.get_input_details().items()
    assert taken["shape"].tolist() == taken["shape_signature"].tolist() == [1, 28, 28, 1]
    images = np.ascontiguousarray(upright(standin.generate(1, seed=3).images))
    said = [signature(**{name: to_input(image[None])})["logits"][0] for image in images]
    assert np.abs(np.array(said) - Classifier(bundle.open_bundle(folder)).outputs(images)).max() < 1e-3


def test_training_and_app_feed_the_same_bits(tmp_path, monkeypatch):
    """One source image through training's batches and through the app's classifier: the same float32 values."""
    code = """
import dataclasses, sys, numpy as np
from training.run.batches import Batches
from training.data.prepare import prepare
from training.recipes import classic
data = prepare("generated")
batch, labels = Batches(data, dataclasses.replace(classic(), batch_size=8)).make(0, 0)
np.savez(sys.argv[1], batch=batch, labels=labels, images=data.images)
"""
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "b.npz")], cwd=ROOT, check=True, capture_output=True)
    made = np.load(tmp_path / "b.npz")
    assert made["batch"].dtype == np.float32
    assert made["labels"].shape == (8, 47)
    row = made["batch"][0]
    source = made["images"][np.abs(made["images"] / 255 - row[..., 0]).max((1, 2)) < 1e-3][0]
    fed = []
    run = _Runner.run
    monkeypatch.setattr(_Runner, "run", lambda self, batch: (fed.append(batch.copy()), run(self, batch))[1])
    Classifier(bundle.open_bundle(bundle.BUNDLED)).logits(source[None])
    assert fed[0][0].tobytes() == row.tobytes()
