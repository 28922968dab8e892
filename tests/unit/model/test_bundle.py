"""A bundle is checked when it is opened; each fault has its sentence."""

import contextlib
import json
import os
import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hcr.errors import InputError
from hcr.model import bundle
from hcr.model.apart import Apart
from hcr.model.classifier import Classifier

NULL = "JSON's null"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the bundled model."""
    return Path(shutil.copytree(bundle.BUNDLED, tmp_path / "bundle"))


def change(folder: Path, **entries) -> None:
    """Replace entries of config.json; None takes an entry out, NULL is JSON's null."""
    file = folder / bundle.CONFIG_FILE
    values = json.loads(file.read_text()) | entries
    values = {key: value for key, value in values.items() if value is not None}
    file.write_text(json.dumps(values).replace(f'"{NULL}"', "null"))


def test_the_bundled_model_opens():
    opened = bundle.open_bundle(bundle.BUNDLED, "bundled")
    assert opened.origin == "bundled"
    assert opened.config.sha256[bundle.MODEL_FILE] == bundle.sha256(bundle.BUNDLED / bundle.MODEL_FILE)


@pytest.mark.parametrize(
    ("entries", "sentence"),
    [
        ({"classes": "0123456789"}, "another class list"),
        ({"format": 3}, "bundle format 3; this version of the program reads format 1 to 2"),
        ({"input": {"shape": [32, 32, 1]}}, "the model expects the input"),
        ({"temperature": 0}, "temperature is 0"),
        ({"temperature": "warm"}, "temperature is 'warm'"),
        ({"abstain_threshold": 1.5}, "abstain_threshold is 1.5"),
        ({"recipe": None}, "an entry is missing"),
        ({"format": True}, "bundle format True"),
        ({"temperature": float("nan")}, "temperature is nan"),
        ({"temperature": True}, "temperature is True"),
        ({"abstain_threshold": "0.5"}, "abstain_threshold is '0.5'"),
        ({"parameters": 1.5}, "parameters is 1.5"),
        ({"parameters": -1}, "parameters is -1"),
        ({"recipe": 7}, "recipe is 7"),
        ({"data": []}, "data is "),
        ({"metrics": 3}, "metrics is 3"),
        ({"metrics": {"top1": "x"}}, "top1 is 'x'"),
        ({"metrics": {"top1": True}}, "top1 is True"),
        ({"metrics": {"top1": 0.9, "images": "10000"}}, "images is '10000'"),
        ({"sha256": NULL}, "sha256 is None"),
        ({"sha256": {"model.tflite": NULL}}, "checksum of model.tflite is None"),
        ({"sha256": {"/etc/passwd": "0" * 64}}, "a checksum of '/etc/passwd'"),
        ({"sha256": {"../../secret": "0" * 64}}, "a checksum of '../../secret'"),
        ({"recipe": "half a character: \ud800"}, "not readable as JSON"),
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


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"[" * 100_000, "not readable as JSON"),
        (b'{"a":' * 50_000, "not readable as JSON"),
        (b" " * (300 << 10), "larger than 256 kB"),
        (b'{"format": ' + b"1" * 5000 + b"}", "not readable as JSON"),
        (b"\xff\xfe", "not readable as JSON"),
        (b"[1]", "no JSON object"),
    ],
    ids=["deep list", "deep object", "huge", "huge number", "no UTF-8", "list"],
)
def test_odd_json_is_refused(folder, content, sentence):
    (folder / bundle.CONFIG_FILE).write_bytes(content)
    with pytest.raises(InputError, match=sentence):
        bundle.open_bundle(folder)


def test_a_model_that_is_too_large_is_not_opened(folder):
    os.truncate(folder / bundle.MODEL_FILE, (64 << 20) + 1)
    with pytest.raises(InputError, match="larger than 64 MB"):
        bundle.open_bundle(folder)


def test_sentences_name_a_repo_by_its_name_alone(folder):
    """The cache's folders are nobody's business."""
    change(folder, temperature=0)
    with pytest.raises(InputError) as refusal:
        bundle.open_bundle(folder, "me/model")
    assert str(refusal.value).startswith("me/model: config.json: temperature")
    assert str(folder) not in str(refusal.value)


def test_json_is_the_old_file_or_the_new_one(tmp_path):
    file = tmp_path / "values.json"
    bundle.write_json(file, {"old": 1})
    with pytest.raises(ValueError, match="not JSON compliant"):
        bundle.write_json(file, {"new": float("nan")})
    with pytest.raises(TypeError):
        bundle.write_json(file, {"new": object()})
    assert json.loads(file.read_text()) == {"old": 1}
    assert [entry.name for entry in tmp_path.iterdir()] == ["values.json"]
    bundle.write_json(file, {"new": "ä"})
    assert bundle.read_json(file, "values", 100) == {"new": "ä"}


def test_a_model_that_fails_in_the_runtime_is_refused(folder):
    """Bytes changed all over the file, the checksum made to fit: an answer or a sentence, and no other error. In a
    process of its own, since the runtime may also end the process, which is why foreign models run apart."""
    whole = (folder / bundle.MODEL_FILE).read_bytes()
    rng = np.random.default_rng(0)
    for _ in range(6):
        content = bytearray(whole)
        for place in rng.integers(0, 3000, 40):
            content[place] = rng.integers(0, 256)
        (folder / bundle.MODEL_FILE).write_bytes(content)
        bundle.write_config(folder, bundle.read_config(folder))
        with contextlib.suppress(InputError), Apart(bundle.open_bundle(folder)) as network:
            network.logits(np.zeros((1, 28, 28), np.uint8))


KINDS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
VALUES = st.recursive(
    KINDS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3)
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.sampled_from(sorted(bundle.Config.__dataclass_fields__)), value=VALUES)
def test_any_value_in_a_config_is_taken_or_refused(folder, name, value):
    values = json.loads((bundle.BUNDLED / bundle.CONFIG_FILE).read_text()) | {name: value}
    (folder / bundle.CONFIG_FILE).write_text(json.dumps(values), encoding="utf-8")
    with contextlib.suppress(InputError):
        opened = bundle.open_bundle(folder)
        assert opened.name
        assert f"{opened.config.metrics.get('top1', 0.5):.1%} {opened.config.metrics.get('images', 1):,}"


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=300))
def test_any_bytes_as_a_config_are_refused(folder, content):
    (folder / bundle.CONFIG_FILE).write_bytes(content)
    with pytest.raises(InputError):
        bundle.open_bundle(folder)
