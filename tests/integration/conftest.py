"""Loopback servers, small generated data and a finished bundle for the tests of this folder.

The clients run in processes of their own, with `hub.environment()`: the real client reads HF_ENDPOINT once, on import.
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from filelock import FileLock

from hcr.data.generated import standin
from hcr.data.split import Split
from hcr.model import bundle
from tests.conftest import ROOT
from tests.integration.servers import loopback_kaggle
from tests.integration.servers.loopback_hub import Hub, serve
from tests.integration.servers.loopback_kaggle import Kaggle
from training.data.acquire import write_idx
from training.evaluate import evaluate


@pytest.fixture
def hub() -> Iterator[Hub]:
    """A fresh loopback Hub."""
    with serve() as running:
        yield running


@pytest.fixture
def kaggle(csv_files: dict[str, bytes]) -> Iterator[Kaggle]:
    """A loopback Kaggle that has the generated splits as EMNIST."""
    with loopback_kaggle.serve(csv_files) as running:
        yield running


@pytest.fixture(scope="session")
def splits() -> tuple[Split, Split]:
    """Generated characters in the place of balanced-train and balanced-test."""
    return standin.generate(10, 1, "balanced-train"), standin.generate(5, 2, "balanced-test")


@pytest.fixture(scope="session")
def csv_files(splits: tuple[Split, Split]) -> dict[str, bytes]:
    """The files of a Kaggle data set: a label and 784 values a row."""
    files = {f"emnist-{split.name}.csv": csv_of(split) for split in splits}
    return files | {"emnist-balanced-mapping.txt": mapping(bundle.CLASSES)}


def csv_of(split: Split) -> bytes:
    """Kaggle's file of a split."""
    rows = np.concatenate([split.labels[:, None], split.images.reshape(len(split), -1)], axis=1)
    return "".join(",".join(map(str, row)) + "\n" for row in rows.tolist()).encode()


def mapping(classes: str) -> bytes:
    """NIST's mapping file for an order of the classes."""
    return "".join(f"{label} {ord(character)}\n" for label, character in enumerate(classes)).encode()


@pytest.fixture(scope="session")
def idx_folder(splits: tuple[Split, Split], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """NIST's files of the generated splits."""
    folder = tmp_path_factory.mktemp("idx")
    for split in splits:
        write_idx(split, folder)
    return folder


@pytest.fixture(scope="session")
def _finished(splits: tuple[Split, Split], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("finished") / "bundle"
    shutil.copytree(bundle.BUNDLED, folder)
    evaluate(folder, splits[1])
    return folder


@pytest.fixture
def finished(_finished: Path, tmp_path: Path) -> Path:
    """A bundle of this test's own, fit to be published: the bundled model with a report on generated characters."""
    return Path(shutil.copytree(_finished, tmp_path / "bundle"))


@pytest.fixture
def training(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess]:
    """training(*arguments, **environment): `python -m training ...` as a person would run it, with a home of its own."""
    settings = at_home(tmp_path)
    return lambda *arguments, **environment: run_training(settings | environment, *arguments)


def at_home(folder: Path) -> dict[str, str]:
    """The environment of a person whose home is `folder`, without credentials."""
    (folder / "tmp").mkdir()
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("HF_", "KAGGLE_"))}
    return inherited | {"HOME": str(folder), "HF_HOME": str(folder / "cache"), "TMPDIR": str(folder / "tmp")}


def run_training(environment: dict[str, str], *arguments: object) -> subprocess.CompletedProcess:
    """`python -m training ...` from the checkout, to its end."""
    command = [sys.executable, "-m", "training", *map(str, arguments)]
    return subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=1800, check=False)


@dataclass(frozen=True)
class Trained:
    """data: EMNIST's files as they were acquired; bundle: what was trained on them, without a report; said: what the second
    `fit` printed, the first having been killed after its first checkpoint."""

    data: Path
    bundle: Path
    said: str


@pytest.fixture(scope="session")
def _trained(tmp_path_factory: pytest.TempPathFactory) -> Trained:
    """Made by the first test process that asks; the others wait for it."""
    base = tmp_path_factory.getbasetemp()
    home = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "trained"
    with FileLock(f"{home}.lock"):
        said = home / "said"
        if not said.exists():
            home.mkdir()
            said.write_text(_train_in(home), encoding="utf-8")
        return Trained(home / "data", home / "bundle", said.read_text(encoding="utf-8"))


def _train_in(home: Path) -> str:
    """Acquire, fit, kill, fit again; what the last one said."""
    environment, data, folder = at_home(home), home / "data", home / "bundle"
    splits = (standin.generate(100, 1, "balanced-train"), standin.generate(20, 2, "balanced-test"))
    with loopback_kaggle.serve({f"emnist-{split.name}.csv": csv_of(split) for split in splits}) as kaggle:
        acquired = run_training(environment | kaggle.environment(), "acquire", "--from", "kaggle", "--to", data)
    assert acquired.returncode == 0, acquired.stderr
    arguments = ["fit", "--data", str(data), "--recipe", "smoke", "--epochs", "3", "--out", str(folder)]
    command = [sys.executable, "-m", "training", *arguments]
    with (home / "first.log").open("w") as log:
        first = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT)
    while not (folder / "training" / "checkpoint.json").exists():
        assert first.poll() is None, (home / "first.log").read_text()
        time.sleep(0.1)
    first.kill()
    first.wait()
    second = run_training(environment, *arguments)
    assert second.returncode == 0, second.stderr
    return second.stdout + second.stderr


@pytest.fixture
def trained(_trained: Trained, tmp_path: Path) -> Trained:
    """A finished run of the recipe `smoke`, made once for all tests that need one; its bundle is this test's own."""
    return replace(_trained, bundle=Path(shutil.copytree(_trained.bundle, tmp_path / "trained")))
