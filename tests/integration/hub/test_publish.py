"""`python -m training publish`: the real Hub client against a loopback Hub."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from huggingface_hub import ModelCard, RepoCard

from hcr.alphabet import CLASSES
from hcr.data.orientation import upright
from hcr.data.split import Split
from hcr.model import bundle
from tests.integration.hub.conftest import writes
from tests.integration.servers.loopback_hub import Hub
from training.data import used
from training.evaluate import evaluate
from training.hub.publish import FILES


def test_a_model_with_its_space(hub: Hub, finished: Path, training, tmp_path: Path) -> None:
    data = hub.create("me/emnist", "dataset")
    command = ("publish", finished, "--repo", "me/model", "--tag", "v1", "--space", "me/space", "--dataset", "me/emnist")
    dry = training(*command, "--dry-run", **hub.environment())
    assert dry.returncode == 0, dry.stderr
    assert "variable HCR_MODEL=me/model@" in dry.stdout
    assert all(name in dry.stdout for name in (*FILES, "app.py", "requirements.txt", "hcr/ui/app.py"))
    assert not writes(hub)

    sent = training(*command, **hub.environment())
    assert sent.returncode == 0, sent.stderr
    assert sent.stdout.rstrip().endswith(f"{hub.address}/spaces/me/space")
    assert "hf_owner" not in sent.stdout + sent.stderr
    model, space = hub.repos["model", "me/model"], hub.repos["space", "me/space"]
    assert len(model.commits) == len(space.commits) == 2  # the Hub's own first one, and one of ours
    assert model.tags == {"v1": model.head.oid}
    files = hub.files("me/model")
    assert set(files) == {*FILES, "README.md", "evaluation/confusion.png", ".gitattributes"}
    assert all(files[name] == (finished / name).read_bytes() for name in FILES)
    assert model.head.files["model.tflite"].lfs
    assert not model.head.files["config.json"].lfs
    assert space.variables == {"HCR_MODEL": f"me/model@{model.head.oid}", "HCR_DATASET": f"me/emnist@{data.head.oid}"}
    assert space.restarts == 1
    space_files = hub.files("me/space", "space")
    assert {name.split("/")[0] for name in space_files} == {
        "app.py",
        "README.md",
        "requirements.txt",
        "hcr",
        "assets",
        ".gitattributes",
    }
    assert not [name for name in space_files if name.endswith(("model.keras", ".pyc"))]
    front = RepoCard(space_files["README.md"].decode()).data
    assert (front["sdk"], front["app_file"], front["models"], front["datasets"]) == (
        "gradio",
        "app.py",
        ["me/model"],
        ["me/emnist"],
    )
    assert front["preload_from_hub"][0].startswith("me/model model.tflite,config.json")
    assert front["preload_from_hub"][0].endswith(model.head.oid)

    again = training(*command, **hub.environment())
    assert again.returncode == 0, again.stderr
    assert again.stdout.count("nothing has changed, no commit made") == 2
    assert (len(model.commits), len(space.commits), space.restarts) == (2, 2, 1)


def test_the_card(hub: Hub, finished: Path, training, tmp_path: Path) -> None:
    bundle.write_config(finished, replace(bundle.read_config(finished), temperature=1.25))
    evaluated = bundle.read_config(finished)
    sent = training("publish", finished, "--repo", "me/model", "--private", **hub.environment())
    assert sent.returncode == 0, sent.stderr
    assert hub.repos["model", "me/model"].private
    text = hub.files("me/model")["README.md"].decode()
    card = ModelCard(text)
    assert (card.data.library_name, card.data.license) == ("keras", "mit")
    figures = {result.metric_name: result.metric_value for result in card.data.eval_results}
    assert figures["Top-1 accuracy"] == round(evaluated.metrics["top1"], 5)
    assert {result.dataset_name for result in card.data.eval_results} == {"Generated characters (not EMNIST)"}
    assert "**They are not EMNIST" in text
    for word in ("0/O", "case is not read", "95 % interval", "evaluation/confusion.png", "1.250"):
        assert word in text

    snippet = text.split("```python\n")[1].split("```")[0]
    assert len(snippet.splitlines()) == 5
    environment = os.environ | hub.environment() | {"HF_HOME": str(tmp_path / "cache"), "KERAS_BACKEND": "tensorflow"}
    output = subprocess.run(
        [sys.executable, "-c", snippet], env=environment, capture_output=True, text=True, check=True, timeout=600
    ).stdout
    assert output.strip().strip("[]'") in list(CLASSES)


def damage_model(folder: Path) -> None:
    (folder / "model.tflite").write_bytes((folder / "model.tflite").read_bytes()[:-1])


def other_weights(folder: Path) -> None:
    content = bytearray((folder / "model.tflite").read_bytes())
    content[len(content) // 2] ^= 1
    (folder / "model.tflite").write_bytes(content)
    bundle.write_config(folder, bundle.read_config(folder))


def no_report(folder: Path) -> None:
    (folder / "evaluation" / "predictions.parquet").unlink()


def no_keras(folder: Path) -> None:
    (folder / "model.keras").unlink()


def embellished(folder: Path) -> None:
    config = bundle.read_config(folder)
    bundle.write_config(folder, replace(config, metrics=config.metrics | {"top1": 0.999}))


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (damage_model, "its checksum differs"),
        (other_weights, "the report is of another model"),
        (no_report, "evaluation/predictions.parquet is missing"),
        (no_keras, "model.keras is missing"),
        (embellished, "config.json and the report disagree"),
    ],
)
def test_a_bundle_that_fails_its_checks_is_refused(hub: Hub, finished: Path, training, spoil, sentence: str) -> None:
    spoil(finished)
    result = training("publish", finished, "--repo", "me/model", **hub.environment())
    assert (result.returncode, sentence in result.stderr) == (2, True), result.stderr
    assert not hub.requests


def of_its_training_images(folder: Path, test: Split) -> None:
    """As a bundle is whose report was made on the data that it was trained on."""
    config = bundle.read_config(folder)
    bundle.write_config(folder, replace(config, data=config.data | used.to_config((used.of(test),))))


def of_an_unknown_train_split(folder: Path, test: Split) -> None:
    config = bundle.read_config(folder)
    bundle.write_config(folder, replace(config, data={"description": "as older bundles say it"}))
    evaluate(folder, Split(test.images, test.labels, "balanced-train", "a test"))


def of_a_part_of_a_train_split(folder: Path, test: Split) -> None:
    config = bundle.read_config(folder)
    train = used.of(Split(test.images, test.labels, "balanced-train", "a test"))
    bundle.write_config(folder, replace(config, data=config.data | used.to_config((train,))))
    evaluate(folder, Split(test.images[:100], test.labels[:100], "balanced-train", "a test"))


def of_images_that_it_was_trained_on_under_another_name(folder: Path, test: Split) -> None:
    used.remember(upright(test.images[:300]), folder)
    evaluate(folder, Split(test.images[:100], test.labels[:100], "balanced-test", "a test"))


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (of_a_part_of_a_train_split, "its report is of balanced-train, which the model was trained on"),
        (of_images_that_it_was_trained_on_under_another_name, "was trained on 100 of the images of its report"),
        (of_its_training_images, "its report is of balanced-test, which the model was trained on"),
        (of_an_unknown_train_split, "config.json does not say whether the model was trained on these images"),
    ],
)
def test_no_figure_of_training_images_is_published(hub: Hub, finished, training, splits, spoil, sentence: str) -> None:
    spoil(finished, splits[1])
    result = training("publish", finished, "--repo", "me/model", **hub.environment())
    assert (result.returncode, sentence in result.stderr) == (2, True), result.stderr
    assert not hub.requests
