"""A model bundle: one folder, the same on the Hub, in the cache and in assets/model.

model.tflite           what serves: float32 (n, 28, 28, 1) upright ink in [0, 1] -> logits (n, 47; with "no character" 48),
                       class maps (n, h, w, 47)
model.keras            what trains on (no optimizer state)
config.json            classes, input, temperature, abstain threshold, recipe, versions, data, metrics, checksums
evaluation/            metrics.json, predictions.parquet
README.md              the model card
"""

import hashlib
import json
import os
import re
import reprlib
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from hcr.alphabet import CLASSES
from hcr.assets import MODEL
from hcr.errors import InputError
from hcr.image import SIDE

FORMAT, FORMATS = 2, (1, 2)
"""What is written, and what is read: before 2 there was no output for "no character"."""
MODEL_FILE, KERAS_FILE, CONFIG_FILE = "model.tflite", "model.keras", "config.json"
METRICS_FILE, PREDICTIONS_FILE = "evaluation/metrics.json", "evaluation/predictions.parquet"
CHECKED_FILES = (MODEL_FILE, KERAS_FILE)
"""The only names that the checksums in config.json may have."""
MAX_BYTES = {
    MODEL_FILE: 64 << 20,
    KERAS_FILE: 64 << 20,
    CONFIG_FILE: 256 << 10,
    METRICS_FILE: 4 << 20,
    PREDICTIONS_FILE: 32 << 20,
}
"""The largest files that are opened: ten times what the largest recipe here writes."""
BUNDLED = MODEL
SHARES = ("top1", "top3", "top1_groups_merged", "validation_top1")  # of `metrics`, 0 to 1
COUNTS = ("images", "official_count", "validation_images")  # of `metrics`
RANGES = {"temperature": (0.05, 20.0), "character_scale": (0.01, 20.0), "character_offset": (-50.0, 50.0)}
INPUT = {"shape": [SIDE, SIDE, 1], "range": [0, 1], "orientation": "upright", "ink": "high"}


@dataclass(frozen=True)
class Config:
    """config.json. temperature divides the logits before the softmax; a reading whose probability, summed over the
    shape-identical group of the first guess, is below abstain_threshold counts as not known. Of a model with a 48th
    output, character_scale and character_offset calibrate how likely there is one character (see
    `hcr.probabilities.character_probability`); below character_threshold it counts as none."""

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
    character_scale: float = 1.0
    character_offset: float = 0.0
    character_threshold: float = 0.0
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
        """The model in a few words, for the page."""
        return f"{self.config.recipe}, {self.config.parameters / 1e6:.2f} M parameters"


def open_bundle(folder: Path | str, origin: str | None = None, revision: str | None = None) -> Bundle:
    """Check a folder and open it as a bundle. Raises InputError, one sentence a fault: a missing file, broken JSON,
    another class list, input or format, an impossible value, a file that is too large, a checksum that does not fit.

    origin: the bundle's name in every sentence, by default the folder.
    """
    folder, origin = Path(folder), origin or str(folder)
    if not folder.is_dir():
        raise InputError(f"{origin}: no such folder; a model bundle is a folder with {CONFIG_FILE} and {MODEL_FILE}.")
    config = read_config(folder, origin)
    if not (folder / MODEL_FILE).is_file():
        raise InputError(f"{origin}: {MODEL_FILE} is missing. Run `python -m training export {origin}` to make it.")
    for name in CHECKED_FILES:
        file = folder / name
        if file.is_file() and file.stat().st_size > MAX_BYTES[name]:
            raise InputError(f"{origin}: {name} is larger than {MAX_BYTES[name] >> 20} MB; it is not opened.")
        expected = config.sha256.get(name)
        if file.is_file() and expected and sha256(file) != expected:
            raise InputError(
                f"{origin}: {name} is not the file that {CONFIG_FILE} names (its checksum differs). "
                "Download or export it again."
            )
    return Bundle(folder, config, origin, revision)


