"""The predictions file: what is written is read back, and everything that is wrong with one is refused in a sentence."""

import json
import os
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from hcr.errors import InputError
from hcr.report import predictions
from tests.predicted import made_up_predictions

MADE_UP = made_up_predictions(300)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "evaluation" / "predictions.parquet"
    predictions.write_predictions(MADE_UP, file)
    return file


def changed(file: Path, change) -> Path:
    """Write the table that `change` makes of the file's own, with the same metadata."""
    table = pq.read_table(file)
    pq.write_table(change(table).replace_schema_metadata(table.schema.metadata), file)
    return file


def with_column(name: str, values) -> object:
    def change(table: pa.Table) -> pa.Table:
        return table.set_column(table.column_names.index(name), name, pa.array(values))

    return change


def test_what_is_written_is_read_back(file):
    found = predictions.read_predictions(file, MADE_UP.provenance.model_sha256)
    assert found.provenance == MADE_UP.provenance
    for name in ("index", "labels", "classes", "probabilities"):
        assert np.array_equal(getattr(found, name), getattr(MADE_UP, name)), name
        assert getattr(found, name).dtype == getattr(MADE_UP, name).dtype


def test_the_columns_and_their_types_are_the_documented_ones(file):
    schema = pq.read_schema(file)
    assert schema.names == list(predictions.COLUMNS)
    assert [str(kind) for kind in schema.types] == ["int32", "uint8"] + ["uint8"] * 5 + ["float"] * 5


def test_another_model_is_refused(file):
    with pytest.raises(InputError, match="another model than the one that is loaded"):
        predictions.read_predictions(file, "c" * 64)


@pytest.mark.parametrize("name", predictions.COLUMNS)
def test_a_missing_column_is_refused(file, name):
    with pytest.raises(InputError, match=f"the column {name} is missing"):
        predictions.read_predictions(changed(file, lambda table: table.drop_columns([name])))


def test_another_class_list_is_refused(file, monkeypatch):
    monkeypatch.setattr(predictions, "CLASSES", "ABC")
    predictions.write_predictions(MADE_UP, file)
    monkeypatch.undo()
    with pytest.raises(InputError, match="another class list"):
        predictions.read_predictions(file)


def spoiled(values: np.ndarray, place, value) -> np.ndarray:
    values = values.astype(np.float64 if isinstance(value, float) else values.dtype)
    values[place] = value
    return values


@pytest.mark.parametrize(
    ("name", "values", "message"),
    [
        ("probability_3", spoiled(MADE_UP.probabilities[:, 2], 7, float("nan")), "probability_3 holds an empty value, NaN"),
        ("label", [None, *MADE_UP.labels[1:].tolist()], "label holds an empty value"),
        ("label", [str(label) for label in MADE_UP.labels], "label holds .* text"),
        ("label", spoiled(MADE_UP.labels, 0, 61), "a label outside 0 to 46"),
        ("class_2", spoiled(MADE_UP.classes[:, 1], 5, 47), "a class outside 0 to 46"),
        ("class_2", MADE_UP.classes[:, 0], "a class named twice"),
        ("probability_1", spoiled(MADE_UP.probabilities[:, 0], 3, 1.5), "above 1 in sum"),
        ("probability_5", spoiled(MADE_UP.probabilities[:, 4], 3, -0.1), "negative"),
        ("probability_2", spoiled(MADE_UP.probabilities[:, 1], 3, 0.0), "not in falling order"),
        ("index", spoiled(MADE_UP.index, 1, 0), "names an image twice"),
    ],
)
def test_impossible_values_are_refused(file, name, values, message):
    with pytest.raises(InputError, match=message):
        predictions.read_predictions(changed(file, with_column(name, values)))


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda file: file.unlink(), "has no report"),
        (lambda file: file.write_bytes(b""), "not a readable parquet file"),
        (lambda file: file.write_bytes(file.read_bytes()[:400]), "not a readable parquet file"),
        (lambda file: file.write_text("index,label\n1,2\n"), "not a readable parquet file"),
        (lambda file: pq.write_table(pq.read_table(file).replace_schema_metadata(None), file), "does not say which model"),
        (lambda file: changed(file, lambda table: table.slice(0, 0)), "the report is empty"),
    ],
)
def test_what_is_no_report_is_refused(file, spoil, message):
    spoil(file)
    with pytest.raises(InputError, match=message):
        predictions.read_predictions(file)


def test_a_report_that_would_take_much_memory_is_refused_by_its_footer(file):
    """A small file of very many equal rows, and one of few rows that each hold much text."""
    zeros = pa.array(np.zeros(predictions.MAX_ROWS + 1, np.uint8))
    pq.write_table(pa.table(dict.fromkeys(predictions.COLUMNS, zeros)), file, compression="zstd")
    with pytest.raises(InputError, match="700,001 rows; a report has at most 700,000"):
        predictions.read_predictions(file)
    text = pa.array(["x" * 1_000_000] * 50).dictionary_encode()
    pq.write_table(pa.table(dict.fromkeys(predictions.COLUMNS, text)), file, compression="zstd")
    with pytest.raises(InputError, match="index holds an empty value, NaN or text"):
        predictions.read_predictions(file)
    os.truncate(file, (32 << 20) + 1)
    with pytest.raises(InputError, match="larger than 32 MB"):
        predictions.read_predictions(file)


@pytest.mark.parametrize(
    "entries",
    [
        {"model_sha256": None},
        {"official_count": "many"},
        {"official_count": True},
        {"generated": 1},
        {"images": "x" * 2000},
        {"date": 5},
        {"date": "2026-01-02T'3:04:05+00:00"},
        {"model": "half a character: \ud800"},
        {"calibration": {**asdict(MADE_UP.provenance.calibration), "ece_after": "low"}},
        {"calibration": {**asdict(MADE_UP.provenance.calibration), "nll_after": float("nan")}},
        {"calibration": None},
    ],
    ids=str,
)
def test_a_provenance_of_the_wrong_kind_is_refused(file, entries):
    table = pq.read_table(file)
    about = json.loads(table.schema.metadata[predictions.METADATA_KEY]) | entries
    pq.write_table(table.replace_schema_metadata({predictions.METADATA_KEY: json.dumps(about).encode()}), file)
    with pytest.raises(InputError, match=r"values of the wrong kind|does not say all|surrogates not allowed"):
        predictions.read_predictions(file)


def test_numbers_of_half_precision_are_read_without_a_warning(file):
    """Found by fuzzing: 2**31, an index beyond any split, is none of them."""
    columns = {name: pq.read_table(file)[name].to_numpy().astype(np.float16) for name in predictions.COLUMNS}
    found = predictions.read_predictions(changed(file, lambda _: pa.table(columns)))
    assert (found.index == MADE_UP.index).all()
