"""What a model answered on a split: the five likeliest classes of every image, in one parquet file.

The file's metadata ties it to the weights that gave the answers and to the images that they were asked about.
"""

import json
import reprlib
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from hcr.alphabet import CLASS_COUNT, CLASSES, GROUP_INDEX
from hcr.data.orientation import upright
from hcr.data.split import Split, fingerprint
from hcr.errors import InputError
from hcr.model.apart import Apart
from hcr.model.bundle import MAX_BYTES, MODEL_FILE, PREDICTIONS_FILE, parse_json, sha256
from hcr.model.classifier import Classifier
from hcr.probabilities import softmax
from hcr.report.calibration import Calibration, calibration_figures

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

TOP = 5
FORMAT = 1
METADATA_KEY = b"hcr"
CHUNK = 512  # images between two steps of a progress bar
COLUMNS = ("index", "label", *(f"class_{n}" for n in range(1, TOP + 1)), *(f"probability_{n}" for n in range(1, TOP + 1)))
MAX_ROWS = 700_000  # the largest split of EMNIST has 697,932; as float64 they take 220 MB to read
LONGEST_WORD = 1000  # characters
INFINITY = float("inf")
AGAIN = "Run `python -m training evaluate --data DIR --model BUNDLE` to make it again."
_GROUPS = np.array(GROUP_INDEX)


@dataclass(frozen=True)
class Provenance:
    """Where predictions come from.

    model_sha256: of model.tflite; model: its name in words; split: such as "balanced-test"; images: the split's own
    description; official_count: images of the official split, None where there is none; generated: True for the stand-in;
    images_sha256: see `hcr.data.split.fingerprint`; date: UTC, ISO 8601, to the second; calibration: what only the full
    logits can give.
    """

    model_sha256: str
    model: str
    split: str
    images: str
    official_count: int | None
    generated: bool
    images_sha256: str
    date: str
    calibration: Calibration


@dataclass(frozen=True)
class Predictions:
    """index: int32 (n,), the image's place in its split; labels: uint8 (n,); classes: uint8 (n, 5), likeliest first;
    probabilities: float32 (n, 5), calibrated, what is missing to 1 belongs to the other 42 classes."""

    index: np.ndarray
    labels: np.ndarray
    classes: np.ndarray
    probabilities: np.ndarray
    provenance: Provenance

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def guesses(self) -> np.ndarray:
        """The first guess for each image: uint8 (n,)."""
        return self.classes[:, 0]

    @property
    def confidence(self) -> np.ndarray:
        """The probability of the first guess: float32 (n,)."""
        return self.probabilities[:, 0]

    @cached_property
    def correct(self) -> np.ndarray:
        """Whether the first guess is the label: bool (n,)."""
        return np.asarray(self.guesses == self.labels)

    @cached_property
    def correct_shape(self) -> np.ndarray:
        """Whether the first guess is the label or shares its shape (O for 0): bool (n,)."""
        return np.asarray(_GROUPS[self.guesses] == _GROUPS[self.labels])

    @cached_property
    def group_confidence(self) -> np.ndarray:
        """The probability of the first guess with its shape-identical classes, those in the top 5: float32 (n,).

        What the abstain threshold is held against (`hcr.probabilities.group_confidence`). A class outside the top 5 is
        missing from the sum; it has at most the fifth probability.
        """
        same = _GROUPS[self.classes] == _GROUPS[self.guesses][:, None]
        return np.asarray(np.where(same, self.probabilities, 0).sum(1))


def predict(
    classifier: Classifier | Apart, split: Split, progress: Callable[[Iterable[int]], Iterable[int]] = lambda steps: steps
) -> Predictions:
    """Ask the model about every image of a split. progress: wraps the steps of CHUNK images each, as tqdm does."""
    if not len(split):
        raise InputError(f"{split.source}: {split.name} has no images; there is nothing to evaluate.")
    images = upright(split.images)
    starts = range(0, len(split), CHUNK)
    logits = np.concatenate([classifier.logits(images[start : start + CHUNK]) for start in progress(starts)])
    bundle = classifier.bundle
    provenance = Provenance(
        model_sha256=sha256(bundle.folder / MODEL_FILE),
        model=bundle.name,
        split=split.name,
        images=split.description,
        official_count=split.official_count,
        generated=split.generated,
        images_sha256=fingerprint(split.images, split.labels),
        date=datetime.now(UTC).isoformat(timespec="seconds"),
        calibration=calibration_figures(split.labels, logits, bundle.config.temperature),
    )
    return from_probabilities(split.labels, softmax(logits / bundle.config.temperature), provenance)


def from_probabilities(labels: np.ndarray, probabilities: np.ndarray, provenance: Provenance) -> Predictions:
    """Labels uint8 (n,) and probabilities float (n, 47) -> Predictions, keeping the five likeliest of each row."""
    classes = np.argsort(-probabilities, axis=1, kind="stable")[:, :TOP].astype(np.uint8)
    kept = np.take_along_axis(probabilities, classes.astype(np.intp), 1).astype(np.float32)
    return Predictions(np.arange(len(labels), dtype=np.int32), labels.astype(np.uint8), classes, kept, provenance)


