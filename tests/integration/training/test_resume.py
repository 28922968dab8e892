"""A run that is killed and goes on, on a recipe cut to seconds: the same weights, the same log, and never other data."""

import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import ROOT

LIMIT = 600  # seconds: generous, for a machine that does other things
# python -c FIT FOLDER SEED PER_CLASS RESTART OUT. Dropout, augmentation, averaging, Muon, growing pictures, other hands and
# negatives as in `hands`
FIT = """
import sys
from dataclasses import replace
from pathlib import Path
import numpy as np
from hcr.data.generated import standin
from hcr.data.orientation import upright
from hcr.errors import InputError
from training.run.pools import Pools
from training.data.prepare import TrainingData
from training.fit import fit
from training.hands.pool import Hands, Written
from training.negatives.glyphs import Glyphs
from training.negatives.pool import Use, build
from training.recipes import Mix, hands
folder, seed, per_class, restart, out = sys.argv[1:]
sides = ((0.5, 12), (1.0, 16))
recipe = replace(hands(), epochs=4, images_per_epoch=384, batch_size=64, averaging=0.9, sides=sides,
                 mix=Mix(hands=0.15, cut=200), seed=int(seed))
train, held = standin.generate(int(per_class), 1), standin.generate(2, 2)
data = TrainingData(*(np.ascontiguousarray(upright(train.images)), train.labels, np.ascontiguousarray(upright(held.images)),
                      held.labels, "a test", train.fingerprint, (), "a test", {}))
names = np.full(len(held), "a test")
written = Written(data.validation_images, held.labels, names, names)
negatives = build(Use.TRAINING, Glyphs(data.images, data.labels), 40)
pools = Pools(Hands(written, written, "a test"), negatives, negatives, "a test", "a test")
try:
    model = fit(recipe, data, Path(folder), pools, bool(int(restart)))
except InputError as error:
    sys.exit(f"InputError: {error}")
np.savez(out, *model.get_weights())
"""


def start(folder: Path, seed: int = 0, per_class: int = 8, restart: int = 0) -> subprocess.Popen:
    command = [sys.executable, "-c", FIT, folder, seed, per_class, restart, folder.with_suffix(".npz")]
    return subprocess.Popen(
        [str(part) for part in command], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def finish(folder: Path, **changes: int) -> tuple[int, str]:
    process = start(folder, **changes)
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
def test_another_run_is_refused_and_begins_anew_when_asked(done: Path, changes: dict[str, int], sentence: str) -> None:
    before = {file.name: file.read_bytes() for file in done.iterdir()}
    code, said = finish(done, **changes)
    assert code == 1, said
    assert f"holds a checkpoint of another run ({sentence})" in said
    assert "--restart to begin anew" in said
    assert {file.name: file.read_bytes() for file in done.iterdir()} == before
    assert not done.with_suffix(".npz").exists()
    code, said = finish(done, restart=1, **changes)
    assert code == 0, said
    assert "Going on" not in said


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
    code, said = finish(done)
    assert (code, "InputError: " in said, "--restart to begin anew" in said, "Traceback" in said) == (1, True, True, False)
