"""What comes from outside, a function a kind: it takes any bytes, and nothing but InputError may come out of it.

`tests/fuzz.py` drives them for as long as one likes, `tests/unit/test_outside.py` for seconds. Files that are packed with
a checksum (zip, gzip, Parquet) are also packed here, so that damage gets past the checksum to what reads their content.
"""

import asyncio
import gc
import gzip
import io
import json
import tempfile
import warnings
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import parse_qsl, urlencode

import numpy as np
import orjson
from starlette.requests import Request

from hcr.errors import InputError

ROOT = Path(__file__).resolve().parents[2]
NEXT = b"<NEXT>"
"""Between two files in one input."""
STEM = "emnist-balanced-test"
PACKED = (
    (f"{STEM}-images-idx3-ubyte", f"{STEM}-labels-idx1-ubyte"),
    (f"{STEM}-images-idx3-ubyte.gz", f"{STEM}-labels-idx1-ubyte.gz"),
    (f"{STEM}.csv",),
    (f"{STEM}.csv.gz",),
    ("data.npz",),
)
"""The names that the files of an input get, by its second byte."""
KINDS = ("int32", "uint8", "float32", "float64", "int64", "uint64", "float16")


def picture(data: bytes) -> None:
    """A picture's bytes, through the whole reading, as the pad, an upload and the API send them."""
    from hcr.reading import read
    from hcr.record import describe

    describe(read(data))


def dataset(data: bytes) -> None:
    """EMNIST as IDX and CSV, in a folder or a zip, and as an upload. The first byte says how the rest arrives: a zip as it
    is, a zip packed here, a folder, an upload, an upload gzipped here; the second which names its files have."""
    from hcr.data.files import available, read_split
    from hcr.data.uploads import check_upload
    from hcr.ui.explorer.html import verdict

    way, names, rest = data[0] % 5 if data else 0, PACKED[data[1] % len(PACKED)] if data[1:] else PACKED[0], data[2:]
    files = dict(zip(names, rest.split(NEXT), strict=False))
    packed = {name: gzip.compress(content, 1) if name.endswith(".gz") else content for name, content in files.items()}
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        if way < 3:
            source = folder / "emnist.zip"
            if way == 0:
                source.write_bytes(rest)
            elif way == 1:
                with zipfile.ZipFile(source, "w", zipfile.ZIP_DEFLATED) as archive:
                    for name, content in packed.items():
                        archive.writestr(name, content)
            else:
                source = folder
            _write(folder, packed if way == 2 else {})
            for name in available(source):
                read_split(source, name)
        else:
            _write(folder, files if way == 3 else packed)
            verdict(check_upload([folder / name for name in files])).encode()


def _write(folder: Path, files: dict[str, bytes]) -> None:
    for name, content in files.items():
        (folder / name).write_bytes(content)


def config(data: bytes) -> None:
    """A bundle's config.json, and what is said of it."""
    from hcr.model.bundle import CONFIG_FILE, Bundle, read_config
    from training.data import used

    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / CONFIG_FILE).write_bytes(data)
        found = read_config(Path(folder))
        Bundle(Path(folder), found, "here").name.encode()
        used.from_config(found)


def report(data: bytes) -> None:
    """A bundle's predictions.parquet, read, counted and shown. The first byte says whether the rest is the file as it is, or
    its JSON and its columns' bytes, of the type that the second byte names, packed here."""
    from hcr.report import evaluation, predictions
    from hcr.ui.evaluation import html

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "predictions.parquet"
        file.write_bytes(_parquet(data[1:]) if data[:1] and data[0] % 2 else data[1:])
        found = evaluation.report(predictions.read_predictions(file))
    json.dumps(evaluation.metrics(found, "x"), allow_nan=False)
    (html.headline(found, "here") + html.pairs(found) + html.calibration(found)).encode()


