"""Check my data in a browser: what is uploaded is judged, refused where it must be, and kept nowhere."""

from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from hcr.data.generated import standin
from hcr.data.orientation import upright
from hcr.data.split import Split
from tests.emnist_files import csv, csv_rows, idx_images, idx_labels, write

pytestmark = pytest.mark.browser
SPLIT = standin.generate(10, seed=4)


def kept(folder: Path) -> set[Path]:
    """Files with anything in them; the app's own example pictures are there from the start."""
    return {file for file in folder.rglob("*") if file.is_file() and file.stat().st_size}


def upload(page: Page, folder: Path, files: dict[str, bytes]) -> Locator:
    write(folder, files)
    page.locator("#explorer-upload input[type=file]").set_input_files([folder / name for name in files])
    return page.locator("#explorer-verdict")


def test_check_my_data_judges_refuses_and_keeps_nothing(explorer, tmp_path, uploads_folder):
    page = explorer()
    before = kept(uploads_folder)
    page.get_by_role("tab", name="Check my data").click()
    verdict = upload(page, tmp_path, {"a-idx3-ubyte": idx_images(SPLIT.images), "a-idx1-ubyte": idx_labels(SPLIT.labels)})
    expect(verdict.locator("h3")).to_contain_text("Raw")
    expect(verdict.locator(".checked figure")).to_have_count(12)
    turned = Split(np.ascontiguousarray(upright(SPLIT.images)), SPLIT.labels, "x", "x")
    upload(page, tmp_path, {"mine.csv": csv(csv_rows(turned))})
    expect(verdict.locator("h3")).to_contain_text("Upright")
    upload(page, tmp_path, {"short.csv": csv(csv_rows(SPLIT)[:20, :784])})
    expect(verdict.locator(".notice")).to_contain_text("784 values; expected 785")
    upload(page, tmp_path, {"lie-idx3-ubyte": idx_images(SPLIT.images[:5], count=99)})
    expect(verdict.locator(".notice")).to_contain_text("cut short")
    if not explorer.real:
        assert kept(uploads_folder) == before
