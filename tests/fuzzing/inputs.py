"""Inputs for the targets: good ones to begin with, and strategies that spoil them."""

import gzip
import io
import json
import tempfile
import zipfile
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import numpy as np
import pyarrow.parquet as pq
from hypothesis import strategies as st

from hcr.assets import EXAMPLES, MODEL
from hcr.data.generated import standin
from hcr.data.split import Split
from hcr.report.predictions import METADATA_KEY, write_predictions
from tests.emnist_files import csv, csv_rows, idx_files, idx_images, idx_labels
from tests.fuzzing.targets import KINDS, NEXT, PACKED
from tests.pictures import KINDS as PICTURES
from tests.predicted import made_up_predictions

FUNCTIONS = 40
"""At least as many as the page has callbacks."""
ODD = ["", "\0", "é", "\ud800", "́" * 50, "<b>&\"'", "../../etc/passwd", "${7*7}", "9" * 5000, "a" * 3000, "nan", "-0", "１"]
WORDS = [
    *("row %", "column %", "count", "similarity", "alphabet", "error", "digits", "upper", "lower", "all", "both", "raw"),
    *("hide right answers", "look-alikes as one", "logarithmic colours", "live, on generated characters", "of the model"),
    *("balanced-test", "balanced-train", "assets/model", "user/name@v1", "0", "O", "fixed", "broke", "moved", "explorer"),
]


@cache
def seeds(target: str) -> tuple[bytes, ...]:
    """Good inputs of a target."""
    return tuple(
        {
            "picture": lambda: list(PICTURES.values()),
            "dataset": _datasets,
            "config": lambda: [(MODEL / "config.json").read_bytes()],
            "report": _reports,
            "address": lambda: [
                b"tab=explorer&class=R&seed=7&at=2&per=96&show=raw&sample=3",
                b"user/name@v1",
                b"assets/model",
            ],
            "values": lambda: [json.dumps(value).encode() for value in _calls()],
        }[target]()
    )


def _datasets() -> list[bytes]:
    split = standin.generate(1)
    few = Split(split.images[:9], split.labels[:9], split.name, "few")
    plain, labels, table = idx_images(few.images), idx_labels(few.labels), csv(csv_rows(few))
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in idx_files(few).items():
            archive.writestr(name, content)
    found = [b"\0\0" + stream.getvalue()]
    for number, files in enumerate([[plain, labels], [plain, labels], [table], [table]]):
        packed = [gzip.compress(file, 1) if PACKED[number][0].endswith(".gz") else file for file in files]
        found += [bytes([way, number]) + NEXT.join(packed if way == 3 else files) for way in (1, 2, 3, 4)]
    return found


@cache
def _reports() -> list[bytes]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "predictions.parquet"
        write_predictions(made_up_predictions(60), file)
        raw = file.read_bytes()
    about = json.loads(pq.ParquetFile(io.BytesIO(raw)).schema_arrow.metadata[METADATA_KEY])
    return [b"\0" + raw, *(packed_report(about, kind, report_columns()) for kind in ("float32", "float64"))]


def packed_report(about: object, kind: str, columns: list[np.ndarray]) -> bytes:
    """An input of the target `report` that is packed there."""
    values = b"".join(np.asarray(column).astype(kind).tobytes() for column in columns)
    return bytes([1, KINDS.index(kind)]) + json.dumps(about).encode() + NEXT + values


def report_columns() -> list[np.ndarray]:
    """The columns of a good report."""
    made_up = made_up_predictions(60)
    return [made_up.index, made_up.labels, *made_up.classes.T, *made_up.probabilities.T]


def _calls() -> list[object]:
    controls = ["balanced-test", "R", "both", 24, 1, 0]
    options = ["row %", "error", "digits", ["hide right answers", "look-alikes as one"]]
    event = {"page": 2, "index": 3, "true": "O", "read": "0", "changed": "fixed", "value": 1, "row_value": ["O"]}
    example = str(EXAMPLES / "3-chalk.png")
    found: list[object] = []
    for function in range(FUNCTIONS):
        found += [[function, [None, *controls], event], [function, [None, None, *options, "assets/model"], event]]
        found += [[function, [None, 0.5], event], [function, ["of the model", *options], event]]
        found += [[function, [{"path": example, "meta": {"_type": "gradio.FileData"}}], event]]
    return found


def inputs(target: str) -> st.SearchStrategy[bytes]:
    """Spoiled inputs of a target: good ones with bytes changed, and such as keep their form and lie in what it holds."""
    formed = {"config": configs, "report": reports, "address": addresses, "values": calls}.get(target)
    changed = damaged(target)
    return st.one_of(changed, changed, st.binary(max_size=400)) if formed is None else st.one_of(formed(), formed(), changed)


