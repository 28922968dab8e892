"""A model of somebody else's: the same answers as in this process, an end to what loops or eats memory, no secrets."""

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import psutil
import pytest

from hcr.data.generated import standin
from hcr.data.orientation import upright
from hcr.errors import InputError
from hcr.model import apart, bundle
from hcr.model.apart import Apart
from hcr.model.classifier import Classifier
from tests.hostile_models import write_hostile

IMAGES = np.ascontiguousarray(upright(standin.generate(2).images))


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with looping.tflite and hungry.tflite."""
    return write_hostile(tmp_path_factory.mktemp("hostile"))


def bundle_of(model: Path, folder: Path) -> bundle.Bundle:
    shutil.copytree(bundle.BUNDLED, folder)
    shutil.copyfile(model, folder / bundle.MODEL_FILE)
    bundle.write_config(folder, bundle.read_config(folder))
    return bundle.open_bundle(folder, "somebody/model")


def test_the_same_answers_as_in_this_process():
    opened = bundle.open_bundle(bundle.BUNDLED)
    with Apart(opened) as network:
        answers = [network.logits(IMAGES[:1]), network.logits(IMAGES)]
    here = Classifier(opened)
    assert np.array_equal(answers[0], here.logits(IMAGES[:1]))
    assert np.array_equal(answers[1], here.logits(IMAGES))


def test_the_process_knows_no_secrets_and_ends(monkeypatch):
    for name in ("HF_TOKEN", "KAGGLE_KEY", "HCR_MODEL", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "secret")
    before = {child.pid for child in psutil.Process().children()}
    with Apart(bundle.open_bundle(bundle.BUNDLED)) as network:
        network.logits(IMAGES[:1])
        (child,) = (child for child in psutil.Process().children() if child.pid not in before)
        environment = child.environ()
        assert "secret" not in environment.values()
        assert set(environment) <= {*apart.KEPT_VARIABLES, *apart.bare_environment("")}
        assert Path(environment["HOME"]) != Path.home()
    assert not child.is_running()


def test_a_model_that_loops_is_stopped(hostile, tmp_path, monkeypatch):
    monkeypatch.setattr(apart, "ANSWER_SECONDS", 5)
    with Apart(bundle_of(hostile / "looping.tflite", tmp_path / "bundle")) as network:
        with pytest.raises(InputError, match="somebody/model: the model was stopped"):
            network.logits(IMAGES)
        with pytest.raises(InputError, match="somebody/model: the model was stopped"):  # nor does it come back
            network.logits(IMAGES)


def test_a_model_that_eats_memory_is_stopped(hostile, tmp_path):
    opened = bundle_of(hostile / "hungry.tflite", tmp_path / "bundle")
    with (
        Apart(opened) as network,
        pytest.raises(InputError, match=r"somebody/model: (the model was stopped|.*fails when it is run)"),
    ):
        network.logits(IMAGES)


def test_what_is_no_model_says_so(tmp_path):
    (tmp_path / "none.tflite").write_bytes(b"TFL3" * 100)
    opened = bundle_of(tmp_path / "none.tflite", tmp_path / "bundle")
    with Apart(opened) as network, pytest.raises(InputError, match=r"somebody/model: model\.tflite is not a LiteRT model"):
        network.logits(IMAGES)


def test_limits_hold_for_the_whole_process():
    script = "from hcr.model.apart import limit_this_process as l; l(300 << 20, 60, 1000); x = bytearray(400 << 20)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=60)
    assert "MemoryError" in done.stderr
