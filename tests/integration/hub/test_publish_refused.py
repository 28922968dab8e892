"""What publishing is refused for: names, credentials, a worse model, and whatever the Hub answers."""

from pathlib import Path

import pytest

from tests.conftest import free_port
from tests.integration.hub.conftest import damage_weights
from tests.integration.servers.loopback_hub import Fault, Hub


@pytest.mark.parametrize(
    ("option", "value", "sentence"),
    [
        ("--repo", "me/emnist classic", "is not the name of a model on the Hub. Give USER/NAME"),
        ("--repo", "emnist-classic", "is not the name of a model on the Hub. Give USER/NAME"),
        ("--repo", "", "is not the name of a model on the Hub"),
        ("--repo", "me/model.git", "does not end in .git"),
        ("--repo", "https://huggingface.co/", "is not the name of a model on the Hub"),
        ("--repo", "https://huggingface.co/datasets/me/emnist", "the address of a dataset, where a model is asked for"),
        ("--space", "me/../space", "is not the name of a space on the Hub"),
        ("--dataset", "me/emnist@../../etc", "is no branch, tag or commit"),
        ("--tag", "v 1", "is no name for a tag"),
    ],
)
def test_names_are_checked_before_anything_else(hub: Hub, training, tmp_path, option, value, sentence: str) -> None:
    """Not even the bundle is there."""
    names = {"--repo": "me/model"} | {option: value}
    options = [part for pair in names.items() for part in pair]
    result = training("publish", tmp_path / "nowhere", *options, **hub.environment())
    assert (result.returncode, sentence in result.stderr) == (2, True), result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert not hub.requests


def test_credentials_are_checked_before_the_bundle(training, tmp_path: Path) -> None:
    result = training("publish", tmp_path / "nowhere", "--repo", "me/model")
    assert (result.returncode, "No Hugging Face token." in result.stderr) == (3, True), result.stderr
    result = training("publish", tmp_path / "nowhere", "--repo", "me/model", HF_TOKEN="hf_\u201cpasted\u201d")
    assert (result.returncode, "holds a character that no token has" in result.stderr) == (3, True), result.stderr
    assert "pasted" not in result.stderr


def test_a_worse_model_needs_force(hub: Hub, finished: Path, training, splits, tmp_path: Path) -> None:
    command = ("publish", finished, "--repo", "me/model")
    assert training(*command, "--tag", "v1", **hub.environment()).returncode == 0
    good = hub.repos["model", "me/model"].head.oid
    damage_weights(finished, splits[1])
    refused = training(*command, **hub.environment())
    assert (refused.returncode, "WORSE than the published model" in refused.stderr) == (7, True), refused.stderr
    assert "McNemar p = " in refused.stdout
    assert hub.repos["model", "me/model"].head.oid == good

    moved = training(*command, "--tag", "v1", "--force", **hub.environment())
    assert (moved.returncode, "The tag v1 is at commit" in moved.stderr) == (4, True)
    assert hub.repos["model", "me/model"].head.oid == good

    forced = training(*command, "--tag", "v2", "--force", **hub.environment())
    assert (forced.returncode, "WARNING: WORSE" in forced.stderr) == (0, True), forced.stderr
    assert hub.repos["model", "me/model"].tags == {"v1": good, "v2": hub.repos["model", "me/model"].head.oid}


@pytest.mark.parametrize(
    ("token", "fault", "code", "sentence"),
    [
        (None, None, 3, "No Hugging Face token."),
        ("hf_reader", None, 4, "The Hub refused access to me/model (403); check what HF_TOKEN may do."),
        ("hf_wrong", None, 4, "The Hub does not know the token in HF_TOKEN."),
        ("hf_owner", Fault("POST .*/commit/", status=500), 5, "The Hub answered with an error (500). Try again later."),
        ("hf_owner", Fault("POST .*/commit/", status=409), 4, "The Hub answered with an error (409)."),
        ("hf_owner", Fault("POST /api/repos/create", status=402), 4, "The Hub wants a paid plan for me/model"),
        ("hf_owner", Fault("POST .*/commit/", drop=True), 5, "The Hub cannot be reached."),
        ("hf_owner", Fault("/api/models/", drop=True), 5, "The Hub cannot be reached."),
    ],
    ids=["no token", "403", "401", "500", "409", "402", "dropped", "dropped at once"],
)
def test_what_the_hub_may_answer(hub: Hub, finished: Path, training, token, fault, code: int, sentence: str) -> None:
    if fault:
        hub.faults.append(fault)
    result = training("publish", finished, "--repo", "me/model", **hub.environment(token))
    assert (result.returncode, sentence in result.stderr) == (code, True), result.stderr
    assert "Traceback" not in result.stderr
    assert "model.tflite" not in (hub.files("me/model") if hub.repos else {})


def test_an_upload_that_breaks_off_once_is_tried_again(hub: Hub, finished: Path, training) -> None:
    hub.faults.append(Fault("PUT /lfs/", drop=True, times=1))
    result = training("publish", finished, "--repo", "me/model", **hub.environment())
    assert result.returncode == 0, result.stderr
    assert hub.files("me/model")["model.keras"] == (finished / "model.keras").read_bytes()


def test_no_hub(hub: Hub, finished: Path, training) -> None:
    environment = hub.environment() | {"HF_ENDPOINT": f"http://127.0.0.1:{free_port()}"}
    result = training("publish", finished, "--repo", "me/model", **environment)
    assert (result.returncode, "The Hub cannot be reached. Check the network" in result.stderr) == (5, True), result.stderr
