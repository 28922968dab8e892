"""Check my data: is somebody's own copy raw, upright, or mixed? Nothing is kept after the request."""

from contextlib import suppress
from pathlib import Path

import gradio as gr

from hcr.data.uploads import MAX_FILE, check_upload
from hcr.errors import InputError
from hcr.ui.explorer import html

WHAT = (
    f"Choose a Kaggle-style CSV (a label, then 784 values a row) or a pair of IDX files, plain or gzipped, up to "
    f"{MAX_FILE >> 20} MB. You learn whether its images are raw or upright, and which classes disagree. "
    "The files are deleted as soon as they are judged."
)


def build() -> None:
    """Lay out the section."""
    gr.Markdown(WHAT)
    files = gr.File(
        file_count="multiple", label="CSV, or IDX images with their labels", height=150, elem_id="explorer-upload"
    )
    result = gr.HTML(elem_id="explorer-verdict")
    files.upload(judge, files, [files, result], api_visibility="private", show_progress_on=result)


def judge(paths: list[str]):
    """Judge the uploaded files and delete them, whatever comes of it."""
    try:
        return None, html.verdict(check_upload([Path(path) for path in paths]))
    except InputError as error:
        return None, html.refusal(str(error))
    finally:
        for path in paths:
            Path(path).unlink(missing_ok=True)
            with suppress(OSError):  # Gradio's folder for this one upload; another file may still lie in it
                Path(path).parent.rmdir()
