"""Evaluation's "compare with" on a Hub repository: the real client, in its own process, against a loopback Hub."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from hcr.model import bundle
from tests.conftest import ROOT
from tests.hostile_models import write_hostile
from tests.integration.servers.loopback_hub import Fault, Hub

COMPARE = """
import json, sys
from hcr.data import samples
from hcr.model import bundle
from hcr.report import comparison, evaluation
from hcr.errors import InputError
from hcr.report.images import report_of
own = evaluation.open_report(bundle.open_bundle(bundle.BUNDLED))
try:
    found = comparison.compare(own, report_of(sys.argv[1], own, samples.start(None), iter))
    print(json.dumps({"images": len(found.after.predictions), "fixed": len(found.fixed), "broke": len(found.broke)}))
except InputError as error:
    print(json.dumps({"error": str(error)}))
"""


# the same on generated characters, whose images are always here: a model without a report of its own is run on them
COMPARE_LIVE = COMPARE.replace(
    "own = evaluation.open_report(bundle.open_bundle(bundle.BUNDLED))",
    """
from hcr.data.generated import standin
from hcr.model import apart
from hcr.model.classifier import Classifier
from hcr.report.predictions import predict
apart.ANSWER_SECONDS = {seconds}
own = evaluation.report(predict(Classifier(bundle.open_bundle(bundle.BUNDLED)), standin.stand_in("balanced-test")))
""",
)


def files_of(folder: Path) -> dict[str, bytes]:
    """A bundle's files, as a repo holds them."""
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


@pytest.fixture
def compare(tmp_path: Path, hub: Hub):
    """compare(name) -> what the bundled model's report says beside that of the model `name`, or why it cannot."""
    hub.put("me/model", files_of(bundle.BUNDLED))

    def compare_(name: str, script: str = COMPARE, **environment: str) -> dict:
        settings = os.environ | hub.environment() | {"HF_HOME": str(tmp_path / "cache")} | environment
        command = [sys.executable, "-c", script, name]
        done = subprocess.run(command, env=settings, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return compare_


def test_a_model_on_the_hub_is_compared_by_its_own_report(hub: Hub, compare):
    assert compare("me/model") == {"images": 10_000, "fixed": 0, "broke": 0}
    assert compare(f"me/model@{hub.repos['model', 'me/model'].head.oid}") == {"images": 10_000, "fixed": 0, "broke": 0}


def test_what_cannot_be_compared_is_said(compare):
    assert "me/nothing cannot be fetched: the Hub has no me/nothing" in compare("me/nothing")["error"]
    assert "me/model@v9 cannot be fetched" in compare("me/model@v9")["error"]
    assert "no revision of a Hub repo" in compare("me/model@../../..")["error"]


def test_a_space_compares_with_what_its_owner_lists(compare):
    space = {"SPACE_ID": "me/space"}
    assert "compares with no other model" in compare("me/model", **space)["error"]
    listed = space | {"HCR_COMPARE": "me/other, me/model"}
    assert compare("me/model", **listed) == {"images": 10_000, "fixed": 0, "broke": 0}
    assert "compares with me/other, me/model only" in compare("somebody/model", **listed)["error"]
    for elsewhere in (str(bundle.BUNDLED), "/etc", "me/model/../../x"):
        assert "compares with me/other, me/model only" in compare(elsewhere, **listed)["error"]
    assert "no revision" in compare("me/model@../../..", **listed)["error"]
    assert compare(str(bundle.BUNDLED)) == {"images": 10_000, "fixed": 0, "broke": 0}  # one's own machine


def test_visitors_of_a_space_see_nothing_private(hub: Hub, compare):
    """Neither through the owner's token, nor through a copy that it brought here."""
    hub.put("me/secret", files_of(bundle.BUNDLED), private=True)
    assert compare("me/secret") == {"images": 10_000, "fixed": 0, "broke": 0}
    space = {"SPACE_ID": "me/space", "HCR_COMPARE": "me/secret"}
    assert "cannot be fetched: the Hub has no me/secret" in compare("me/secret", **space)["error"]
    revision = hub.repos["model", "me/secret"].head.oid
    assert "cannot be fetched: the Hub has no" in compare(f"me/secret@{revision}", **space)["error"]
    hub.faults.append(Fault(".", drop=True))
    assert "the Hub cannot be reached" in compare(f"me/secret@{revision}", **space)["error"]


def test_a_model_without_a_report_is_run_apart_and_stopped_where_it_loops(hub: Hub, compare, tmp_path):
    hub.put("me/bare", {name: content for name, content in files_of(bundle.BUNDLED).items() if "evaluation" not in name})
    assert compare("me/bare", COMPARE_LIVE.replace("{seconds}", "60"))["fixed"] == 0
    folder = Path(shutil.copytree(bundle.BUNDLED, tmp_path / "looping"))
    shutil.copyfile(write_hostile(tmp_path) / "looping.tflite", folder / bundle.MODEL_FILE)
    bundle.write_config(folder, bundle.read_config(folder))
    hub.put("somebody/model", {name: (folder / name).read_bytes() for name in ("model.tflite", "config.json")})
    said = compare("somebody/model", COMPARE_LIVE.replace("{seconds}", "8"))
    assert "somebody/model: the model was stopped" in said["error"]
