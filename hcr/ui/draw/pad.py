"""The drawing pad: a canvas of our own, always armed, answering while one draws."""

import base64
import binascii

import gradio as gr

from hcr.assets import INTERFACE
from hcr.errors import InputError

_PREFIX = "data:image/png;base64,"


def drawing_pad() -> gr.HTML:
    """The pad. Its value is the drawing as a PNG data URL (280x280, black on white), "" when empty; its event is `stroke`.

    The template holds no ${value}: the answer to a stroke would else redraw the canvas and wipe it.
    """
    return gr.HTML(
        "",
        html_template=(INTERFACE / "pad.html").read_text(encoding="utf-8"),
        js_on_load=(INTERFACE / "pad.js").read_text(encoding="utf-8"),
        elem_id="pad",
        apply_default_css=False,
    )


def drawing(value: str | None) -> bytes | None:
    """The PNG in the pad's value; None for an empty pad. Raises InputError for anything else."""
    if not value:
        return None
    if not value.startswith(_PREFIX):
        raise InputError("The pad sent something else than a PNG drawing. Reload the page and draw again.")
    try:
        return base64.b64decode(value.removeprefix(_PREFIX), validate=True)
    except binascii.Error as error:
        raise InputError("The drawing arrived damaged. Draw it again.") from error