def read_config(folder: Path, origin: str | None = None) -> Config:
    """Read and check config.json alone. origin: the bundle's name in sentences. Raises InputError."""
    where = f"{origin or folder}: {CONFIG_FILE}"
    file = folder / CONFIG_FILE
    if not file.is_file():
        raise InputError(f"{where} is missing; this is no model bundle.")
    values = read_json(file, where, MAX_BYTES[CONFIG_FILE])
    if not isinstance(values, dict):
        raise InputError(f"{where} is no JSON object.")
    if values.get("format") not in FORMATS or isinstance(values["format"], bool):
        raise InputError(
            f"{where} is of bundle format {_shown(values.get('format'))}; this version of the program reads "
            f"format {FORMATS[0]} to {FORMATS[-1]}."
        )
    if values.get("classes") != CLASSES:
        raise InputError(f"{where} has another class list; expected {CLASSES}.")
    if values.get("input") != INPUT:
        raise InputError(f"{where}: the model expects the input {_shown(values.get('input'))}, this program feeds {INPUT}.")
    known = set(Config.__dataclass_fields__)
    try:
        config = Config(**{key: value for key, value in values.items() if key in known})
    except TypeError as error:
        raise InputError(f"{where}: an entry is missing ({error}).") from error
    _check_kinds(config, where)
    _check_numbers(config, where)
    return config


def _check_numbers(config: Config, where: str) -> None:
    """Raises InputError for a number that is none, or out of its range."""
    whole = {"parameters": config.parameters} | {name: config.metrics[name] for name in COUNTS if name in config.metrics}
    names = ("temperature", "abstain_threshold", "character_scale", "character_offset", "character_threshold")
    broken = {name: getattr(config, name) for name in names}
    broken |= {name: config.metrics[name] for name in SHARES if name in config.metrics}
    for name, value in (whole | broken).items():
        low, high = RANGES.get(name, (0, 10**9) if name in whole else (0.0, 1.0))
        kinds = int if name in whole else int | float
        if name == "official_count" and value is None:  # there is no official split
            continue
        if isinstance(value, bool) or not isinstance(value, kinds) or not low <= value <= high:  # NaN lies in no range
            raise InputError(f"{where}: {name} is {_shown(value)}; expected a number from {low} to {high}.")


def _check_kinds(config: Config, where: str) -> None:
    """Raises InputError for an entry of another kind than `Config` says."""
    for name, kind in (("recipe", str), ("data", dict), ("versions", dict), ("metrics", dict), ("sha256", dict)):
        if not isinstance(getattr(config, name), kind):
            raise InputError(f"{where}: {name} is {_shown(getattr(config, name))}; expected another kind of value.")
    for name, checksum in config.sha256.items():
        if name not in CHECKED_FILES:
            raise InputError(f"{where}: a checksum of {_shown(name)}; only {' and '.join(CHECKED_FILES)} have one.")
        if not isinstance(checksum, str) or not re.fullmatch("[0-9a-f]{64}", checksum):
            raise InputError(f"{where}: the checksum of {name} is {_shown(checksum)}; expected 64 hexadecimal digits.")


def write_config(folder: Path, config: Config) -> None:
    """Write config.json, with the checksums of the model files as they lie in the folder now."""
    sums = {name: sha256(folder / name) for name in CHECKED_FILES if (folder / name).is_file()}
    write_json(folder / CONFIG_FILE, asdict(config) | {"sha256": sums})


def read_json(file: Path, name: str, limit: int) -> object:
    """The values in a JSON file of at most `limit` bytes. name: the file's, in sentences. Raises InputError."""
    try:
        with file.open("rb") as stream:
            content = stream.read(limit + 1)
        if len(content) > limit:
            raise InputError(f"{name} is larger than {limit >> 10} kB; it is not read.")
        return parse_json(content)
    except (OSError, ValueError, RecursionError) as error:  # ValueError: no UTF-8, no JSON, a number of 5,000 digits
        reason = "nested too deep" if isinstance(error, RecursionError) else reprlib.repr(str(error))
        raise InputError(f"{name} is not readable as JSON ({reason}).") from error


def parse_json(content: bytes) -> object:
    """The values in JSON. Raises ValueError for anything else, and for text that can be shown nowhere (half a character);
    RecursionError where it is nested too deep."""
    values = json.loads(content.decode("utf-8"))
    json.dumps(values, ensure_ascii=False).encode("utf-8")
    return values


def write_json(file: Path, values: object) -> None:
    """Write JSON so that the file is the old one or the new one at any moment, whatever stops the program.

    Raises ValueError for NaN and infinity, which JSON does not have, and OSError.
    """
    text = json.dumps(values, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    fresh = file.with_name(f"{file.name}.part")  # one name, so that what a killed run left goes with the next
    try:
        with fresh.open("w", encoding="utf-8") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        fresh.replace(file)
    finally:
        fresh.unlink(missing_ok=True)


def _shown(value: object) -> str:
    """A value from outside as a sentence can hold it."""
    return reprlib.repr(value)


def sha256(file: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