@st.composite
def damaged(draw: st.DrawFn, target: str) -> bytes:
    """Bytes changed, cut off, taken out, repeated, put in, joined with another; most near the head, where structure is."""
    content = bytearray(draw(st.sampled_from(seeds(target))))
    for _ in range(draw(st.integers(1, 6))):
        within = min(len(content), draw(st.sampled_from([64, 256, 1 << 30])))
        place = draw(st.integers(0, max(0, within - 1)))
        change = draw(st.sampled_from(["set", "cut", "remove", "repeat", "insert", "number", "join"]))
        if change == "set" and content:
            content[place] = draw(st.sampled_from([0, 1, 127, 128, 255]) | st.integers(0, 255))
        elif change == "cut":
            del content[place:]
        elif change == "remove":
            del content[place : place + draw(st.integers(1, 64))]
        elif change == "repeat":
            content[place:place] = content[place : place + draw(st.integers(1, 64))] * draw(st.sampled_from([1, 2, 40]))
        elif change == "insert":
            content[place:place] = draw(
                st.binary(min_size=1, max_size=16) | st.sampled_from([NEXT, b"\n", b",", b'"', b"-1"])
            )
        elif change == "number":  # a length or a size that lies
            number = draw(st.sampled_from([0, 1, 2**16 - 1, 2**16, 2**24, 2**31 - 1, 2**32 - 1]) | st.integers(0, 70_000))
            content[place : place + 4] = number.to_bytes(4, draw(st.sampled_from(["little", "big"])))
        elif change == "join":
            content[place:] = draw(st.sampled_from(seeds(target)))[place:]
    return bytes(content)


TEXTS = st.sampled_from(ODD) | st.sampled_from(WORDS) | st.text(max_size=20)
NUMBERS = st.sampled_from([0, -1, 1, 2**31, 2**63, 10**400, 1e308, 5e-324, float("nan"), float("inf"), -float("inf"), 0.5])
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | NUMBERS | TEXTS | st.floats(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=8,
)


@st.composite
def spoiled(draw: st.DrawFn, good: dict[str, Any]) -> dict[str, Any]:
    """A JSON object with some entries replaced, taken away or added, also one level below."""
    found = json.loads(json.dumps(good))
    for _ in range(draw(st.integers(1, 3))):
        within = draw(st.sampled_from([found, *(value for value in found.values() if isinstance(value, dict))]))
        name = draw(st.sampled_from(sorted(within)) | TEXTS) if within else draw(TEXTS)
        if draw(st.integers(0, 4)):
            within[name] = draw(VALUES)
        else:
            within.pop(name, None)
    return dict(found)


def _json(value: object) -> bytes:
    return json.dumps(value).encode("utf-8", "surrogatepass")


def configs() -> st.SearchStrategy[bytes]:
    """config.json with entries that lie; one in a few is another value altogether."""
    good = json.loads(seeds("config")[0])
    return spoiled(good).map(_json) | VALUES.map(_json)


@st.composite
def reports(draw: st.DrawFn) -> bytes:
    """A report whose metadata, type, order, length or single values are others."""
    columns = [np.array(column, "float64") for column in report_columns()]
    for _ in range(draw(st.integers(0, 3))):
        column = columns[draw(st.integers(0, len(columns) - 1))]
        column[draw(st.integers(0, len(column) - 1)) :: draw(st.sampled_from([1, 7, 1000]))] = draw(
            st.sampled_from([0, -1, 46, 47, 255, 0.5, 1.0005, 1e-300, 2**31, 1e308, float("nan"), float("inf")])
        )
    rows = draw(st.sampled_from([0, 1, 2, 59, 60]))
    good = json.loads(seeds("report")[1][2:].partition(NEXT)[0])
    about = draw(st.just(good) | spoiled(good) | VALUES)
    with np.errstate(all="ignore"):
        return packed_report(about, draw(st.sampled_from(KINDS)), [column[:rows] for column in columns])


@st.composite
def addresses(draw: st.DrawFn) -> bytes:
    """A query with odd values, or a repo's name with odd parts."""
    if draw(st.booleans()):
        names = st.sampled_from(["tab", "split", "class", "show", "per", "seed", "at", "sample"]) | TEXTS
        entries = draw(st.dictionaries(names, TEXTS | VALUES.map(str), max_size=9))
        return urlencode({_plain(name): _plain(value) for name, value in entries.items()}).encode()
    parts = draw(st.lists(TEXTS | st.sampled_from(["user", "a.b", "v1", "a" * 97]), min_size=1, max_size=3))
    return _plain(draw(st.sampled_from(["/", "@", "/../", ""])).join(parts)).encode()


def _plain(text: str) -> str:
    """What UTF-8 can say of a text."""
    return text.encode("utf-8", "replace").decode()


@st.composite
def calls(draw: st.DrawFn) -> bytes:
    """A callback with good values, some of them replaced, and an event that holds anything."""
    function, given_here, event = json.loads(draw(st.sampled_from(seeds("values"))))
    for _ in range(draw(st.integers(0, 3))):
        given_here[draw(st.integers(0, len(given_here) - 1))] = draw(
            VALUES | st.sampled_from([[WORDS[0]], {"path": "/dev/zero"}])
        )
    return _json([function, given_here, draw(st.just(event) | spoiled(event) | VALUES)])
