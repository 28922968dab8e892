"""Evaluation's "compare with" on a Hub repository: the real client, in its own process, against a loopback Hub."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from hcr.model import bundle
from tests.conftest import ROOT
from tests.integration.servers.loopback_hub import Hub

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


@pytest.fixture
def compare(tmp_path: Path, hub: Hub):
    """compare(name) -> what the bundled model's report says beside that of the model `name`, or why it cannot."""
    files = [file for file in bundle.BUNDLED.rglob("*") if file.is_file()]
    hub.put("me/model", {str(file.relative_to(bundle.BUNDLED)): file.read_bytes() for file in files})

    def compare_(name: str, **environment: str) -> dict:
        settings = os.environ | hub.environment() | {"HF_HOME": str(tmp_path / "cache")} | environment
        command = [sys.executable, "-c", COMPARE, name]
        done = subprocess.run(command, env=settings, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return compare_


def test_a_model_on_the_hub_is_compared_by_its_own_report(hub: Hub, compare):
    assert compare("me/model") == {"images": 10_000, "fixed": 0, "broke": 0}
    assert compare(f"me/model@{hub.repos['model', 'me/model'].head.oid}") == {"images": 10_000, "fixed": 0, "broke": 0}


def test_what_cannot_be_compared_is_said(compare):
    assert "me/nothing cannot be compared" in compare("me/nothing")["error"]
    assert "cannot be compared" in compare("me/model@v9")["error"]


def test_a_space_opens_no_folders_of_its_own(compare):
    assert "own machine" in compare(str(bundle.BUNDLED), SPACE_ID="me/space")["error"]
    assert compare(str(bundle.BUNDLED)) == {"images": 10_000, "fixed": 0, "broke": 0}
