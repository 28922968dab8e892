"""HCR_DATASET on the Hub: what the Explorer shows, whatever the Hub does. The real client, in its own process, against a
loopback Hub."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from hcr.data.generated import standin
from hcr.data.split import Split
from tests.conftest import ROOT
from tests.emnist_files import idx_files, parquet
from tests.integration.servers.loopback_hub import Fault, Hub

PATIENT_SECONDS = 3.5  # the program gives the Hub one second; the rest is for a busy machine
WATCH = """
import json, sys, time
from hcr.data import samples
started = time.monotonic()
found = samples.start(sys.argv[1])
state = {"start": time.monotonic() - started}
while time.monotonic() - started < float(sys.argv[2]):
    if found.source.note and "being fetched" not in found.source.note:
        state.setdefault("reason_after", time.monotonic() - started)
    if found.source.settled:
        break
    time.sleep(0.01)
split = found.split()
source = found.source  # after reading: a damaged file is found out by then
state |= {"origin": source.origin, "note": source.note, "names": list(source.names), "generated": split.generated,
          "images": len(split), "sum": int(split.images.sum()), "labels": split.labels.tolist()[:20]}
print(json.dumps(state))
"""
TEST = standin.generate(3, seed=5, name="balanced-test")
TRAIN = standin.generate(4, seed=6, name="balanced-train")


@pytest.fixture
def watch(tmp_path: Path, hub: Hub) -> Callable[..., dict]:
    """watch(HCR_DATASET, seconds, ...) -> what is shown once that is settled, or after so many seconds; every call of one
    test shares one cache."""

    def watch_(setting: str, seconds: float = 60, token: str | None = "hf_owner", **environment: str) -> dict:
        settings = {name: value for name, value in os.environ.items() if not name.startswith("HF_")}
        settings |= hub.environment(token) | {"HF_HOME": str(tmp_path / "cache"), "HOME": str(tmp_path)} | environment
        command = [sys.executable, "-c", WATCH, setting, str(seconds)]
        result = subprocess.run(command, env=settings, cwd=ROOT, capture_output=True, text=True, timeout=600, check=False)
        assert result.returncode == 0, result.stderr
        return json.loads(result.stdout)

    return watch_


def shows(found: dict, split: Split) -> bool:
    return (found["images"], found["sum"], found["labels"]) == (
        len(split),
        int(split.images.sum()),
        split.labels.tolist()[:20],
    )


def test_idx_files_from_the_hub_then_from_the_cache(hub, watch):
    commit = hub.put("me/emnist", idx_files(TEST) | idx_files(TRAIN) | {"big-and-other.bin": bytes(99)}, kind="dataset")
    found = watch("me/emnist")
    assert shows(found, TEST)
    assert found["names"] == ["balanced-test", "balanced-train"]
    assert found["origin"] == f"me/emnist at commit {commit[:7]}, from the Hub"
    assert found["start"] < PATIENT_SECONDS  # less than the Hub takes for one answer
    assert not any("big-and-other" in request.path for request in hub.requests if "resolve" in request.path)
    hub.faults.append(Fault(".", drop=True))
    again = watch("me/emnist")
    assert shows(again, TEST)
    assert again["origin"] == f"me/emnist at commit {commit[:7]}, from this machine's cache"


def test_parquet_at_a_revision(hub, watch):
    first = hub.put("me/emnist", {"data/test-00000-of-00001.parquet": parquet(TEST)}, kind="dataset")
    hub.put("me/emnist", {"data/test-00000-of-00001.parquet": parquet(TRAIN)}, kind="dataset")
    found = watch(f"me/emnist@{first}")
    assert shows(found, TEST)
    assert first[:7] in found["origin"]


def test_a_private_data_set_needs_the_token(hub, watch):
    hub.put("me/secret", idx_files(TEST), kind="dataset", private=True)
    refused = watch("me/secret", token=None)
    assert refused["generated"]
    assert "HF_TOKEN" in refused["note"]
    assert shows(watch("me/secret"), TEST)


def test_a_repo_that_is_not_there(watch):
    found = watch("me/nothing")
    assert found["generated"]
    assert "the Hub has no me/nothing" in found["note"]
    assert found["reason_after"] < PATIENT_SECONDS


def test_a_repo_without_emnist(hub, watch):
    hub.put("me/other", {"data.json": b"{}"}, kind="dataset")
    found = watch("me/other")
    assert found["generated"]
    assert "me/other holds neither EMNIST's files" in found["note"]


def test_damaged_files(hub, watch):
    hub.put("me/emnist", {name: content[:-50] for name, content in idx_files(TEST).items()}, kind="dataset")
    found = watch("me/emnist")
    assert found["generated"]
    assert "could not be read" in found["note"]


def test_nobody_listens(watch):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        found = watch("me/emnist", HF_ENDPOINT=f"http://127.0.0.1:{closed.getsockname()[1]}")
    assert found["generated"]
    assert found["note"] == "These are generated. me/emnist cannot be fetched: the Hub cannot be reached."
    assert found["reason_after"] < PATIENT_SECONDS


@pytest.mark.parametrize("delay", [4.0, 60.0])
def test_a_slow_hub_gives_the_reason_soon_and_is_not_waited_for(hub, watch, delay):
    hub.put("me/emnist", idx_files(TEST), kind="dataset")
    hub.faults.append(Fault(".", delay=delay))
    found = watch("me/emnist", seconds=PATIENT_SECONDS)
    assert found["generated"]
    assert "me/emnist" in found["note"] or "cannot be reached" in found["note"]
    assert found["start"] < PATIENT_SECONDS  # less than the Hub takes for one answer
    assert found["reason_after"] < PATIENT_SECONDS


def test_slow_files_take_the_stand_ins_place_when_they_come(hub, watch):
    hub.put("me/emnist", idx_files(TEST), kind="dataset")
    hub.faults.append(Fault("/resolve/|/lfs/", delay=1.2))
    found = watch("me/emnist")
    assert shows(found, TEST)
    assert found["reason_after"] < PATIENT_SECONDS
