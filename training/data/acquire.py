"""Get EMNIST and verify it: from Kaggle, from a data set on the Hub, or from a folder.

python -m training acquire --from kaggle --to data/emnist            (credentials: see `training.data.kaggle`)
python -m training acquire --from hub:USER/NAME --to data/emnist
python -m training acquire --from FOLDER --to data/emnist

Ends with NIST's IDX files, raw as EMNIST stores its images, and manifest.json. Exit codes: see `training.failures`.
"""

import argparse
import gzip
import shutil
import signal
import struct
import sys
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from hcr import hub
from hcr.data import source as door
from hcr.data.formats.idx import IMAGE_MAGIC, LABEL_MAGIC
from hcr.data.source import Source
from hcr.data.split import Split
from hcr.errors import InputError
from hcr.image import SIDE
from training.data import kaggle, manifest
from training.failures import DiskFull, disk_full_in, from_hub

REQUIRED = ("balanced-train", "balanced-test")
DOWNLOAD = "download"  # below the target folder, gone once everything is verified


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command line of `acquire`."""
    parser.add_argument("--from", dest="source", required=True, metavar="kaggle|hub:REPO|DIR", help="where EMNIST is")
    parser.add_argument("--to", type=Path, required=True, metavar="DIR", help="where the verified files go")
    limit = f"seconds that a download from Kaggle may take (default: {kaggle.SECONDS})"
    parser.add_argument("--time-limit", type=float, default=kaggle.SECONDS, metavar="SECONDS", help=limit)


def run(arguments: argparse.Namespace) -> int:
    """Fetch, verify, write and say what was found."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that temporary credentials go even then
    done = acquire(arguments.source, arguments.to, arguments.time_limit)
    for name, facts in done.splits.items():
        whole = "complete" if facts.images == facts.official_count else f"partial, officially {facts.official_count:,}"
        each = f"{min(facts.counts):,} to {max(facts.counts):,} a class"
        print(f"{name}: {facts.images:,} images ({whole}), {each}. {facts.orientation}")
        if facts.disagreeing:
            print(f"  Look at {facts.disagreeing}: many of these images are unlike their class in EMNIST.")
    print(f"Verified; {arguments.to / manifest.FILE} holds counts and checksums.")
    return 0


def acquire(source: str, to: Path, seconds: float = kaggle.SECONDS) -> manifest.Manifest:
    """Fetch, verify and write the splits. Raises InputError for data that is not EMNIST, and the failures of
    `training.failures`; what was downloaded stays then, so that the next run goes on from there."""
    try:
        to.mkdir(parents=True, exist_ok=True)
        words, splits = _fetch(source, to / DOWNLOAD, seconds)
        facts = {split.name: manifest.verify(split, write_idx(split, to)) for split in splits}
        done = manifest.Manifest(words, datetime.now(UTC).isoformat(timespec="seconds"), facts)
        manifest.write_manifest(to, done)
    except OSError as error:
        if disk_full_in(error):
            raise DiskFull(f"The disk of {to} is full. Free some space and run the same command again.") from error
        raise
    shutil.rmtree(to / DOWNLOAD, ignore_errors=True)
    return done


def _fetch(source: str, download: Path, seconds: float) -> tuple[str, list[Split]]:
    """Where the data came from, in words, and its splits."""
    if source == "kaggle":
        folder = kaggle.download(download, seconds=seconds)
        return f"Kaggle, {kaggle.DATASET}", _all_of(door.local(folder, str(folder)))
    if source.startswith("hub:"):
        opened = _from_hub(source.removeprefix("hub:"), download)
        return f"the Hub, {opened.origin}", _all_of(opened)
    if not door.here(source):
        raise InputError(f"{source}: no such folder or zip file. Give one, or `kaggle`, or `hub:USER/NAME`.")
    return f"the files in {Path(source).name}", _all_of(door.local(Path(source), source))


def _all_of(opened: Source) -> list[Split]:
    """The required splits of a source, and what else it has. Raises InputError where one is missing or damaged."""
    if opened.location and opened.location.is_dir():
        for mapping in sorted(opened.location.rglob("emnist-balanced-mapping.txt")):
            manifest.check_mapping(mapping)
    return [door.read(opened, name) for name in (*REQUIRED, *(name for name in opened.names if name not in REQUIRED))]


def _from_hub(repo: str, download: Path) -> Source:
    """A data set on the Hub, downloaded to a folder that goes once all is verified."""
    wanted = hub.parse(repo)
    if isinstance(wanted, Path):
        raise InputError(f"{repo}: a folder of that name is here. Leave `hub:` out, or run this in another folder.")
    try:
        return door.fetch(wanted, into=download)
    except InputError:
        raise
    except Exception as error:
        raise from_hub(error, wanted.repo) from error


def write_idx(split: Split, folder: Path) -> tuple[Path, Path]:
    """Write a split as NIST does: gzip-compressed IDX files, images and labels; the same split gives the same bytes."""
    stem = f"emnist-{split.name}"
    images = folder / f"{stem}-images-idx3-ubyte.gz"
    labels = folder / f"{stem}-labels-idx1-ubyte.gz"
    _write_gz(images, struct.pack(">4I", IMAGE_MAGIC, len(split), SIDE, SIDE), split.images)
    _write_gz(labels, struct.pack(">2I", LABEL_MAGIC, len(split)), split.labels)
    return images, labels


def _write_gz(file: Path, header: bytes, values: np.ndarray) -> None:
    part = file.with_name(file.name + ".part")
    with (
        part.open("wb") as raw,
        gzip.GzipFile("", "wb", 5, raw, mtime=0) as stream,
    ):  # no name, no time: same bytes each time
        stream.write(header)
        stream.write(np.ascontiguousarray(values).data)
    part.replace(file)
