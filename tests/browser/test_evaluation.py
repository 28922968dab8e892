"""The Evaluation tab in a real browser: what is pointed at, and the images that come, held against the parquet file.

The report is one of the bundled model on generated characters, so that nothing needs to be downloaded for it.
"""

import csv
import io
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from hcr.alphabet import CLASSES
from hcr.data.generated.standin import stand_in
from hcr.model import bundle
from hcr.report import predictions
from tests.browser.conftest import SECONDS
from tests.conftest import PHONE, running_app
from training.evaluate import evaluate

pytestmark = pytest.mark.browser
MAP = "#evaluation-map .js-plotly-plot"
CELL = """async ([map, row, column]) => {
    const plot = document.querySelector(map), place = () => plot.getBoundingClientRect();
    plot.scrollIntoView({ block: 'center' });
    for (let before, after = place(); before?.y !== after.y || before?.height !== after.height; after = place()) {
        before = after;  // what was just shown above or below may still be moving it
        await new Promise(done => setTimeout(done, 250));
    }
    const { rows, columns } = plot.layout.meta, layout = plot._fullLayout, box = place();
    return [box.x + layout.xaxis._offset + layout.xaxis.l2p(columns.indexOf(column)),
            box.y + layout.yaxis._offset + layout.yaxis.l2p(rows.indexOf(row))];
}"""


@dataclass(frozen=True)
class Evaluated:
    """A running app, its bundle's folder, and the columns of its report as pyarrow reads them."""

    address: str
    folder: Path
    columns: dict[str, np.ndarray]

    def behind(self, true: str = "", read: str = "") -> list[int]:
        """Indices of the images behind a cell, row or column, worst first, straight from the parquet file."""
        labels, guesses, sure = (self.columns[name] for name in ("label", "class_1", "probability_1"))
        wanted = np.ones(len(labels), bool)
        if true:
            wanted &= np.isin(labels, [CLASSES.index(name) for name in true])
        if read:
            wanted &= np.isin(guesses, [CLASSES.index(name) for name in read])
        rows = sorted(np.flatnonzero(wanted), key=lambda row: _badness(labels[row] == guesses[row], sure[row], row))
        return self.columns["index"][rows].tolist()

    def most_confused(self) -> tuple[str, str]:
        labels, guesses = self.columns["label"], self.columns["class_1"]
        wrong = labels != guesses
        pairs, counts = np.unique(labels[wrong] * 47 + guesses[wrong].astype(int), return_counts=True)
        true, read = divmod(int(pairs[counts.argmax()]), 47)
        return CLASSES[true], CLASSES[read]


def _badness(right: bool, sure: float, row: int) -> tuple[bool, float, int]:
    return bool(right), float(sure if right else -sure), int(row)


@pytest.fixture(scope="module")
def evaluated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Evaluated]:
    home = tmp_path_factory.mktemp("evaluated")
    folder = home / "model"
    shutil.copytree(bundle.BUNDLED, folder, ignore=shutil.ignore_patterns("evaluation"))
    evaluate(folder, stand_in("balanced-test"))
    table = pq.read_table(folder / bundle.PREDICTIONS_FILE)
    columns = {name: table.column(name).to_numpy().astype(float if "prob" in name else int) for name in table.column_names}
    with running_app(home / "app.log", {"HCR_MODEL": str(folder)}) as address:
        yield Evaluated(address, folder, columns)
        assert "Traceback" not in (home / "app.log").read_text()  # no callback failed behind the page


def open_tab(page: Page) -> None:
    tab = page.get_by_role("tab", name="Evaluation")
    expect(tab).to_be_visible()  # on a phone as well
    tab.click()
    expect(page.locator("#evaluation-headline b, #evaluation-headline .notice").first).to_be_visible()


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


def wait_for_map(page: Page, map_: str = MAP) -> None:
    expect(page.locator(f"{map_} .hm image").first).to_be_visible()


def click_cell(page: Page, true: str, read: str, map_: str = MAP) -> None:
    wait_for_map(page, map_)
    x, y = page.evaluate(CELL, [map_, true, read])
    page.mouse.move(x - 1, y - 1)
    page.mouse.click(x, y)


def shown(page: Page) -> list[int]:
    """The indices of all images in the gallery, through all its pages."""
    found: list[int] = []
    while True:
        found += [int(index) for index in page.locator(".sample").evaluate_all("all => all.map(one => one.dataset.index)")]
        following = page.get_by_role("button", name="Next page")
        if not following.count() or following.is_disabled():
            return found
        before = page.locator(".pager").inner_text()
        following.click()
        expect(page.locator(".pager")).not_to_have_text(before)


def expect_chip(page: Page, words: str) -> None:
    expect(page.locator("#evaluation-gallery .chip")).to_have_text(f"{words} ×")


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


def test_comparison_with_another_model(page, evaluated, tmp_path):
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
    page.get_by_role("button", name=f"true {true} read as {read}").tap()
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
