"""A run that is killed and goes on, on a recipe cut to seconds: the same weights, the same log, and never other data."""

import csv
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from hcr.errors import InputError
from tests.conftest import ROOT
from tests.integration.training.small_run import run

LIMIT = 600  # seconds: generous, for a machine that does other things
ONE_THREAD = {"OMP_NUM_THREADS": "1", "TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1"}
"""What several threads add up differs in the last bit from run to run."""


def start(folder: Path) -> subprocess.Popen:
    command = [sys.executable, "-m", "tests.integration.training.small_run", str(folder)]
    return subprocess.Popen(
        command, cwd=ROOT, env=os.environ | ONE_THREAD, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def finish(folder: Path) -> tuple[int, str]:
    process = start(folder)
    said, _ = process.communicate(timeout=LIMIT)
    return process.returncode, said


def weights(folder: Path) -> list[np.ndarray]:
    with np.load(folder.with_suffix(".npz")) as file:
        return [file[name] for name in file.files]


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> Path:
    """An unbroken run."""
    folder = tmp_path_factory.mktemp("whole") / "run"
    code, said = finish(folder)
    assert code == 0, said
    return folder


@pytest.fixture
def done(whole: Path, tmp_path: Path) -> Path:
    """A copy of the finished run."""
    (tmp_path / "run").mkdir()
    for file in whole.iterdir():
        (tmp_path / "run" / file.name).write_bytes(file.read_bytes())
    return tmp_path / "run"


def test_a_killed_run_gives_the_weights_of_an_unbroken_one(whole: Path, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    kills = 0
    for epoch in (1, 3):
        process = start(folder)
        deadline = time.monotonic() + LIMIT
        while process.poll() is None and time.monotonic() < deadline:
            state = folder / "checkpoint.json"
            if state.exists() and json.loads(state.read_text())["epoch"] >= epoch:  # never half a file
                os.kill(process.pid, signal.SIGKILL)
                break
            time.sleep(0.01)
        process.communicate(timeout=LIMIT)
        kills += process.returncode == -signal.SIGKILL
    assert kills
    code, said = finish(folder)
    assert code == 0, said
    assert "Going on after epoch" in said
    for ours, theirs in zip(weights(folder), weights(whole), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    assert (folder / "log.csv").read_text() == (whole / "log.csv").read_text()
    with (folder / "log.csv").open() as stream:
        assert [row["epoch"] for row in csv.DictReader(stream)] == ["0", "1", "2", "3"]
    assert [file.name for file in folder.glob("*.weights.h5")] == ["epoch-0004.weights.h5"]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [({"per_class": 9}, "other training images"), ({"seed": 1}, "the seed 0")],
    ids=["other data", "another seed"],
)
def test_another_run_is_refused(done: Path, changes: dict[str, int], sentence: str) -> None:
    before = {file.name: file.read_bytes() for file in done.iterdir()}
    with pytest.raises(InputError, match=re.escape(f"holds a checkpoint of another run ({sentence})")) as refusal:
        run(done, **changes)
    assert "--restart to begin anew" in str(refusal.value)
    assert {file.name: file.read_bytes() for file in done.iterdir()} == before


def test_another_run_begins_anew_when_asked(done: Path, capsys: pytest.CaptureFixture) -> None:
    before = (done / "log.csv").read_text()
    run(done, seed=1, restart=True)
    assert "Going on" not in capsys.readouterr().out
    assert (done / "log.csv").read_text() != before


def cut_state(folder: Path) -> None:
    file = folder / "checkpoint.json"
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def cut_weights(folder: Path) -> None:
    file = next(folder.glob("*.weights.h5"))
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def no_weights(folder: Path) -> None:
    next(folder.glob("*.weights.h5")).unlink()


def nested(folder: Path) -> None:
    (folder / "checkpoint.json").write_text("[" * 100_000)


@pytest.mark.parametrize("spoil", [cut_state, cut_weights, no_weights, nested])
def test_a_damaged_checkpoint_is_a_sentence(done: Path, spoil) -> None:
    spoil(done)
    with pytest.raises(InputError, match="--restart to begin anew"):
        run(done)
