"""A bundle is checked when it is opened; each fault has its sentence."""

import json
import shutil
from pathlib import Path

import pytest

from hcr.errors import InputError
from hcr.model import bundle
from hcr.model.classifier import Classifier


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the bundled model."""
    return Path(shutil.copytree(bundle.BUNDLED, tmp_path / "bundle"))


def change(folder: Path, **entries) -> None:
    file = folder / bundle.CONFIG_FILE
    values = json.loads(file.read_text()) | entries
    file.write_text(json.dumps({key: value for key, value in values.items() if value is not None}))


def test_the_bundled_model_opens():
    opened = bundle.open_bundle(bundle.BUNDLED, "bundled")
    assert opened.origin == "bundled"
    assert opened.config.sha256[bundle.MODEL_FILE] == bundle.sha256(bundle.BUNDLED / bundle.MODEL_FILE)


@pytest.mark.parametrize(
    ("entries", "sentence"),
    [
        ({"classes": "0123456789"}, "another class list"),
        ({"format": 2}, "bundle format 2; this version of the program reads format 1"),
        ({"input": {"shape": [32, 32, 1]}}, "the model expects the input"),
        ({"temperature": 0}, "temperature is 0"),
        ({"temperature": "warm"}, "temperature is 'warm'"),
        ({"abstain_threshold": 1.5}, "abstain_threshold is 1.5"),
        ({"recipe": None}, "an entry is missing"),
    ],
)
def test_a_wrong_config_is_refused(folder, entries, sentence):
    change(folder, **entries)
    with pytest.raises(InputError, match=sentence):
        bundle.open_bundle(folder)


def test_missing_and_damaged_files_are_refused(folder, tmp_path):
    with pytest.raises(InputError, match="no such folder"):
        bundle.open_bundle(tmp_path / "nowhere")
    with pytest.raises(InputError, match=r"config.json is missing"):
        bundle.open_bundle(tmp_path)
    (folder / bundle.CONFIG_FILE).write_text("{")
    with pytest.raises(InputError, match="not readable as JSON"):
        bundle.open_bundle(folder)


def test_a_changed_model_file_is_refused(folder):
    file = folder / bundle.MODEL_FILE
    file.write_bytes(file.read_bytes()[:-1] + b"x")
    with pytest.raises(InputError, match="its checksum differs"):
        bundle.open_bundle(folder)
    file.unlink()
    with pytest.raises(InputError, match=r"model.tflite is missing"):
        bundle.open_bundle(folder)


def test_a_file_that_is_no_model_is_refused(folder):
    (folder / bundle.MODEL_FILE).write_bytes(b"no model at all")
    bundle.write_config(folder, bundle.read_config(folder))
    with pytest.raises(InputError, match="not a LiteRT model"):
        Classifier(bundle.open_bundle(folder))
