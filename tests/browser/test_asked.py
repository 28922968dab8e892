"""What may be written, and whether words decide: asked beside the pad, for drawings, pictures and many of them."""

import math
import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_draw import draw
from tests.browser.test_words import TOUCH, give, reads, write
from tests.conftest import DESKTOP, PHONE
from tests.pictures import written

pytestmark = pytest.mark.browser

ROUND = [[(0.5 + 0.22 * math.sin(turn / 4), 0.5 - 0.3 * math.cos(turn / 4)) for turn in range(26)]]
"""What is a 0 among digits, and an O among letters."""


def choose(page: Page, what: str) -> None:
    if not page.locator("#pad .panel").is_visible():
        page.locator("#pad summary").click()
    page.locator("#pad .panel").get_by_text(what, exact=True).click()


def says(page: Page, sentence: str) -> None:
    expect(page.locator("#answer .how")).to_have_text(sentence)


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_drawing_is_read_again_as_what_is_chosen(open_page, viewport):
    page = open_page(viewport)
    draw(page, ROUND)
    page.locator("#answer .letter").wait_for()
    expect(page.locator("#answer .how")).to_have_count(0)
    choose(page, "Digits")
    reads(page, "0")
    says(page, "Read as digits only.")
    expect(page.locator("#pad summary")).to_have_text("Digits only")
    choose(page, "Letters")
    reads(page, "O")
    says(page, "Read as letters only.")
    choose(page, "All")
    expect(page.locator("#answer .how")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]


def test_a_set_of_characters_is_typed_and_only_these_are_read(open_page):
    page = open_page()
    write(page, "HALL")
    reads(page, "HALL")
    choose(page, "Only these")
    these = page.locator("#pad .these")
    expect(these).to_be_focused()
    these.press_sequentially("T, E-T <1>")
    expect(these).to_have_value("TE1")
    says(page, "Read as one of 1ET only.")
    expect(page.locator("#answer .answer")).to_have_attribute("data-answer", re.compile("^[1ET]+$"))
    page.locator("#answer .glyph").first.click()
    assert set(page.locator("#answer .likely .name").all_text_contents()) <= {"1", "E", "T"}
    page.locator("#pad summary").click()  # closed by the click elsewhere
    these.fill("")
    reads(page, "HALL")


def test_words_need_not_decide(open_page):
    page = open_page()
    write(page, "HALL")
    reads(page, "HALL")
    choose(page, "Use the word to decide between look-alikes, such as 0 and O")
    says(page, "Each character by its shape alone.")
    expect(page.locator("#pad summary")).to_have_text("All characters, by shape")


def test_pictures_are_read_again_too_and_the_choice_stays(open_page, tmp_path):
    written("HALL").save(tmp_path / "word.png")
    page = open_page()
    give(page, tmp_path / "word.png")
    reads(page, "HALL")
    choose(page, "Digits")
    says(page, "Read as digits only.")
    expect(page.locator("#answer .answer")).to_have_attribute("data-answer", re.compile(r"^\d+$"))
    page.locator("#examples button").nth(2).click()
    expect(page.locator("#answer .answer:not(.text)")).to_have_attribute("data-answer", re.compile(r"^\d?$"))
    says(page, "Read as digits only.")
    page.get_by_role("button", name="Draw again").click()
    draw(page, ROUND)
    reads(page, "0")
    page.get_by_role("button", name="Many pictures at once").click()
    page.locator("#many-files input[type=file]").set_input_files(tmp_path / "word.png")
    expect(page.locator("#many-result td.said")).to_have_text(re.compile(r"^\d+$"))
    expect(page.locator("#many-result .remark")).to_contain_text("1 picture read. Read as digits only.")


def test_the_panel_is_in_nobody_s_way(open_page):
    page = open_page(PHONE, touch=True)
    page.locator("#pad .paper.empty").wait_for()
    page.locator("#pad summary").tap()
    expect(page.locator("#pad .panel")).to_be_visible()
    page.locator("#pad .panel").get_by_text("Only these", exact=True).tap()
    for one in page.locator("#pad .panel fieldset span, #pad .these, #pad .word, #pad summary").all():
        box = one.bounding_box()
        assert box["height"] >= TOUCH, one.text_content()
        assert box["width"] >= TOUCH
        assert box["x"] + box["width"] <= PHONE["width"]
    page.keyboard.press("Escape")
    expect(page.locator("#pad .panel")).to_be_hidden()
    expect(page.locator("#pad summary")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#pad .panel")).to_be_visible()
    page.locator("#title h1").tap()
    expect(page.locator("#pad .panel")).to_be_hidden()
