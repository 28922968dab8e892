"""The largest of what is taken from outside, besides pictures: at most 300 MB more while it is read."""

import gzip
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from hcr.data.uploads import MAX_FILE
from hcr.report import predictions
from tests.conftest import PATIENCE, ROOT
from tests.emnist_files import idx_images
from tests.predicted import made_up_predictions

FULL = 112_800  # images of the Balanced train split
PEAK = """
import sys
from pathlib import Path

from hcr.data.uploads import check_upload
from hcr.errors import InputError
from hcr.report import evaluation, predictions

def status(name):
    return int(next(line for line in open("/proc/self/status") if line.startswith(name)).split()[1])

def take(file):
    try:
        if file.suffix == ".parquet":
            return f"{len(evaluation.report(predictions.read_predictions(file)).predictions)} taken"
        return f"{check_upload([file]).total} taken"
    except InputError as error:
        return str(error)

small, large = map(Path, sys.argv[1:])
assert "taken" in take(small)
open("/proc/self/clear_refs", "w").write("5")
before = status("VmRSS")
said = take(large)
print((status("VmHWM") - before) / 1000, said)
"""


def report(rows: int, file: Path) -> None:
    """A report of so many images, in the largest type."""
    predictions.write_predictions(made_up_predictions(50), file)
    about = pq.read_table(file).schema.metadata[predictions.METADATA_KEY]
    assert json.loads(about)
    columns = {name: np.zeros(rows) for name in predictions.COLUMNS} | {"index": np.arange(rows, dtype=float)}
    columns |= {f"class_{place}": np.full(rows, float(place)) for place in range(1, predictions.TOP + 1)}
    table = pa.table(columns).replace_schema_metadata({predictions.METADATA_KEY: about})
    pq.write_table(table, file, row_group_size=rows)


def idx(count: int, file: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 2, (count, 28, 28), np.uint8) * 255  # packs to an eighth
    file.write_bytes(gzip.compress(idx_images(noise), 1))


def bomb(size: int, file: Path) -> None:
    file.write_bytes(gzip.compress(idx_images(np.empty((0, 28, 28), np.uint8), 697_932) + bytes(size), 1))


def csv(size: int, file: Path) -> None:
    row = ",".join(["7", *["0"] * 784]).encode() + b"\n"
    file.write_bytes(row * (size // len(row)))


CASES: dict[str, tuple[Callable[[int, Path], None], str, int, str]] = {
    "report": (report, "predictions.parquet", predictions.MAX_ROWS, "taken"),
    "IDX": (idx, "images-idx3-ubyte.gz", FULL, "taken"),
    "a gzip bomb": (bomb, "images-idx3-ubyte.gz", 1 << 30, "more than 128 MB once unpacked"),
    "CSV": (csv, "data.csv", MAX_FILE, "taken"),
}


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("name", CASES)
def test_the_largest_file_is_read_within_300_mb(name, tmp_path):
    write, file, size, said = CASES[name]
    for folder in ("small", "large"):
        (tmp_path / folder).mkdir()
    (idx if write is bomb else write)(4000, tmp_path / "small" / file)
    write(size, tmp_path / "large" / file)
    command = [sys.executable, "-c", PEAK, tmp_path / "small" / file, tmp_path / "large" / file]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode == 0, done.stderr
    grown, answer = done.stdout.split(maxsplit=1)
    assert said in answer
    assert float(grown) <= 300