def _parquet(data: bytes) -> bytes:
    """A well-formed Parquet file of any values."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from hcr.report.predictions import COLUMNS, METADATA_KEY

    kind = np.dtype(KINDS[data[0] % len(KINDS)] if data else KINDS[0])
    about, _, values = data[1:].partition(NEXT)
    rows = len(values) // (kind.itemsize * len(COLUMNS))
    numbers = np.frombuffer(values, kind, rows * len(COLUMNS)).reshape(len(COLUMNS), rows)
    table = pa.table([pa.array(column) for column in numbers], names=list(COLUMNS))
    stream = io.BytesIO()
    pq.write_table(table.replace_schema_metadata({METADATA_KEY: about}), stream)
    return stream.getvalue()


def address(data: bytes) -> None:
    """What is typed: with "=" the query of the page's address, with what it leads to; else a model's name ("compare with",
    HCR_MODEL)."""
    from hcr.hub import Wanted, parse
    from hcr.ui.explorer.address import from_query, settle

    if b"=" not in data:
        found = parse(data.decode("utf-8", "surrogateescape"))
        assert not isinstance(found, Wanted) or (".." not in found.repo and ".." not in found.revision)
        return
    view = from_query(dict(parse_qsl(data.decode("latin-1"), keep_blank_values=True)))
    again = from_query(dict(parse_qsl(view.address, keep_blank_values=True)))
    assert again == view, "an address leads elsewhere"
    assert len(settle(view, _split())[1].indices) <= view.size


@cache
def _split() -> Any:
    from hcr.data.generated.standin import generate

    return generate(1)


def values(data: bytes) -> None:
    """What a program sends to a callback of the page or to the API /read: JSON, [function, its values, its event]. What
    Gradio itself refuses, by whatever error, never came to us; any other error in our code is one too many."""
    import gradio as gr

    try:
        function, given, event = json.loads(data)
    except (ValueError, TypeError, RecursionError):
        return
    page, session, held = opened_page()
    session.state_data = dict(held)
    functions = [found for found in page.fns.values() if found.fn]
    chosen = functions[function % len(functions) if isinstance(function, int) else 0]
    given = [*given, *[None] * len(chosen.inputs)][: len(chosen.inputs)] if isinstance(given, list) else given
    try:
        with ThreadPoolExecutor(1) as thread:  # a browser test of the same process keeps a loop running on this one
            thread.submit(asyncio.run, _call(page, session, chosen, given, event)).result()
    except (gr.Error, InputError):
        return
    except Exception as error:
        if _is_ours(error):
            raise


async def _call(page: Any, session: Any, chosen: Any, given: Any, event: Any) -> None:
    """As Gradio's routes do it."""
    import gradio as gr

    processed = await page.preprocess_data(chosen, given, session)
    about = gr.EventData(None, event)
    asked = event.items() if isinstance(event, dict) else ()
    query = urlencode({str(name).encode("utf-8", "replace"): str(value).encode("utf-8", "replace") for name, value in asked})
    request = gr.Request(Request({"type": "http", "query_string": query.encode(), "headers": []}))
    done = await page.call_function(chosen, processed, event_data=about, requests=request, state=session)
    shown = await page.postprocess_data(chosen, done["prediction"], session)
    orjson.dumps(shown, default=str)


@cache
def opened_page() -> tuple[Any, Any, dict[int, Any]]:
    """The page, a session, and what it holds when the visitor has opened the report."""
    from gradio.state_holder import SessionState

    from hcr.report import evaluation
    from hcr.report.comparison import compare
    from hcr.ui.app import build
    from hcr.ui.context import prepare

    context = prepare(None, None)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # Gradio makes event loops for its locks and closes none
        page = build(context)
        gc.collect()
    report_now = evaluation.open_report(context.models.current.classifier.bundle)
    of_evaluation = next(found for found in page.fns.values() if found.name == "turn_page").inputs
    states = sorted(component._id for component in of_evaluation)  # in the order that the tab makes them
    return page, SessionState(page), dict(zip(states, (report_now, compare(report_now, report_now)), strict=False))


def _is_ours(error: BaseException | None) -> bool:
    """Whether an error was raised in the library or below it, not by Gradio before it came to us."""
    while error:
        trace: TracebackType | None = error.__traceback__
        while trace:
            if Path(trace.tb_frame.f_code.co_filename).is_relative_to(ROOT / "hcr"):
                return True
            trace = trace.tb_next
        error = error.__cause__
    return False


TARGETS: dict[str, Callable[[bytes], None]] = {
    function.__name__: function for function in (picture, dataset, config, report, address, values)
}


def ends_well(target: str, data: bytes) -> None:
    """Give one input to a target. Raises whatever comes out of it but a sentence, and for one that cannot be shown."""
    try:
        TARGETS[target](data)
    except InputError as error:
        if not str(error).encode():
            raise AssertionError("a refusal without a word") from error
