"""Many pictures at once: a table of what each is read as, and the same as a CSV. Nothing is kept after the request."""

import base64
import csv
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr

from hcr.errors import InputError
from hcr.reading import EVERYTHING, Asked, Reading, recognise
from hcr.ui.asked import asked_in, in_words
from hcr.ui.components import FileBox, sentence
from hcr.ui.context import Context
from hcr.ui.doubt import why
from hcr.ui.server import gate
from hcr.ui.server.apart import THUMBNAIL
from hcr.ui.templates import render

MOST_FILES = 200
MOST_BYTES = 256 << 20  # of all files together
WHAT = (
    f"A folder's worth: up to {MOST_FILES} pictures, of {MOST_BYTES >> 20} MB together. Each file is deleted as soon as it "
    "is read."
)


@dataclass(frozen=True)
class Row:
    """A file's line in the table. thumbnail: its address, "" for none; doubt: what to know of the reading, "" for nothing;
    error: why there is none."""

    name: str
    thumbnail: str = ""
    text: str = ""
    doubt: str = ""
    error: str | None = None


def build(context: Context, pad: gr.HTML) -> None:
    """Lay out the section. pad: what says how to read, see `hcr.ui.draw.pad`."""

    def answer(paths: list[str], query: str, progress: gr.Progress = gr.Progress()) -> dict[Any, Any]:
        try:
            how = asked_in(query)
        except InputError as error:
            raise sentence(error) from error
        kept, left = bounded([Path(path) for path in paths])
        rows = [read_one(context, path, how) for path in progress.tqdm(kept, desc="Reading", unit="pictures")]
        return {files: None, result: many_html(rows, left, how)}

    with gr.Accordion("Many pictures at once", open=False, elem_id="many"):
        gr.Markdown(WHAT)
        files = FileBox(file_count="multiple", label="Pictures", height=150, elem_id="many-files")
        result = gr.HTML(elem_id="many-result")
        files.upload(answer, [files, pad], [files, result], api_visibility="private", show_progress_on=result)


def bounded(paths: list[Path]) -> tuple[list[Path], int]:
    """The files that are read, and how many are too many; those are deleted."""
    kept: list[Path] = []
    size = 0
    for path in paths:
        size += path.stat().st_size
        if len(kept) < MOST_FILES and size <= MOST_BYTES:
            kept.append(path)
        else:
            gate.discard(path)
    return kept, len(paths) - len(kept)


def read_one(context: Context, path: Path, how: Asked = EVERYTHING) -> Row:
    """What an uploaded file is read as; it is deleted, whatever comes of it."""
    try:
        look = context.eyes.look(path, THUMBNAIL)
        reading = recognise(look.seen, context.models.current.classifier, how)
    except InputError as error:
        return Row(path.name, error=str(error))
    finally:
        gate.discard(path)
    return Row(path.name, look.shown, reading.text, in_doubt(reading))


def in_doubt(reading: Reading) -> str:
    """What to know of a whole reading, in few words; "" where there is nothing."""
    if not reading.characters:
        return "nothing drawn"
    doubted = [character for character in reading.characters if character.doubt]
    if len(reading.characters) == 1:
        return (why(doubted[0]) or "") if doubted else ""
    return f"{len(doubted)} of {len(reading.characters)} characters in doubt" if doubted else ""


def many_html(rows: list[Row], left: int, how: Asked = EVERYTHING) -> str:
    """The table. left: how many files were too many."""
    return render("many", "table", rows=rows, left=left, asked=in_words(how), csv=_address(rows))


def _address(rows: list[Row]) -> str:
    """The table as a CSV, in an address that holds it."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["name", "text", "in doubt", "error"])
    for row in rows:
        writer.writerow([_cell(value) for value in (row.name, row.text, row.doubt, row.error or "")])
    return f"data:text/csv;base64,{base64.b64encode(text.getvalue().encode()).decode()}"


def _cell(value: str) -> str:
    """A spreadsheet takes what begins like a formula for one, and a file's name may be anything."""
    return f"'{value}" if value[:1] in ("=", "+", "-", "@", "\t", "\r") else value
