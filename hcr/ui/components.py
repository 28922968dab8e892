"""Gradio's components as this page needs them: each checks what it is given before anything else sees it."""

import math
from abc import ABCMeta
from collections.abc import Iterable
from html import escape
from pathlib import Path
from typing import Any, TypeVar

import gradio as gr
from gradio.component_meta import ComponentMeta
from gradio.data_classes import FileData, ImageData, ListFiles

from hcr.errors import InputError
from hcr.ui.server import gate

T = TypeVar("T")

DIGITS = 20  # of a number that are looked at
MOST = 2**31  # seeds and pages beyond this are slips of the keyboard


class Subclass(ComponentMeta):
    """Makes a component class without Gradio's own step of writing a .pyi file beside the module, which would hide the
    module from the type checker and needs a folder that can be written to. For classes that add no events."""

    def __new__(cls, name: str, bases: tuple[type, ...], attributes: dict[str, Any]) -> "Subclass":
        """The class, made as Python makes it."""
        return ABCMeta.__new__(cls, name, bases, attributes)


def sentence(error: InputError) -> gr.Error:
    """The error as Gradio shows it in a corner of the page, where it would take text for HTML; without a traceback in the
    log: the fault is the visitor's."""
    return gr.Error(escape(str(error)), print_exception=False)


class PictureBox(gr.Image, metaclass=Subclass):
    """An image box that gives the path of the file as it was uploaded, not as Gradio would decode it: a broken one gets
    our sentence, and so does a path that is no upload.

    It shows our examples alone, each as an address that holds the picture: its path would say where this program lies.
    """

    is_template = True  # Gradio's mark of a subclass that looks like its parent

    def preprocess(self, payload: ImageData | None) -> str | None:
        """The admitted file's path, None for an empty box. Raises gr.Error for what was not uploaded here and is no
        example."""
        if payload is None:
            return None
        example = gate.EXAMPLE_PICTURES.get(payload.url or "")
        return str(example or _admitted(payload.path))

    def postprocess(self, value: object) -> ImageData | None:
        """value: an example's path, or None for an empty box."""
        return None if value is None else ImageData(url=gate.address(Path(str(value))))


class FileBox(gr.File, metaclass=Subclass):
    """A box for several files that gives their paths, as far as all of them were uploaded here."""

    is_template = True

    def preprocess(self, payload: ListFiles | FileData | None) -> list[str]:
        """The admitted files' paths. Raises gr.Error for a file that was not uploaded here."""
        if payload is None:
            return []
        return [str(_admitted(file.path)) for file in (payload if isinstance(payload, ListFiles) else [payload])]


def _admitted(path: str | None) -> Path:
    try:
        return gate.admit(path)
    except InputError as error:
        raise sentence(error) from error


def sent(event: gr.EventData, name: str) -> object:
    """What a button of ours said under that name; "" where a visitor's own event says nothing."""
    data = getattr(event, "_data", None)  # Gradio's own way to what a gr.HTML triggered
    return data.get(name, "") if isinstance(data, dict) else ""


def one_of(choices: Iterable[T], value: object, default: T) -> T:
    """The choice that was sent; `default` for what is none of them. Gradio lets nothing, and a list of choices, through."""
    return next((choice for choice in choices if choice == value), default)


def whole(value: object, default: int, least: int = 0) -> int:
    """A whole number from `least` to MOST, whatever the browser sent for it; `default` for what is no number."""
    try:
        number = float(str(value)[:DIGITS])  # int() would raise for 5,000 digits, and they are too many anyway
    except ValueError:
        return default
    return default if math.isnan(number) else max(least, round(min(max(number, -MOST), MOST)))
