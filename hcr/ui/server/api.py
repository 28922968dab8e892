"""The page's public API: one endpoint, /read, for programs."""

from collections.abc import Callable
from typing import Any, Literal, TypedDict

import gradio as gr

from hcr.errors import InputError
from hcr.reading import describe, recognise
from hcr.ui.context import Context
from hcr.ui.server import gate

NO_FILE = 'Send a picture file, such as gradio_client\'s handle_file("letter.png").'


class FileMark(TypedDict):
    """What tells Gradio's clients that a value is a file to be uploaded."""

    _type: Literal["gradio.FileData"]


class PictureFile(TypedDict):
    """An uploaded picture, as `gradio_client.handle_file` makes it."""

    path: str
    meta: FileMark


def reader(context: Context) -> Callable[[PictureFile], dict[str, Any]]:
    """The function behind /read."""

    def read_picture(picture: PictureFile) -> dict[str, Any]:
        """The character in a picture file: the same record as the command line gives with --json."""
        try:
            if not isinstance(picture, dict) or not isinstance(picture.get("path"), str):
                raise InputError(NO_FILE)
            seen = context.eyes.see(gate.admit(picture["path"]))
            return describe(recognise(seen, context.models.current.classifier))
        except InputError as error:
            raise gr.Error(str(error), print_exception=False) from error  # as text: no page shows it

    return read_picture
