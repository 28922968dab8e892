"""What the tests of this folder share: a model on the loopback Hub, and what was asked of the Hub."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from ai_edge_litert.interpreter import Interpreter

from hcr.data.split import Split
from hcr.model import bundle
from tests.conftest import ROOT
from tests.integration.servers.loopback_hub import Hub
from training.evaluate import evaluate

START = """
import json, sys
from hcr.model import serving
current = serving.start(sys.argv[1]).wait()
opened = current.classifier.bundle
state = {"note": current.note, "revision": opened.revision, "temperature": opened.config.temperature,
         "maps": current.classifier.has_maps, "tensorflow": "tensorflow" in sys.modules}
print(json.dumps(state))
"""


@pytest.fixture
def start(tmp_path: Path, hub: Hub) -> Callable[..., dict]:
    """start(HCR_MODEL, ...) -> what serves in the end, or what `script` says; every call of one test shares one cache."""

    def start_(setting: str, script: str = START, **environment: str) -> dict:
        settings = os.environ | hub.environment() | {"HF_HOME": str(tmp_path / "cache"), "HOME": str(tmp_path)} | environment
        command = [sys.executable, "-c", script, setting]
        result = subprocess.run(command, env=settings, cwd=ROOT, capture_output=True, text=True, timeout=240, check=False)
        assert result.returncode == 0, result.stderr
        return json.loads(result.stdout)

    return start_


def bundle_files(folder: Path, temperature: float) -> dict[str, bytes]:
    """The bundled model with another temperature, by which it can be told from the bundled one."""
    shutil.copytree(bundle.BUNDLED, folder)
    config = bundle.read_config(folder)
    bundle.write_config(folder, replace(config, temperature=temperature))
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


@pytest.fixture
def files(tmp_path: Path) -> dict[str, bytes]:
    return bundle_files(tmp_path / "published", 3.0)


def writes(hub: Hub) -> list[str]:
    """What was asked of the Hub that changes anything."""
    return [request.path for request in hub.requests if request.method not in ("GET", "HEAD")]


def damage_weights(folder: Path, test: Split) -> None:
    """Make the model really worse: the values of its largest tensor in random order; then everything signed anew."""
    file = folder / bundle.MODEL_FILE
    content = file.read_bytes()
    interpreter = Interpreter(str(file))
    interpreter.allocate_tensors()
    largest = max(interpreter.get_tensor_details(), key=lambda detail: np.prod(detail["shape"]))
    values = interpreter.get_tensor(largest["index"])
    assert content.count(values.tobytes()) == 1
    shuffled = np.random.default_rng(0).permutation(values.ravel())
    file.write_bytes(content.replace(values.tobytes(), shuffled.tobytes()))
    bundle.write_config(folder, bundle.read_config(folder))
    evaluate(folder, test)
