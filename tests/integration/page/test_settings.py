"""What the page keeps, and for how long. Asked in a process of its own: Gradio leaves an event loop open behind a page."""

import json
import subprocess
import sys

import pytest

from hcr.ui.app import BOUNDS, launch_settings
from hcr.ui.context import prepare
from hcr.ui.server import gate
from tests.conftest import ROOT

ASK = """
import json
from app import demo
print(json.dumps({
    "delete_cache": demo.delete_cache,
    "queue": demo._queue.max_size,
    "samples": [one["props"]["samples"] for one in demo.config["components"] if one["type"] == "dataset"],
    "public": [one["api_name"] for one in demo.config["dependencies"] if one["api_visibility"] == "public"],
}))
"""


@pytest.fixture(scope="module")
def page() -> dict:
    done = subprocess.run([sys.executable, "-c", ASK], cwd=ROOT, capture_output=True, text=True, timeout=300, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def test_uploads_are_deleted_and_the_queue_has_an_end(page):
    assert page["delete_cache"] == [BOUNDS.kept, BOUNDS.kept]
    assert page["queue"] == BOUNDS.waiting
    settings = launch_settings(prepare(None, None))
    assert settings["max_file_size"] == gate.MOST
    assert settings["state_session_capacity"] == BOUNDS.sessions
    assert any(one.cls is gate.BodyLimit for one in settings["app_kwargs"]["middleware"])


def test_examples_lie_where_no_visitor_can_delete_them_and_nobody_learns_where(page):
    (shown,) = page["samples"]
    assert [(one[0]["path"], one[0]["url"]) for one in shown] == [(None, gate.address(file)) for file in gate.PICTURES]
    assert not any(gate.is_upload(file) for file in gate.PICTURES)


def test_programs_are_offered_read_and_explain_alone(page):
    assert page["public"] == ["read", "explain"]
