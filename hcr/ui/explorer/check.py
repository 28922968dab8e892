"""Check my data: is somebody's own copy raw, upright, or mixed? Nothing is kept after the request."""

from pathlib import Path
from typing import Any

import gradio as gr

from hcr.data.uploads import MAX_FILE, check_upload
from hcr.errors import InputError
from hcr.ui.components import FileBox
from hcr.ui.explorer import html
from hcr.ui.server import gate
from hcr.ui.templates import notice

WHAT = (
    f"Choose a Kaggle-style CSV (a label, then 784 values a row) or a pair of IDX files, plain or gzipped, up to "
    f"{MAX_FILE >> 20} MB. You learn whether its images are raw or upright, and which classes disagree. "
    "The files are deleted as soon as they are judged."
)


def build() -> None:
    """Lay out the section."""

    def check(paths: list[str]) -> dict[Any, Any]:
        return {files: None, result: judge([Path(path) for path in paths])}

    gr.Markdown(WHAT)
    files = FileBox(
        file_count="multiple", label="CSV, or IDX images with their labels", height=150, elem_id="explorer-upload"
    )
    result = gr.HTML(elem_id="explorer-verdict")
    files.upload(check, files, [files, result], api_visibility="private", show_progress_on=result)


def judge(files: list[Path]) -> str:
    """HTML of what uploaded files are; they are deleted, whatever comes of it."""
    try:
        return html.verdict(check_upload(files))
    except InputError as error:
        return notice(str(error))
    finally:
        for file in files:
            gate.discard(file)
