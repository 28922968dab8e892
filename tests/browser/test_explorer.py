"""The Dataset Explorer in a browser: every control, on the generated stand-in and on real EMNIST where that is here."""

import base64
import re

import cv2
import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from hcr.data.generated import standin
from tests.browser.conftest import SECONDS
from tests.conftest import PHONE

pytestmark = pytest.mark.browser
SPLIT = standin.generate(10, seed=4)


def pairs(page: Page) -> Locator:
    return page.locator("#explorer-grid .pair")


def indices(page: Page) -> list[str]:
    return [pair.get_attribute("data-index") or "" for pair in pairs(page).all()]


def choose(page: Page, control: str, option: str) -> None:
    """Pick an option of a Gradio drop-down."""
    page.locator(f"#explorer-{control} input").click()
    page.get_by_role("option", name=re.compile(rf"^\W*{option}\b")).first.click()


def pixels(image: Locator) -> np.ndarray:
    data = (image.get_attribute("src") or "").split(",")[1]
    return cv2.imdecode(np.frombuffer(base64.b64decode(data), np.uint8), cv2.IMREAD_GRAYSCALE)


def expect_address(shown: Page, /, **values: object) -> None:
    for name, value in values.items():
        expect(shown).to_have_url(re.compile(rf"[?&]{name}={value}(&|$)"))


def test_opening_the_tab_shows_raw_beside_upright_and_says_what_it_is(explorer):
    page = explorer(path="?tab=explorer")
    expect(page.get_by_role("tab", name="Dataset Explorer")).to_have_attribute("aria-selected", "true")
    assert pairs(page).count() == 24
    said = page.locator("#explorer-source").inner_text()
    assert ("not EMNIST" in said) != explorer.real
    assert ("partial: the official split has 18,800" in said) == explorer.real
    for pair in pairs(page).all()[:6]:
        raw, turned = pair.locator("img").all()
        assert np.array_equal(np.rot90(np.fliplr(pixels(raw))), pixels(turned))
        assert raw.evaluate("image => getComputedStyle(image).imageRendering") == "pixelated"


def test_a_click_on_the_tab_opens_it_and_leaving_it_gives_the_address_back(explorer):
    page = explorer()
    page.get_by_role("tab", name="Draw & Predict").click()
    expect(page).not_to_have_url(re.compile("tab="))
    page.get_by_role("tab", name="Dataset Explorer").click()
    expect_address(page, tab="explorer")


def test_class_switch_and_page_size(explorer):
    page = explorer()
    choose(page, "class", "R")
    expect_address(page, **{"class": "R"})
    expect(page.locator("#explorer-sample h3")).to_contain_text("class R")
    assert set(page.locator("#explorer-grid .pair b").all_inner_texts()) == {"R"}
    page.locator("#explorer-show").get_by_text("upright", exact=True).click()
    expect(pairs(page).first.locator("img")).to_have_count(1)
    assert pairs(page).first.locator("img").get_attribute("alt") == "upright R"
    page.locator("#explorer-show").get_by_text("raw", exact=True).click()
    expect(pairs(page).first.locator("img[alt='raw R']")).to_have_count(1)
    choose(page, "class", "all")
    for size in (12, 96):
        choose(page, "size", str(size))
        expect(pairs(page)).to_have_count(size)


def test_paging_shuffling_and_an_address_that_can_be_shared(explorer):
    page = explorer()
    first = indices(page)
    assert first == [str(index) for index in range(24)]
    page.get_by_role("button", name="next page").click()
    expect_address(page, at=2)
    assert indices(page) == [str(index) for index in range(24, 48)]
    page.get_by_role("button", name="previous page").click()
    expect_address(page, at=1)
    page.locator("#explorer-page input").fill("3")
    page.locator("#explorer-page input").press("Tab")
    expect_address(page, at=3)
    page.locator("#explorer-seed input").fill("7")
    page.locator("#explorer-seed input").press("Tab")
    expect_address(page, seed=7, at=1)
    shuffled = indices(page)
    assert shuffled != first
    pairs(page).nth(5).click()
    expect_address(page, sample=shuffled[5])
    shared = explorer(path=page.url[page.url.index("?") :])
    assert indices(shared) == shuffled
    expect(shared.locator("#explorer-sample h3")).to_contain_text(f"{int(shuffled[5]):,}")
    page.locator("#explorer-shuffle").click()
    expect(page).not_to_have_url(re.compile(r"seed=7(&|$)"))
    assert indices(page) != shuffled


def test_another_split(explorer):
    page = explorer()
    choose(page, "split", "balanced-train")
    expect_address(page, split="balanced-train")
    expect(page.locator("#explorer-source")).to_contain_text("98,982" if explorer.real else "4,700")


