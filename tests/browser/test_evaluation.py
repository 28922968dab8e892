"""The Evaluation tab in a real browser: what is pointed at, and the images that come, held against the parquet file."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from hcr.alphabet import CLASSES
from hcr.data.generated.standin import stand_in
from tests.browser.conftest import SECONDS
from tests.browser.evaluated import CELL, MAP, Evaluated, click_cell, expect_chip, open_tab, shown, wait_for_map

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def shared_page(browser, evaluated: Evaluated) -> Iterator[Page]:
    """One page for all tests that need nothing special: loading it costs more than most of what they do."""
    context = browser.new_context(viewport={"width": 1280, "height": 1100})
    page, errors = context.new_page(), []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.set_default_timeout(SECONDS)
    page.goto(evaluated.address)
    yield page
    context.close()
    assert not errors, errors


@pytest.fixture
def page(shared_page: Page) -> Page:
    """The shared page with the Evaluation tab open and nothing selected."""
    open_tab(shared_page)
    if shared_page.locator("#evaluation-gallery .chip").count():
        shared_page.locator("#evaluation-gallery .chip").click()
    expect(shared_page.locator("#evaluation-gallery .hint")).to_be_visible()
    return shared_page


def test_a_cell_shows_exactly_its_images(page, evaluated):
    true, read = evaluated.most_confused()
    wait_for_map(page)
    x, y = page.evaluate(CELL, [MAP, true, read])
    page.mouse.move(x - 1, y - 1)
    page.mouse.move(x, y)
    count, of = len(evaluated.behind(true, read)), len(evaluated.behind(true))
    hover = f"true {true} read as {read}: {count} of {of} ({count / of:.1%})"
    expect(page.locator("#evaluation-map .hoverlayer")).to_have_text(hover)
    page.mouse.click(x, y)
    expect_chip(page, f"true {true} read as {read}")
    assert shown(page) == evaluated.behind(true, read)
    first = page.locator(".sample").first
    assert first.locator("b").inner_text() == f"{true} → {read}"
    index = int(first.get_attribute("data-index") or -1)
    row = int(np.flatnonzero(evaluated.columns["index"] == index)[0])
    top = [CLASSES[evaluated.columns[f"class_{place}"][row]] for place in (1, 2, 3)]
    assert first.locator(".top i").all_inner_texts() == top
    picture = page.evaluate(
        """async source => {
        const image = new Image(); image.src = source; await image.decode();
        const canvas = new OffscreenCanvas(28, 28).getContext('2d'); canvas.drawImage(image, 0, 0);
        return [...canvas.getImageData(0, 0, 28, 28).data].filter((_, place) => place % 4 == 0);
    }""",
        first.locator("img").get_attribute("src"),
    )
    assert np.array_equal(255 - np.array(picture).reshape(28, 28), stand_in("balanced-test").images[index].T)


def test_rows_columns_and_the_chip(page, evaluated):
    true, read = evaluated.most_confused()
    wait_for_map(page)
    label = page.locator(f"{MAP} .ytick text").get_by_text(true, exact=True)
    label.click()
    expect_chip(page, f"true {true}")
    assert shown(page) == evaluated.behind(true)
    page.locator(f"{MAP} .xtick text").get_by_text(read, exact=True).click()
    expect_chip(page, f"read as {read}")
    assert shown(page) == evaluated.behind(read=read)
    page.locator(".chip").click()
    expect(page.locator("#evaluation-gallery .hint")).to_be_visible()
    total = len(evaluated.columns["label"])
    expect(page.locator("#evaluation-gallery .chosen")).to_contain_text(f"{total:,} images")
    cells = page.locator(".sample").evaluate_all("all => all.map(one => +one.dataset.index)")
    assert cells == evaluated.behind()[: len(cells)]


def test_the_keyboard_alone_is_enough(page, evaluated):
    buttons = page.locator("#evaluation-pairs button")
    expect(buttons.first).to_be_visible()
    second = buttons.nth(1)
    true, read = second.get_attribute("data-true"), second.get_attribute("data-read")
    buttons.first.focus()
    page.keyboard.press("Tab")
    expect(second).to_be_focused()
    page.keyboard.press("Enter")
    expect_chip(page, f"true {true} read as {read}")
    assert shown(page) == evaluated.behind(true, read)
    page.locator(".chip").focus()
    page.keyboard.press("Space")
    expect(page.locator("#evaluation-gallery .hint")).to_be_visible()


def test_clicks_survive_another_view_and_another_tab(open_page, evaluated):
    page = open_page(address=evaluated.address)
    open_tab(page)
    true, read = evaluated.most_confused()
    click_cell(page, true, read)
    expect_chip(page, f"true {true} read as {read}")
    page.get_by_label("look-alikes as one").check()
    page.wait_for_function(f"document.querySelector('{MAP}').layout.meta.rows.includes('0O')")
    page.locator(f"{MAP} .ytick text").get_by_text("0O", exact=True).click()
    expect_chip(page, "true 0 or O")
    assert shown(page) == evaluated.behind("0O")
    page.get_by_role("tab", name="Draw").click()
    expect(page.locator("#evaluation-map")).to_be_hidden()
    page.get_by_role("tab", name="Evaluation").click()
    click_cell(page, "1IL", "1IL")
    expect_chip(page, "true 1 or I or L read as 1 or I or L")
    page.get_by_label("Classes").click()
    page.get_by_role("option", name="digits").click()
    page.wait_for_function(f"document.querySelector('{MAP}').layout.meta.rows.length == 10")
    counts = page.locator(f"{MAP} .heatmap-label text").all_text_contents()  # a small map has figures in its cells
    assert (len(counts), sum(map(int, counts))) == (110, len(evaluated.behind("0O1IL2Z345S6789gq")))
    page.locator(f"{MAP} .xtick text").get_by_text("other", exact=True).click()
    expect_chip(page, "read as another kind")


def test_a_class_from_the_table_and_the_threshold(page, evaluated):
    page.locator("#evaluation-classes").get_by_role("gridcell", name="0", exact=True).first.click()
    expect_chip(page, "true 0")
    number = page.locator("#evaluation-threshold input[type=number]")
    number.fill("1")
    number.press("Tab")
    expect(page.locator("#evaluation-answered")).to_contain_text("nothing would be answered")
    number.fill("0")
    number.press("Tab")
    accuracy = (evaluated.columns["label"] == evaluated.columns["class_1"]).mean()
    expect(page.locator("#evaluation-answered")).to_contain_text(
        f"answer all of these images, and {accuracy:.1%} of the answers"
    )


def test_an_image_opens_in_the_drawing_tab(page, evaluated):
    sample = page.locator(".sample").first
    read = sample.locator("b").inner_text()[-1]
    sample.click()
    expect(page.get_by_role("tab", name="Draw")).to_have_attribute("aria-selected", "true")
    expect(page.locator("#answer .letter")).to_have_text(read)
    assert page.locator("#answer figure img").count() == 2  # the image, and where the model looked
    expect(page.locator("#pad canvas")).to_be_hidden()
    assert page.locator("#pad .picture").evaluate("picture => picture.naturalWidth") == 28  # in the pad's place, as it is
    expect(page.locator("#pad")).to_contain_text("An image from the Evaluation tab")
    page.get_by_role("button", name="Draw again").click()
    page.get_by_text("What you write will be read here").wait_for()
    expect(page.locator("#pad .picture")).to_be_hidden()


def test_downloads(page, evaluated):
    true, read = evaluated.most_confused()
    click_cell(page, true, read)
    expect_chip(page, f"true {true} read as {read}")

    def downloaded(button: str) -> bytes:
        with page.expect_download() as download:
            page.get_by_role("button", name=button).click()
        return Path(download.value.path()).read_bytes()

    lines = list(csv.DictReader(io.StringIO(downloaded("These predictions (CSV)").decode())))
    assert [int(line["index"]) for line in lines] == evaluated.behind(true, read)
    cells = list(csv.reader(io.StringIO(downloaded("Matrix (CSV)").decode())))
    row, column = [line[0] for line in cells].index(true), cells[0].index(read)
    assert int(cells[row][column]) == len(lines)
    assert Image.open(io.BytesIO(downloaded("Matrix (PNG)"))).format == "PNG"
