"""A model bundle: one folder, the same on the Hub, in the cache and in assets/model.

model.tflite           what serves: float32 (n, 28, 28, 1) upright ink in [0, 1] -> logits (n, 47), class maps (n, h, w, 47)
model.keras            what trains on (no optimizer state)
config.json            classes, input, temperature, abstain threshold, recipe, versions, data, metrics, checksums
evaluation/            metrics.json, predictions.parquet
README.md              the model card
"""

import hashlib
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from hcr.alphabet import CLASSES
from hcr.assets import MODEL
from hcr.errors import InputError
from hcr.image import SIDE

FORMAT = 1
MODEL_FILE, KERAS_FILE, CONFIG_FILE = "model.tflite", "model.keras", "config.json"
METRICS_FILE, PREDICTIONS_FILE = "evaluation/metrics.json", "evaluation/predictions.parquet"
BUNDLED = MODEL
INPUT = {"shape": [SIDE, SIDE, 1], "range": [0, 1], "orientation": "upright", "ink": "high"}


@dataclass(frozen=True)
class Config:
    """config.json. temperature divides the logits before the softmax; a reading whose probability, summed over the
    shape-identical group of the first guess, is below abstain_threshold counts as not known."""

    recipe: str
    parameters: int
    temperature: float
    abstain_threshold: float
    data: dict[str, Any]
    """description (words), fingerprint (SHA-256 of the train images), and what acquisition said of its source"""
    versions: dict[str, str]
    metrics: dict[str, Any] = field(default_factory=dict)
    """the headline of evaluation/metrics.json: split, images, top1, top3, top1_groups_merged"""
    sha256: dict[str, str] = field(default_factory=dict)
    """checksum of every model file, by name"""
    classes: str = CLASSES
    input: dict[str, Any] = field(default_factory=lambda: dict(INPUT))
    gives_probabilities: bool = False
    """whether model.keras ends in a softmax; else it gives logits (model.tflite always does)"""
    format: int = FORMAT


@dataclass(frozen=True)
class Bundle:
    """A bundle that passed its checks. origin: where it came from, in words for the page; revision: a commit, or None."""

    folder: Path
    config: Config
    origin: str
    revision: str | None = None

    @property
    def name(self) -> str:
        return f"{self.config.recipe}, {self.config.parameters / 1e6:.2f} M parameters"


def open_bundle(folder: Path | str, origin: str | None = None, revision: str | None = None) -> Bundle:
    """Check a folder and open it as a bundle. Raises InputError, one sentence a fault: a missing file, broken JSON,
    another class list, input or format, an impossible temperature, a checksum that does not fit."""
    folder = Path(folder)
    if not folder.is_dir():
        raise InputError(f"{folder}: no such folder; a model bundle is a folder with {CONFIG_FILE} and {MODEL_FILE}.")
    config = read_config(folder)
    if not (folder / MODEL_FILE).is_file():
        raise InputError(f"{folder}: {MODEL_FILE} is missing. Run `python -m training export {folder}` to make it.")
    for name, expected in config.sha256.items():
        file = folder / name
        if file.is_file() and sha256(file) != expected:
            raise InputError(
                f"{file}: not the file that {CONFIG_FILE} names (its checksum differs). Download or export it again."
            )
    return Bundle(folder, config, origin or str(folder), revision)


def read_config(folder: Path) -> Config:
    """Read and check config.json alone."""
    file = folder / CONFIG_FILE
    try:
        values = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise InputError(f"{folder}: {CONFIG_FILE} is missing; this is no model bundle.") from error
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise InputError(f"{file}: not readable as JSON ({error}).") from error
    if not isinstance(values, dict):
        raise InputError(f"{file}: expected a JSON object.")
    if values.get("format") != FORMAT:
        raise InputError(
            f"{file}: bundle format {values.get('format')!r}; this version of the program reads format {FORMAT}."
        )
    if values.get("classes") != CLASSES:
        raise InputError(f"{file}: another class list; expected {CLASSES}.")
    if values.get("input") != INPUT:
        raise InputError(f"{file}: the model expects the input {values.get('input')}, this program feeds {INPUT}.")
    known = set(Config.__dataclass_fields__)
    try:
        config = Config(**{key: value for key, value in values.items() if key in known})
    except TypeError as error:
        raise InputError(f"{file}: an entry is missing ({error}).") from error
    for name, low, high in (("temperature", 0.05, 20.0), ("abstain_threshold", 0.0, 1.0)):
        value = getattr(config, name)
        if not isinstance(value, int | float) or not low <= value <= high:
            raise InputError(f"{file}: {name} is {value!r}; expected a number from {low} to {high}.")
    return config


def write_config(folder: Path, config: Config) -> None:
    """Write config.json, with the checksums of the model files as they lie in the folder now."""
    sums = {name: sha256(folder / name) for name in (MODEL_FILE, KERAS_FILE) if (folder / name).is_file()}
    write_json(folder / CONFIG_FILE, asdict(config) | {"sha256": sums})


def write_json(file: Path, values: dict[str, Any]) -> None:
    """Write a JSON file as a whole or not at all: a run that is killed, or a full disk, leaves what was there before."""
    fresh = file.with_name(f"{file.name}.part")
    try:
        text = json.dumps(values, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
        fresh.write_text(text, encoding="utf-8")
        fresh.replace(file)
    finally:
        fresh.unlink(missing_ok=True)


def sha256(file: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
