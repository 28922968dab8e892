"""Loopback servers, small generated data and a finished bundle for the tests of this folder.

The clients run in processes of their own, with `hub.environment()`: the real client reads HF_ENDPOINT once, on import.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

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
    (tmp_path / "tmp").mkdir()
    own = {"HOME": str(tmp_path), "HF_HOME": str(tmp_path / "cache"), "TMPDIR": str(tmp_path / "tmp")}

    def run(*arguments: object, **environment: str) -> subprocess.CompletedProcess:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("HF_", "KAGGLE_"))}
        command = [sys.executable, "-m", "training", *map(str, arguments)]
        return subprocess.run(
            command, env=inherited | own | environment, cwd=ROOT, capture_output=True, text=True, timeout=600, check=False
        )

    return run
