"""The Evaluation tab with other reports than its model's own: compared, broken, without images, on a phone."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from playwright.sync_api import expect

from hcr.alphabet import CLASSES
from hcr.model import bundle
from hcr.report import predictions
from tests.browser.conftest import SECONDS
from tests.browser.evaluated import MAP, click_cell, expect_chip, open_tab, shown, wait_for_map
from tests.conftest import PHONE

pytestmark = pytest.mark.browser


def test_comparison_with_another_model(open_page, evaluated, tmp_path):
    """The other model is this one with its answers on twelve images made worse."""
    other = tmp_path / "other"
    shutil.copytree(evaluated.folder, other)
    with (other / bundle.MODEL_FILE).open("ab") as file:
        file.write(b"\0")
    bundle.write_config(other, bundle.read_config(other))
    report = predictions.read_predictions(evaluated.folder / bundle.PREDICTIONS_FILE)
    classes = report.classes.copy()
    broken = np.flatnonzero(report.correct)[:12]
    classes[broken] = classes[broken][:, [1, 0, 2, 3, 4]]
    about = replace(report.provenance, model_sha256=bundle.sha256(other / bundle.MODEL_FILE))
    predictions.write_predictions(replace(report, classes=classes, provenance=about), other / bundle.PREDICTIONS_FILE)

    page = open_page(address=evaluated.address)
    open_tab(page)
    page.get_by_role("button", name="Compare with another model").click()
    name = page.get_by_placeholder("a model bundle")
    name.fill(str(tmp_path / "nothing here"))
    page.get_by_role("button", name="Compare", exact=True).click()
    expect(page.locator("#evaluation-changes .notice")).to_contain_text("neither a folder nor a Hub repo")
    hostile = "<img src=x onerror='window.ran = 1'>${window.ran = 2}{{7*7}}"
    name.fill(hostile)
    page.get_by_role("button", name="Compare", exact=True).click()
    expect(page.locator("#evaluation-changes .notice")).to_contain_text(hostile)
    assert page.evaluate("window.ran") is None
    name.fill("x" * 300)
    page.get_by_role("button", name="Compare", exact=True).click()
    expect(page.locator("#evaluation-changes .notice")).to_contain_text("more than 200 characters")
    name.fill(str(other))
    page.get_by_role("button", name="Compare", exact=True).click()
    expect(page.locator("#evaluation-changes")).to_contain_text("more than chance")
    page.get_by_role("button", name="12 broken").click()
    expect_chip(page, "broken by the other model")
    assert sorted(shown(page)) == report.index[broken].tolist()
    true = CLASSES[report.labels[broken[0]]]
    click_cell(page, true, CLASSES[classes[broken[0], 0]], "#evaluation-difference .js-plotly-plot")
    expect(page.locator("#evaluation-gallery .chip")).to_contain_text("changed")
    assert int(report.index[broken[0]]) in shown(page)


@pytest.mark.parametrize("dark", [False, True])
def test_a_phone_shows_it_all(open_page, evaluated, dark):
    page = open_page(PHONE, dark=dark, touch=True, address=evaluated.address)
    open_tab(page)
    wait_for_map(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    true, read = evaluated.most_confused()
    page.get_by_role("button", name=f"true {true} read as {read}:").tap()
    expect_chip(page, f"true {true} read as {read}")
    expect(page.locator("#evaluation-gallery .chip")).to_be_in_viewport()
    text = page.evaluate(f"getComputedStyle(document.querySelector('{MAP} .ytick text')).fill")
    body = page.evaluate("getComputedStyle(document.body).color")
    assert text == body
    assert (int(text[4:].split(",")[0]) > 128) == dark


@contextmanager
def another_report(folder: Path, file: Path) -> Iterator[None]:
    """`file` in the place of the bundle's report."""
    place = folder / bundle.PREDICTIONS_FILE
    kept = place.read_bytes()
    try:
        shutil.copy(file, place)
        yield
    finally:
        place.write_bytes(kept)


def test_without_the_images_there_are_means_figures_and_a_way_to_get_them(open_page, evaluated, tmp_path):
    report = predictions.read_predictions(evaluated.folder / bundle.PREDICTIONS_FILE)
    about = replace(report.provenance, generated=False, images_sha256="e" * 64, official_count=18_800)
    predictions.write_predictions(replace(report, provenance=about), tmp_path / "elsewhere.parquet")
    with another_report(evaluated.folder, tmp_path / "elsewhere.parquet"):
        page = open_page(address=evaluated.address)
        open_tab(page)
        true, read = evaluated.most_confused()
        click_cell(page, true, read)
        expect_chip(page, f"true {true} read as {read}")
        expect(page.locator("#evaluation-gallery .notice")).to_contain_text("Set HCR_DATASET to a folder")
        means = page.locator("#evaluation-gallery .means figcaption")
        expect(means).to_have_text([f"mean of {true} (true)", f"mean of {read} (read as)"])
        assert shown(page) == evaluated.behind(true, read)
        assert page.locator(".sample .top i").first.inner_text() == read
        assert page.locator(".sample img").count() == 0


def test_a_broken_report_is_refused_and_the_rest_works(open_page, evaluated, tmp_path):
    table = pq.read_table(evaluated.folder / bundle.PREDICTIONS_FILE)
    pq.write_table(table.drop_columns(["class_4"]), tmp_path / "broken.parquet")
    with another_report(evaluated.folder, tmp_path / "broken.parquet"):
        page = open_page(address=evaluated.address)
        open_tab(page)
        expect(page.locator("#evaluation-headline .notice")).to_contain_text("the column class_4 is missing")
        expect(page.locator("#evaluation-map")).to_be_hidden()
        page.get_by_label("live, on generated characters").check()
        expect(page.locator("#evaluation-headline .badge")).to_have_text(
            "1,880 generated characters (not EMNIST)", timeout=2 * SECONDS
        )
        click_cell(page, "A", "A")
        expect_chip(page, "true A read as A")
        assert page.locator(".sample img").count() > 0
        page.get_by_label("of the model").check()
        expect(page.locator("#evaluation-headline .notice")).to_contain_text("the column class_4 is missing")
        page.get_by_role("tab", name="Draw").click()
        page.locator("#pad canvas").scroll_into_view_if_needed()
        box = page.locator("#pad canvas").bounding_box()
        assert box
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 40)
        page.mouse.down()
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] - 40, steps=12)
        page.mouse.up()
        expect(page.locator("#answer .letter")).to_be_visible()


@pytest.mark.real_data
def test_the_bundled_report_on_real_images(open_page, emnist_folder):
    page = open_page()
    open_tab(page)
    about = predictions.read_predictions(bundle.BUNDLED / bundle.PREDICTIONS_FILE)
    expect(page.locator("#evaluation-headline")).to_contain_text(f"{about.correct.mean():.1%}")
    click_cell(page, "O", "0")
    expect_chip(page, "true O read as 0")
    wanted = (about.labels == CLASSES.index("O")) & (about.guesses == CLASSES.index("0"))
    assert sorted(shown(page)) == sorted(about.index[wanted].tolist())
