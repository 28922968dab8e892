"""What the other tests rely on: the loopback Hub answers the real client as the Hub does, where no other test asks it."""

import os
import subprocess
import sys
from pathlib import Path

from tests.integration.servers.loopback_hub import Fault, Hub

CLIENT = """
import time
from huggingface_hub import HfApi, HfFileSystem
from huggingface_hub.errors import HfHubHTTPError

def status(action):
    try:
        action()
    except HfHubHTTPError as error:
        return error.response.status_code
    return 200

api = HfApi()
api.create_repo("me/model")
api.upload_file(repo_id="me/model", path_in_repo="note.txt", path_or_fileobj=b"0123456789")
api.upload_file(repo_id="me/model", path_in_repo="large.h5", path_or_fileobj=b"abcdefghij")
api.create_tag("me/model", tag="v1")
files = HfFileSystem(skip_instance_cache=True)
print(files.read_block("me/model/note.txt", 3, 4).decode(), files.read_block("me/model/large.h5", 3, 4).decode())
print(status(lambda: api.create_repo("me/model")), status(lambda: api.create_tag("me/model", tag="v1")))
before = api.model_info("me/model", revision="v1").sha
api.delete_file("note.txt", "me/model")
print(sorted(api.list_repo_files("me/model")), sorted(api.list_repo_files("me/model", revision="v1")))
late = {"repo_id": "me/model", "path_in_repo": "x", "path_or_fileobj": b"x", "parent_commit": before}
print(status(lambda: api.upload_file(**late)))
api.create_repo("me/space", repo_type="space", space_sdk="gradio")
api.add_space_variable("me/space", "A", "1")
api.add_space_variable("me/space", "B", "2")
api.delete_space_variable("me/space", "A")
print({name: variable.value for name, variable in api.get_space_variables("me/space").items()})
print(api.restart_space("me/space").stage, api.whoami()["name"])
started = time.monotonic()
api.model_info("me/slow", timeout=10)
print(time.monotonic() - started >= 1)
"""


def test_the_real_client(hub: Hub, tmp_path: Path) -> None:
    hub.put("me/slow", {"a": b"b"})
    hub.faults.append(Fault("GET /api/models/me/slow", delay=1))
    environment = os.environ | hub.environment() | {"HF_HOME": str(tmp_path)}
    result = subprocess.run(
        [sys.executable, "-c", CLIENT], env=environment, capture_output=True, text=True, timeout=300, check=False
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout.splitlines() == [
        "3456 defg",
        "409 409",
        "['.gitattributes', 'large.h5'] ['.gitattributes', 'large.h5', 'note.txt']",
        "412",
        "{'B': '2'}",
        "RUNNING me",
        "True",
    ]
    assert 206 in {request.status for request in hub.requests}
    assert hub.repos["space", "me/space"].restarts == 1