def write_predictions(predictions: Predictions, file: Path) -> None:
    """Write the parquet file; its folder is made if it is not there."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    values = [predictions.index, predictions.labels, *predictions.classes.T, *predictions.probabilities.T]
    about = {"format": FORMAT, "classes": CLASSES} | asdict(predictions.provenance)
    table = pa.table([pa.array(np.ascontiguousarray(column)) for column in values], names=list(COLUMNS))
    file.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table.replace_schema_metadata({METADATA_KEY: json.dumps(about).encode()}), file, compression="zstd")


def read_predictions(file: Path, model_sha256: str | None = None) -> Predictions:
    """Read and check a parquet file of predictions. model_sha256: the weights it must belong to, None for any.

    Raises InputError, one sentence a fault: no file, no parquet, a missing column, another class list, NaN, values
    out of range, probabilities out of order, another model.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    if not file.is_file():
        raise InputError(f"{file.name}: this model bundle has no report. {AGAIN}")
    if file.stat().st_size > MAX_BYTES[PREDICTIONS_FILE]:
        raise InputError(f"{file.name}: larger than {MAX_BYTES[PREDICTIONS_FILE] >> 20} MB; it is not read. {AGAIN}")
    try:
        with pq.ParquetFile(file) as parquet:
            _check_size(parquet, file.name)
            table = parquet.read(list(COLUMNS))
            about = parse_json((table.schema.metadata or {}).get(METADATA_KEY, b"null"))
    except (pa.ArrowException, OSError, ValueError, RecursionError) as error:
        raise InputError(f"{file.name}: not a readable parquet file ({_first_line(error)}). {AGAIN}") from error
    provenance = _provenance(about, file.name)
    if model_sha256 and provenance.model_sha256 != model_sha256:
        raise InputError(f"{file.name}: the report is of another model than the one that is loaded. {AGAIN}")
    return _checked(table, provenance, file.name)


def _check_size(parquet: "pq.ParquetFile", name: str) -> None:
    """Raises InputError for a parquet file that would take much memory to read, by its footer alone, or lacks a column."""
    import pyarrow as pa

    schema = parquet.schema_arrow
    missing = [column for column in COLUMNS if column not in schema.names]
    if missing:
        raise InputError(f"{name}: the column {missing[0]} is missing from the report. {AGAIN}")
    if parquet.metadata.num_rows > MAX_ROWS:
        raise InputError(f"{name}: {parquet.metadata.num_rows:,} rows; a report has at most {MAX_ROWS:,}. {AGAIN}")
    for column in COLUMNS:
        kind = schema.field(column).type  # text and lists have no bound, however few their rows
        if not (pa.types.is_integer(kind) or pa.types.is_floating(kind)):
            raise InputError(f"{name}: the column {column} holds an empty value, NaN or text ({kind}). {AGAIN}")


def _provenance(about: object, name: str) -> Provenance:
    if not isinstance(about, dict) or about.get("format") != FORMAT:
        raise InputError(f"{name}: the report does not say which model and which images it is of. {AGAIN}")
    if about.get("classes") != CLASSES:
        raise InputError(f"{name}: the report has another class list than this program; expected {CLASSES}. {AGAIN}")
    try:
        values = {key: about[key] for key in Provenance.__dataclass_fields__}
        found = Provenance(**(values | {"calibration": Calibration(**about["calibration"])}))
        datetime.fromisoformat(found.date)
    except (KeyError, TypeError, ValueError) as error:
        reason = reprlib.repr(str(error))
        raise InputError(f"{name}: the report does not say all of where it comes from ({reason}). {AGAIN}") from error
    words = (found.model_sha256, found.model, found.split, found.images, found.images_sha256, found.date)
    counted = found.official_count is None or (type(found.official_count) is int and found.official_count >= 0)
    figures = [*asdict(found.calibration).values()]
    if (
        not all(isinstance(word, str) and len(word) <= LONGEST_WORD for word in words)
        or not counted
        or not isinstance(found.generated, bool)
        or not all(type(figure) in (int, float) and abs(figure) < INFINITY for figure in figures)
    ):
        raise InputError(f"{name}: the report says where it comes from in values of the wrong kind. {AGAIN}")
    return found


def _checked(table: "pa.Table", provenance: Provenance, name: str) -> Predictions:
    """Columns -> Predictions. A null becomes NaN in pyarrow's conversion, so one check finds both."""
    columns = {column: table.column(column).to_numpy().astype(np.float64, copy=False) for column in COLUMNS}
    for column, values in columns.items():
        if not np.isfinite(values).all():
            raise InputError(f"{name}: the column {column} holds an empty value, NaN or text. {AGAIN}")
    if not len(columns["label"]):
        raise InputError(f"{name}: the report is empty. {AGAIN}")
    classes = np.stack([columns[f"class_{n}"] for n in range(1, TOP + 1)], 1)
    probabilities = np.stack([columns[f"probability_{n}"] for n in range(1, TOP + 1)], 1)
    for what, numbers in (("label", columns["label"]), ("class", classes)):
        if numbers.min() < 0 or numbers.max() >= CLASS_COUNT or (numbers % 1).any():
            raise InputError(f"{name}: a {what} outside 0 to {CLASS_COUNT - 1}. {AGAIN}")
    if probabilities.min() < 0 or probabilities.sum(1).max() > 1.001 or (np.diff(probabilities, axis=1) > 0).any():
        raise InputError(f"{name}: probabilities that are negative, above 1 in sum or not in falling order. {AGAIN}")
    if (np.diff(np.sort(classes, 1), axis=1) == 0).any():
        raise InputError(f"{name}: a class named twice for one image. {AGAIN}")
    index = columns["index"]
    if index.min() < 0 or index.max() >= 2**31 or len(np.unique(index)) != len(index) or (index % 1).any():
        raise InputError(f"{name}: the column index names an image twice, below 0 or beyond any split. {AGAIN}")
    return Predictions(
        index.astype(np.int32),
        columns["label"].astype(np.uint8),
        classes.astype(np.uint8),
        probabilities.astype(np.float32),
        provenance,
    )


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__
