"""HCR_MODEL: the model that serves, whatever the Hub does. The real client, in its own process, against a loopback Hub."""

import subprocess
import sys
from collections.abc import Callable

import pytest

from hcr.model import bundle
from tests.integration.hub.conftest import bundle_files
from tests.integration.servers.loopback_hub import Fault, Hub

UNREACHABLE = "me/model cannot be fetched: the Hub cannot be reached."
BUNDLED = bundle.read_config(bundle.BUNDLED).temperature


def test_from_the_hub_then_from_the_cache(hub: Hub, start, files) -> None:
    commit = hub.put("me/model", files)
    assert start("me/model") == {
        "note": f"me/model at commit {commit[:7]}, from the Hub.",
        "revision": commit,
        "temperature": 3.0,
        "maps": True,
        "tensorflow": False,
    }
    assert not [request for request in hub.requests if request.path.endswith("model.keras")]  # serving needs the other one

    hub.faults.append(Fault(".", drop=True))
    state = start("me/model")
    assert state["temperature"] == 3.0
    assert state["note"] == f"me/model at commit {commit[:7]}, from this machine's cache. {UNREACHABLE}"


def test_a_revision_is_pinned_to_its_commit(hub: Hub, start, files, tmp_path) -> None:
    first = hub.put("me/model", files)
    hub.repos["model", "me/model"].tags["v1"] = first
    second = hub.put("me/model", bundle_files(tmp_path / "second", 4.0))
    assert start("me/model@v1")["revision"] == first
    assert start("me/model")["temperature"] == 4.0
    assert start("me/model@v1")["temperature"] == 3.0  # the newer copy does not stand in for the tag

    before = len(hub.requests)
    assert start(f"me/model@{second}")["note"] == f"me/model at commit {second[:7]}, from this machine's cache."
    assert len(hub.requests) == before  # a commit that is here is not asked for


def test_private(hub: Hub, start, files) -> None:
    hub.put("me/model", files, private=True)
    unreadable = "me/model cannot be fetched: the Hub has no me/model, or it is private and HF_TOKEN may not read it."
    assert start("me/model", HF_TOKEN="hf_reader")["note"].endswith(unreadable)
    assert start("me/model", HF_TOKEN="")["note"].endswith(unreadable)
    assert start("me/model", HF_TOKEN="hf_wrong")["note"].endswith("fetched: the Hub does not know the token in HF_TOKEN.")
    assert start("me/model")["temperature"] == 3.0


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (Fault(".", status=403), "the Hub refused access to me/model (403); check what HF_TOKEN may do"),
        (Fault("GET /api/models/me/model", status=500), "the Hub answered with an error (500)"),
        (Fault(".", drop=True), "the Hub cannot be reached"),
    ],
    ids=["403", "500", "dropped"],
)
def test_failures_leave_the_bundled_model(hub: Hub, start, files, fault: Fault, reason: str) -> None:
    hub.put("me/model", files)
    hub.faults.append(fault)
    state = start("me/model", HF_HUB_DOWNLOAD_TIMEOUT="2")
    assert (state["temperature"], state["revision"]) == (BUNDLED, None)
    assert state["note"] == f"The model that comes with this program. me/model cannot be fetched: {reason}."


def test_offline_and_missing(hub: Hub, start, files) -> None:
    hub.put("me/model", files)
    assert start("me/model", HF_HUB_OFFLINE="1")["note"].endswith(UNREACHABLE)
    assert start("me/model@v9")["note"].endswith("me/model@v9 cannot be fetched: me/model@v9 has no such revision.")
    assert "with this program. nothing at all: neither a folder nor a Hub repo." in start("nothing at all")["note"]


def test_damaged_on_the_way_is_fetched_again(hub: Hub, start, files) -> None:
    hub.put("me/model", files)
    hub.faults.append(Fault("GET /lfs/", corrupt=True, times=1))
    assert start("me/model")["temperature"] == 3.0


def test_a_broken_commit_never_replaces_a_working_one(hub: Hub, start, files) -> None:
    good = hub.put("me/model", files)
    assert start("me/model")["revision"] == good
    hub.put("me/model", {"model.tflite": files["model.tflite"][:-1000]})
    state = start("me/model")
    assert state["revision"] == good
    assert "checksum" in state["note"]
    assert start("me/model", HF_HUB_OFFLINE="1")["revision"] == good  # nor does it in the cache


def test_half_a_download_is_finished_the_next_time(hub: Hub, start, files) -> None:
    hub.put("me/model", files)
    cut = Fault("GET /lfs/", cut=True)
    hub.faults.append(cut)
    assert start("me/model", HF_HUB_DOWNLOAD_TIMEOUT="2")["temperature"] == BUNDLED
    assert start("me/model", HF_HUB_OFFLINE="1")["temperature"] == BUNDLED
    hub.faults.remove(cut)
    assert start("me/model")["temperature"] == 3.0


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda files: files.pop("model.tflite") and files.pop("model.keras"), "has neither model.tflite nor model.keras"),
        (lambda files: files.update({"config.json": b"{"}), "not readable as JSON"),
        (lambda files: files.pop("config.json"), "config.json is missing"),
        (
            lambda files: files.update({"config.json": files["config.json"].replace(b"0123456789", b"9876543210")}),
            "another class list",
        ),
    ],
    ids=["no model", "broken config", "no config", "other classes"],
)
def test_alien_repos(hub: Hub, start, files, change: Callable, reason: str) -> None:
    change(files)
    hub.put("me/model", files)
    state = start("me/model")
    assert state["temperature"] == BUNDLED
    assert reason in state["note"]


def test_no_litert_inside(hub: Hub, start, tmp_path) -> None:
    folder = tmp_path / "alien"
    bundle_files(folder, 3.0)
    (folder / "model.tflite").write_bytes(b"TFL3" * 1000)
    bundle.write_config(folder, bundle.read_config(folder))
    hub.put("me/model", {file.name: file.read_bytes() for file in folder.iterdir() if file.is_file()})
    assert "not a LiteRT model" in start("me/model")["note"]
    assert start(str(folder))["note"].startswith(f"The model that comes with this program. {folder}: ")


def test_a_folder(start, files, tmp_path) -> None:
    state = start(str(tmp_path / "published"))
    assert (state["temperature"], state["note"]) == (3.0, f"The model in the folder {tmp_path / 'published'}.")


def test_a_repo_with_only_keras(hub: Hub, start, files) -> None:
    commit = hub.put("me/model", {"model.keras": files["model.keras"]})
    state = start("me/model")
    assert state["note"] == f"me/model at commit {commit[:7]}, from the Hub."
    assert (state["temperature"], state["maps"], state["tensorflow"]) == (1.0, True, False)
    hub.faults.append(Fault(".", drop=True))
    assert "from this machine's cache" in start("me/model")["note"]


def test_code_in_a_keras_file_is_not_run(hub: Hub, start, tmp_path) -> None:
    unsafe, proof = tmp_path / "model.keras", tmp_path / "it ran"
    script = f"""
import keras
touch = lambda x: (open({str(proof)!r}, "w"), x)[1]
layers = [keras.layers.Lambda(touch), keras.layers.Flatten(), keras.layers.Dense(47)]
model = keras.Sequential([keras.Input((28, 28, 1)), *layers])
model.save({str(unsafe)!r})
"""
    subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, timeout=120)
    proof.unlink(missing_ok=True)
    hub.put("me/model", {"model.keras": unsafe.read_bytes()})
    state = start("me/model")
    assert "Keras cannot open it in safe mode" in state["note"]
    assert not proof.exists()
