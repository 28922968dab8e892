"""A model asked for by name is opened or refused, never replaced: the real client against a loopback Hub."""

from functools import partial

from hcr.model import bundle
from tests.integration.servers.loopback_hub import Fault, Hub

OPEN = """
import json, sys
from hcr.errors import InputError
from hcr.model.opening import open_model
try:
    opened = open_model(sys.argv[1]).bundle
    print(json.dumps({"temperature": opened.config.temperature, "revision": opened.revision}))
except InputError as error:
    print(json.dumps({"error": str(error)}))
"""
UNREACHABLE = "me/model cannot be fetched: the Hub cannot be reached."
BUNDLED = bundle.read_config(bundle.BUNDLED).temperature


def test_a_model_asked_for_by_name_is_opened_or_refused(hub: Hub, start, files, tmp_path) -> None:
    commit = hub.put("me/model", files)
    asked = partial(start, script=OPEN)
    opened = {"temperature": 3.0, "revision": commit}
    assert "has no me/other" in asked("me/other")["error"]
    assert "neither a folder nor a Hub repo" in asked(str(tmp_path / "nowhere"))["error"]
    assert "config.json is missing" in asked(str(tmp_path))["error"]
    assert asked(str(tmp_path / "published"))["temperature"] == 3.0
    drop = Fault(".", drop=True)
    hub.faults.append(drop)
    assert asked("me/model") == {"error": UNREACHABLE}  # nothing is in the cache yet
    hub.faults.remove(drop)
    assert asked("me/model") == opened
    hub.faults.append(drop)
    assert asked("me/model") == opened  # the copy that is of this very revision
    assert "cannot be fetched" in asked("me/model@v1")["error"]  # which does not stand in for another
    assert asked(f"me/model@{commit}") == opened
    hub.faults.remove(drop)
    hub.faults.append(Fault("GET /api/models", status=403))
    assert "refused access" in asked("me/model")["error"]  # an answer of the Hub counts, whatever the cache holds


def test_a_damaged_copy_is_not_opened_by_name_either(hub: Hub, start, files, tmp_path) -> None:
    hub.put("me/model", files)
    asked = partial(start, script=OPEN)
    assert asked("me/model")["temperature"] == 3.0
    copy = next((tmp_path / "cache").rglob("model.tflite")).resolve()
    copy.write_bytes(copy.read_bytes()[:-1])
    assert asked("me/model", HF_HUB_OFFLINE="1") == {"error": UNREACHABLE}


def test_what_is_too_large_is_not_downloaded(hub: Hub, start, files) -> None:
    hub.put("me/model", files | {"model.tflite": bytes((64 << 20) + 1)})
    assert "model.tflite is larger than" in start("me/model", script=OPEN)["error"]
    assert not [request for request in hub.requests if request.path.startswith(("/lfs/", "/me/"))]
    hub.put("me/model", files | {"evaluation/junk.bin": bytes(1000), "more/junk.txt": b"junk"})
    assert start("me/model", script=OPEN)["temperature"] == 3.0
    assert not [request for request in hub.requests if "junk" in request.path]
