"""The page's public API, and its MCP tools: `read` and `explain`, each for one picture."""

import base64
import binascii
import re
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import gradio as gr
from gradio.events import api

from hcr.errors import InputError
from hcr.reading import EVERYTHING, Asked, Reading, recognise
from hcr.record import describe
from hcr.ui.asked import asked
from hcr.ui.context import Context
from hcr.ui.doubt import why
from hcr.ui.server import gate
from hcr.ui.server.records import Explanation, PictureFile, ReadingRecord
from hcr.ui.templates import png

T = TypeVar("T")

NO_FILE = (
    'Send a picture file, such as gradio_client\'s handle_file("letter.png"), or its bytes as "data:image/png;base64,...".'
)
EXAMPLE = {"path": "letter.png", "meta": {"_type": "gradio.FileData"}}
"""What "Use via API" shows in a picture's place."""
DATA = re.compile(r"data:image/[\w.+-]+;base64,", re.ASCII)
UPLOADED = "/gradio_api/file="  # in the address of an upload to this server, such as MCP clients get for one


def offer(context: Context, page: gr.Blocks) -> None:
    """Add both to `page` that is being laid out."""

    def read(picture: PictureFile | str, only: str = "", context_decides: bool = True) -> ReadingRecord:
        """Read the handwritten characters in a picture: a single one, or words and lines of them.

        Args:
            picture: A picture file uploaded to this server, its address there, or its bytes as data:image/png;base64,...
            only: What may be in it: letters, digits, or the characters themselves, such as ABC123; by default all.
            context_decides: Whether lines decide what shapes cannot, such as 0 or O.
        """
        return answered(lambda: _record(_read(context, picture, asked(only, context_decides))))

    def explain(picture: PictureFile | str, index: int = 0) -> Explanation:
        """Explain one character of a reading: its five likeliest classes, what the model saw, and why it is in doubt.

        Args:
            picture: A picture file uploaded to this server, its address there, or its bytes as data:image/png;base64,...
            index: Which character of the text, from 0 on; blanks and line ends do not count.
        """
        return answered(lambda: _explained(_read(context, picture, EVERYTHING), index))

    for function in (read, explain):
        api(function, api_name=function.__name__, concurrency_limit=2)
        taken = [*page.fns.values()][-1].inputs[0]
        for way in ("example_payload", "example_value"):
            setattr(taken, way, lambda: EXAMPLE)


def answered(answer: Callable[[], T]) -> T:
    """The answer; where it cannot be given, the sentence as Gradio hands it to programs: as text, no page shows it."""
    try:
        return answer()
    except InputError as error:
        raise gr.Error(str(error), print_exception=False) from error


def _read(context: Context, picture: object, how: Asked) -> Reading:
    classifier = context.models.current.classifier
    if isinstance(picture, str) and (start := DATA.match(picture)):
        try:
            data = base64.b64decode(picture[start.end() :], validate=True)
        except binascii.Error as error:
            raise InputError(NO_FILE) from error
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "picture"
            file.write_bytes(data)
            return recognise(context.eyes.see(file), classifier, how)
    path = picture.get("path") if isinstance(picture, dict) else picture
    if not isinstance(path, str):
        raise InputError(NO_FILE)
    return recognise(context.eyes.see(gate.admit(path.rpartition(UPLOADED)[2])), classifier, how)


def _record(reading: Reading) -> ReadingRecord:
    return cast(ReadingRecord, describe(reading))


def _explained(reading: Reading, index: object) -> Explanation:
    count = len(reading.characters)
    if not count:
        raise InputError("Nothing is drawn in this picture, so there is no character to explain.")
    if not isinstance(index, int) or not 0 <= index < count:
        raise InputError(f"There is no such character: the text has {count}, counted from 0.")
    character = reading.characters[index]
    said: dict[str, Any] = {
        "text": character.text,
        "index": index,
        "count": count,
        "box": list(character.box),
        "top": [[name, round(share, 4)] for name, share in character.prediction.top(5)],
        "by_context": character.by_context,
        "why": why(character),
        "seen": png(255 - character.image),
    }
    return cast(Explanation, said)