def test_one_image_step_by_step_and_in_eight_orientations(explorer):
    page = explorer(path="?tab=explorer&class=R&show=both")
    pairs(page).nth(1).focus()
    page.keyboard.press("Enter")
    chosen = indices(page)[1]
    expect(page.locator("#explorer-sample h3")).to_contain_text(f"Image {int(chosen):,}: class R")
    expect(page.locator("#explorer-grid [aria-pressed=true]")).to_have_attribute("data-index", chosen)
    raw, flipped, turned = (pixels(image) for image in page.locator("#explorer-sample .steps img").all())
    assert np.array_equal(flipped, raw[:, ::-1])
    assert np.array_equal(turned, raw.T)
    captions = page.locator("#explorer-sample .steps figcaption").all_inner_texts()
    assert [re.split(r"\s*\n", caption)[0] for caption in captions] == ["raw, as stored", "np.fliplr", "np.rot90: upright"]
    assert all(re.search(r"\d+%", caption) for caption in captions)
    eight = page.locator("#explorer-sample .eight figure")
    assert eight.count() == 8
    assert page.locator("#explorer-sample .eight .right").count() == 1
    assert np.array_equal(pixels(page.locator("#explorer-sample .eight .right img")), raw.T)
    assert len({pixels(image).tobytes() for image in page.locator("#explorer-sample .eight img").all()}) == 8


def test_what_skipping_the_fix_costs(explorer):
    page = explorer()
    page.get_by_role("tab", name="Skip the fix?").click()
    result = page.locator("#explorer-without-fix")

    def measure(images: int) -> None:
        count = page.locator("#explorer-count input[type=number]")
        count.fill(str(images))
        count.press("Tab")
        page.locator("#explorer-measure").click()
        expect(result).to_contain_text(f"{images:,}", timeout=2 * SECONDS)

    measure(500)
    raw, fixed = (float(share) for share in re.findall(r"([\d.]+)%", result.locator("p").first.inner_text()))
    assert raw < 30 < 60 < fixed
    expect(page.locator("#explorer-orientations .bars .point")).to_have_count(8)
    assert "X" in result.locator("h4").first.inner_text()
    first = result.inner_html()
    measure(1000)
    assert result.inner_html() != first
    measure(500)  # remembered
    assert result.inner_html() == first


def test_averages_turn_about_their_diagonal(explorer):
    page = explorer()
    page.get_by_role("tab", name="Averages").click()
    means = page.locator("#explorer-means .averages img")
    expect(means).to_have_count(47)
    chosen = page.locator("#explorer-averages-of input:checked").get_attribute("value") or ""
    assert ("real EMNIST" in chosen) != explorer.real
    page.locator("#explorer-means input[type=range]").fill("180")
    matrix = means.first.evaluate("image => new DOMMatrix(getComputedStyle(image).transform).toFloat64Array().join()")
    m = np.array([float(value) for value in matrix.split(",")]).reshape(4, 4).T
    assert np.allclose(m[:2, :2], [[0, 1], [1, 0]], atol=1e-6), "half a turn about the diagonal swaps rows and columns"
    expect(page.locator("#explorer-counts .bars .point")).to_have_count(47)
    expect(page.locator("#explorer-ink .bars .point")).to_have_count(47)
    expect(page.locator("#explorer-official")).to_contain_text("697,932")
    before = means.first.get_attribute("src")
    other = "the split" if not explorer.real else "real EMNIST"
    page.locator("#explorer-averages-of label", has_text=other).click()
    expect(means.first).not_to_have_attribute("src", before or "")


def test_on_a_phone_nothing_is_cut_off(explorer):
    page = explorer(viewport=PHONE, touch=True)
    for name in ("Skip the fix?", "Averages", "Check my data", "Images"):
        page.get_by_role("tab", name=name).tap()
        expect(page.get_by_role("tab", name=name)).to_have_attribute("aria-selected", "true")
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    pairs(page).nth(3).tap()
    expect(page.locator("#explorer-sample h3")).to_be_in_viewport()


def test_numbers_far_from_what_there_is(explorer):
    page = explorer()
    for typed, shown in (("-4", "1"), ("9" * 30, r"\d{2,4}"), ("2", "2")):
        page.locator("#explorer-page input").fill(typed)
        page.locator("#explorer-page input").press("Tab")
        expect(page.locator("#explorer-page input")).to_have_value(re.compile(f"^{shown}$"))
        expect_address(page, at=shown)
    page.locator("#explorer-seed input").fill("-7")
    page.locator("#explorer-seed input").press("Tab")
    expect(page.locator("#explorer-seed input")).to_have_value("0")
    assert page.get_by_test_id("toast-body").count() == 0
    page = explorer(path="?tab=explorer&at=-4&seed=" + "9" * 5000)
    expect_address(page, seed=2**31, at=1)


def test_nonsense_in_the_address_is_forgiven(explorer):
    page = explorer(path="?tab=explorer&split=../../etc&class=%3Cb%3E&show=x&per=7&seed=-1&at=999999&sample=zzz")
    assert pairs(page).count() > 0
    expect_address(page, split="balanced-test", at=r"\d+", seed=0)
