"""What the API gives and takes, as types: Gradio makes its schemas of them, for programs and for MCP alike."""

from typing import Literal, TypedDict


class FileMark(TypedDict):
    """What tells Gradio's clients that a value is a file to be uploaded."""

    _type: Literal["gradio.FileData"]


class PictureFile(TypedDict):
    """An uploaded picture, as `gradio_client.handle_file` makes it."""

    path: str
    meta: FileMark


class CharacterRecord(TypedDict):
    """One character of a `ReadingRecord`, see `hcr.reading.describe`."""

    text: str
    box: list[int]
    baseline: int
    top: list[tuple[str, float]]
    known: bool
    character: float
    is_character: bool
    by_context: bool
    doubt: str | None


class WordRecord(TypedDict):
    """One word of it."""

    text: str
    box: list[int]
    characters: list[CharacterRecord]


class LineRecord(TypedDict):
    """One line of it."""

    text: str
    words: list[WordRecord]


class ReadingRecord(TypedDict):
    """As `hcr.reading.describe` gives it; text: "" where nothing is drawn; boxes in the picture's own pixels."""

    text: str
    lines: list[LineRecord]


class Explanation(TypedDict):
    """One character: its place in the text counted from 0, how many there are, its five likeliest classes, whether the line
    decided it, what to know before relying on it (null for nothing), and the 28x28 image that the model saw."""

    text: str
    index: int
    count: int
    box: list[int]
    top: list[tuple[str, float]]
    by_context: bool
    why: str | None
    seen: str
