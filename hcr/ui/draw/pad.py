"""The drawing pad: a canvas of our own, always armed, answering while one draws."""

import base64
import binascii

import gradio as gr

from hcr.assets import INTERFACE
from hcr.errors import InputError
from hcr.ui.components import Subclass, sentence

MOST = 256_000  # characters; a 280x280 drawing has about 5,000
_PREFIX = "data:image/png;base64,"


class DrawingPad(gr.HTML, metaclass=Subclass):
    """Its value is the drawing as a PNG data URL (280x280, black on white), "" when empty; its event is `stroke`."""

    def preprocess(self, payload: str | None) -> bytes | None:  # type: ignore[override]
        """The PNG in the value, None for an empty pad. Raises gr.Error for what the pad cannot have sent."""
        try:
            return drawing(payload)
        except InputError as error:
            raise sentence(error) from error


def drawing_pad() -> DrawingPad:
    """A pad to lay out.

    The template holds no ${value}: the answer to a stroke would else redraw the canvas and wipe it.
    """
    return DrawingPad(
        "",
        html_template=(INTERFACE / "pad.html").read_text(encoding="utf-8"),
        js_on_load=(INTERFACE / "pad.js").read_text(encoding="utf-8"),
        elem_id="pad",
        apply_default_css=False,
    )


def drawing(value: object) -> bytes | None:
    """The PNG in the pad's value; None for an empty pad. Raises InputError for anything else."""
    if not value:
        return None
    if not isinstance(value, str) or not value.startswith(_PREFIX):
        raise InputError("The pad sent something else than a PNG drawing. Reload the page and draw again.")
    if len(value) > MOST:
        raise InputError(f"The drawing has {len(value) // 1000:,} kB; at most {MOST // 1000} kB are taken. Clear the pad.")
    try:
        return base64.b64decode(value.removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError) as error:
        raise InputError("The drawing arrived damaged. Draw it again.") from error
