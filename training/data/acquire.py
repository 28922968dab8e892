"""Get EMNIST and verify it: from Kaggle, from a data set on the Hub, or from a folder.

python -m training acquire --from kaggle --to data/emnist            (KAGGLE_USERNAME and KAGGLE_KEY in the environment)
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

from hcr.alphabet import CLASSES
from hcr.data.files import IMAGE_MAGIC, LABEL_MAGIC, read_split
from hcr.data.split import OFFICIAL_COUNTS, Split
from hcr.errors import InputError
from hcr.image import SIDE
from training.data import kaggle, manifest
from training.failures import DiskFull, disk_full_in, from_hub

REQUIRED = ("balanced-train", "balanced-test")
DOWNLOAD = "download"  # below the target folder, gone once everything is verified


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--from", dest="source", required=True, metavar="kaggle|hub:REPO|DIR", help="where EMNIST is")
    parser.add_argument("--to", type=Path, required=True, metavar="DIR", help="where the verified files go")
    limit = f"seconds that a download from Kaggle may take (default: {kaggle.SECONDS})"
    parser.add_argument("--time-limit", type=float, default=kaggle.SECONDS, metavar="SECONDS", help=limit)


def run(arguments: argparse.Namespace) -> int:
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
        return f"Kaggle, {kaggle.DATASET}", _from_folder(kaggle.download(download, seconds=seconds))
    if source.startswith("hub:"):
        return _from_hub(source.removeprefix("hub:"), download)
    if not Path(source).exists():
        raise InputError(f"{source}: no such folder or zip file. Give one, or `kaggle`, or `hub:USER/NAME`.")
    return f"the files in {Path(source).name}", _from_folder(Path(source))


def _from_folder(folder: Path) -> list[Split]:
    if folder.is_dir():
        for mapping in sorted(folder.rglob("emnist-balanced-mapping.txt")):
            manifest.check_mapping(mapping)
    splits = [read_split(folder, name) for name in REQUIRED]
    for name in OFFICIAL_COUNTS.keys() - set(REQUIRED):
        try:
            splits.append(read_split(folder, name))
        except InputError as error:
            if "no EMNIST" not in str(error):  # there, but damaged
                raise
    return splits


def _from_hub(repo: str, download: Path) -> tuple[str, list[Split]]:
    """Either NIST's or Kaggle's files as they are, or parquet with an image and a label a row, at one commit."""
    from huggingface_hub import HfApi, snapshot_download

    name, _, revision = repo.partition("@")
    try:
        info = HfApi().dataset_info(name, revision=revision or None, timeout=30)
        words = f"the Hub, {name} at commit {str(info.sha)[:7]}"
        files = [item.rfilename for item in info.siblings or ()]
        if any(Path(file).name.startswith(f"emnist-{REQUIRED[0]}") for file in files):
            wanted = ["*emnist-balanced-*", "*emnist-bymerge-*"]
            snapshot_download(name, repo_type="dataset", revision=info.sha, local_dir=download, allow_patterns=wanted)
            return words, _from_folder(download)
        return words, from_parquet(name, str(info.sha))
    except InputError:
        raise
    except Exception as error:
        raise from_hub(error, name) from error


def from_parquet(repo: str, commit: str) -> list[Split]:
    """The splits of a Hub data set with the columns image and label. "train" is balanced-train, "test" balanced-test."""
    import datasets

    found = datasets.load_dataset(repo, revision=commit)
    splits = []
    for name, rows in found.items():
        features = rows.features
        if not {"image", "label"} <= features.keys() or getattr(features["label"], "names", None) != list(CLASSES):
            raise InputError(f"{repo}: expected the columns image and label, with the {len(CLASSES)} class names {CLASSES}.")
        columns = rows.with_format("numpy")[:]
        images = np.asarray(columns["image"])
        if images.shape[1:] != (SIDE, SIDE):
            raise InputError(f"{repo}: images of another size or mode than {SIDE}x{SIDE} grey levels in the split {name}.")
        emnist_name = {"train": "balanced-train", "test": "balanced-test"}.get(name, name.replace("_", "-"))
        splits.append(
            Split(images.astype(np.uint8), np.asarray(columns["label"], np.uint8), emnist_name, f"{repo} on the Hub")
        )
    missing = set(REQUIRED) - {split.name for split in splits}
    if missing:
        raise InputError(f"{repo}: no split for {' and '.join(sorted(missing))}; found {', '.join(found)}.")
    return splits


def write_idx(split: Split, folder: Path) -> tuple[Path, Path]:
    """Write a split as NIST does: gzip-compressed IDX files, images and labels."""
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
