"""What was found when a data set was verified: manifest.json beside its files, named by the bundles trained on them."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from hcr.alphabet import CLASS_COUNT, CLASSES
from hcr.data.orientation import Stored, detect
from hcr.data.split import Split, fingerprint
from hcr.errors import InputError
from hcr.model.bundle import sha256, write_json

FILE = "manifest.json"
DETECTOR_IMAGES = 2_000  # drawn from the whole split: enough to be sure, a tenth of a second
DISAGREEING_LIMIT = 5  # classes; a wrong class order turns nearly all 47 against their labels, odd handwriting one or two


@dataclass(frozen=True)
class Facts:
    """One split. official_count: images of the official split; counts: images of each class, 47 of them; orientation:
    the detector's sentence; disagreeing: classes whose images are unlike their label's; fingerprint: SHA-256 over all
    images and labels; files: SHA-256 of each file."""

    images: int
    official_count: int | None
    counts: list[int]
    orientation: str
    disagreeing: str
    fingerprint: str
    files: dict[str, str]


@dataclass(frozen=True)
class Manifest:
    """source: where the data came from, in words; date: ISO 8601; splits: by name, such as "balanced-train"."""

    source: str
    date: str
    splits: dict[str, Facts]
    classes: str = CLASSES


def verify(split: Split, files: tuple[Path, ...]) -> Facts:
    """Check that a split, if Balanced, has every class, is stored raw and labelled in EMNIST's order. Raises InputError."""
    empty = "".join(CLASSES[label] for label in np.flatnonzero(split.counts == 0))
    if empty and split.name.startswith("balanced"):
        raise InputError(f"{split.name}: no image of {len(empty)} of {CLASS_COUNT} classes ({empty}). Download it again.")
    chosen = np.sort(np.random.default_rng(0).permutation(len(split))[:DETECTOR_IMAGES])
    verdict = detect(split.images[chosen], split.labels[chosen])
    if verdict.kind is not Stored.RAW:
        raise InputError(f"{split.name}: expected images stored raw, as EMNIST has them. {verdict.sentence}")
    if len(verdict.disagreeing) > DISAGREEING_LIMIT:
        wrong = f"the images do not fit their labels in {verdict.disagreeing}"
        raise InputError(f"{split.name}: {wrong}; expected the class order {CLASSES}.")
    return Facts(
        len(split),
        split.official_count,
        split.counts.tolist(),
        verdict.sentence,
        verdict.disagreeing,
        fingerprint(split.images, split.labels),
        {file.name: sha256(file) for file in files},
    )


def check_mapping(file: Path) -> None:
    """Hold NIST's mapping file (label, then character code, a line each) against the class order. Raises InputError."""
    try:
        pairs = [tuple(map(int, line.split()[:2])) for line in file.read_text().splitlines() if line.strip()]
        order = "".join(chr(code) for _, code in sorted(pairs))
    except (ValueError, OSError) as error:
        raise InputError(f"{file}: not a mapping of labels to character codes ({error}).") from error
    if order != CLASSES:
        raise InputError(f"{file}: the classes are in the order {order}; expected {CLASSES}.")


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write manifest.json, as a whole or not at all."""
    write_json(folder / FILE, asdict(manifest))


def read_manifest(folder: Path) -> Manifest | None:
    """The manifest of a verified folder; None for data that was never verified. Raises InputError for a broken one."""
    file = folder / FILE
    if not file.is_file():
        return None
    try:
        values: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        return Manifest(**(values | {"splits": {name: Facts(**facts) for name, facts in values["splits"].items()}}))
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise InputError(
            f"{file}: not a manifest of this program ({error}). Run `python -m training acquire` again."
        ) from error


def named(folder: Path) -> dict[str, str]:
    """What a bundle's config says of its data beside the description: the source and the manifest's checksum."""
    manifest = read_manifest(folder) if folder.is_dir() else None
    return {"source": manifest.source, "manifest_sha256": sha256(folder / FILE)} if manifest else {}
