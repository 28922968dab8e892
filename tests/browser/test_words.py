"""Words on the pad and in pictures, in a real browser: read, tapped, corrected, copied, and where each character lies."""

import re

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.test_draw import LETTERS, draw, resting_box
from tests.conftest import DESKTOP, PHONE
from tests.pictures import heic, saved, strokes, written

pytestmark = pytest.mark.browser
TOUCH = 44  # pixels that a finger needs


def write(page: Page, word: str) -> None:
    """Write a word across the middle of the empty pad, stroke by stroke."""
    page.locator("#pad .paper.empty").wait_for()
    page.locator("#examples").wait_for()
    box = resting_box(page.locator("#pad canvas"))
    height = min(box["height"] / 2, box["width"] * 0.9 / len(word))
    left = box["x"] + (box["width"] - len(word) * height) / 2 + height / 10
    for first, *rest in strokes(word, left, box["y"] + (box["height"] - height) / 2, height):
        page.mouse.move(*first)
        page.mouse.down()
        for point in rest:
            page.mouse.move(*point, steps=5)
        page.mouse.up()


def reads(page: Page, text: str) -> None:
    """The answer to what is in view, once no newer one is under way."""
    expect(page.locator("#pad .paper")).not_to_have_attribute("aria-busy", "true")
    expect(page.locator("#answer .answer")).to_have_attribute("data-answer", text)


def give(page: Page, picture) -> None:
    page.locator("#picture input[type=file]").first.set_input_files(picture)
    page.locator("#pad .paper.pictured").wait_for()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_word_is_read_while_it_is_written_and_each_character_has_its_box(open_page, viewport, dark):
    page = open_page(viewport, dark=dark)
    write(page, "HAL")
    reads(page, "HAL")
    assert page.locator("#answer .glyph").all_text_contents() == ["H", "A", "L"]
    assert page.locator("#pad .boxes rect").count() == 3
    pad = page.locator("#pad canvas").bounding_box()
    middles = []
    for box in (one.bounding_box() for one in page.locator("#pad .boxes rect").all()):
        assert pad["x"] <= box["x"]
        assert box["x"] + box["width"] <= pad["x"] + pad["width"]
        middles.append(box["x"] + box["width"] / 2)
    assert middles == sorted(middles)
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    foot = page.locator("#pad .boxes rect").last.bounding_box()  # the same text again: its box goes with it all the same
    low, wide = foot["y"] + foot["height"] - 5, foot["width"]
    page.mouse.move(foot["x"] + wide - 6, low)
    page.mouse.down()
    page.mouse.move(foot["x"] + 1.3 * wide, low)
    page.mouse.up()
    reads(page, "HAL")
    assert page.locator("#pad .boxes rect").last.bounding_box()["width"] > 1.2 * wide


def test_boxes_are_never_in_the_way_of_the_pen(open_page):
    page = open_page()
    write(page, "HAL")
    reads(page, "HAL")
    box = page.locator("#pad .boxes rect").nth(1).bounding_box()
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    assert page.evaluate("([x, y]) => document.elementFromPoint(x, y).tagName", middle) == "CANVAS"


def test_a_character_is_tapped_corrected_taken_back_and_copied(open_page):
    page = open_page()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    write(page, "HAL")
    reads(page, "HAL")
    page.locator("#answer .glyph").nth(1).click()
    expect(page.locator("#answer .likely")).to_have_count(5)
    expect(page.locator("#answer .likely[aria-pressed=true]")).to_have_text(re.compile("^A"))
    expect(page.locator("#answer .chosen .seen img")).to_be_visible()
    expect(page.locator("#pad .boxes rect").nth(1)).to_have_class("chosen")
    other = page.locator("#answer .likely").nth(1).locator(".name").text_content()
    page.locator("#answer .likely").nth(1).click()
    reads(page, f"H{other}L")
    expect(page.locator("#answer .glyph").nth(1)).to_have_class(re.compile("corrected"))
    expect(page.locator("#answer .glyph").nth(1)).to_have_accessible_name(f"{other}, corrected, was read as A")
    page.get_by_role("button", name="Copy").click()
    page.get_by_role("button", name="Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == f"H{other}L"
    page.get_by_role("button", name="Take back: A").click()
    reads(page, "HAL")
    expect(page.locator("#answer .corrected")).to_have_count(0)
    page.get_by_role("button", name="Change to a").click()
    reads(page, "HaL")


def test_a_correction_stays_while_one_writes_on_and_goes_with_its_drawing(open_page):
    page = open_page()
    write(page, "HA ")
    reads(page, "HA")
    page.locator("#answer .glyph").first.click()
    page.get_by_role("button", name="Change to h").click()
    reads(page, "hA")
    box, found = page.locator("#pad canvas").bounding_box(), page.locator("#pad .boxes rect").nth(1).bounding_box()
    left = found["x"] + found["width"] + 0.3 * found["height"]
    for first, *rest in strokes("L", left, found["y"], found["height"]):
        page.mouse.move(*first)
        page.mouse.down()
        for point in rest:
            assert point[0] < box["x"] + box["width"]
            page.mouse.move(*point, steps=5)
        page.mouse.up()
    reads(page, "hAL")
    page.locator("#pad .clear").click()
    write(page, "HAL")
    reads(page, "HAL")


def test_with_the_keyboard_alone(open_page):
    page = open_page()
    write(page, "HAL")
    reads(page, "HAL")
    page.locator("#answer .glyph").first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.locator("#answer .glyph").nth(1)).to_have_attribute("aria-pressed", "true")
    page.locator("#answer .likely").nth(1).focus()
    form = page.locator("#answer .likely").nth(1).get_attribute("data-form")
    page.keyboard.press("Space")
    reads(page, f"H{form}L")
    assert page.evaluate("document.activeElement.dataset.form") == form, "the focus stays where one was"
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.dataset.number") == "1"


def test_what_is_touched_is_large_enough_for_a_finger(open_page):
    page = open_page(PHONE, touch=True)
    write(page, "HAL")
    reads(page, "HAL")
    page.locator("#answer .glyph").nth(1).tap()
    page.locator("#answer .likely").first.wait_for()
    for one in page.locator("#answer button:visible, #pad button:visible").all():
        box = one.bounding_box()
        assert box["height"] >= TOUCH, one.text_content()
        assert box["width"] >= TOUCH, one.text_content()


def test_a_picture_opens_in_the_pad_s_place_and_the_drawing_comes_back(open_page, tmp_path):
    page = open_page()
    draw(page, LETTERS["E"])
    reads(page, "E")
    written("HALL\nLAH").save(tmp_path / "words.png")
    give(page, tmp_path / "words.png")
    reads(page, "HALL\nLAH")
    assert page.locator("#answer .line").count() == 2
    assert page.locator("#pad .boxes rect").count() == 7
    expect(page.locator("#pad canvas")).to_be_hidden()
    expect(page.locator("#pad .picture")).to_be_visible()
    expect(page.locator("#picture img")).to_be_hidden()
    page.locator("#pad .boxes rect").nth(1).click()
    expect(page.locator("#answer .glyph[aria-pressed=true]")).to_have_text("A")
    page.get_by_role("button", name="Draw again").click()
    reads(page, "E")
    assert page.locator("#pad .boxes rect").count() == 1
    expect(page.locator("#pad .picture")).to_be_hidden()
    give(page, tmp_path / "words.png")
    reads(page, "HALL\nLAH")
    page.locator("#picture").get_by_label(re.compile("Clear|Remove")).first.click()
    reads(page, "E")


def test_a_picture_is_dropped_on_the_pad(open_page, tmp_path):
    page = open_page()
    page.locator("#picture input[type=file]").first.wait_for(state="attached")
    written("HALL").save(tmp_path / "word.png")
    data = list((tmp_path / "word.png").read_bytes())
    page.evaluate(
        """(data) => {
            const files = new DataTransfer();
            files.items.add(new File([new Uint8Array(data)], 'word.png', { type: 'image/png' }));
            const drop = new DragEvent('drop', { dataTransfer: files, bubbles: true, cancelable: true });
            document.querySelector('#pad .paper').dispatchEvent(drop);
        }""",
        data,
    )
    reads(page, "HALL")
    assert page.locator("#pad .boxes rect").count() == 4


def test_boxes_lie_right_on_a_picture_that_its_camera_turned(open_page, tmp_path):
    """Where the word begins, in shares of the picture's width: two letters' heights of a sheet of seven."""
    exif = Image.Exif()
    exif[0x0112] = 6
    turned = written("HALL   ").rotate(90, expand=True)
    turned.save(tmp_path / "turned.jpg", exif=exif, quality=95)
    page = open_page()
    give(page, tmp_path / "turned.jpg")
    reads(page, "HALL")
    first = page.locator("#pad .boxes rect").first
    view = [float(part) for part in page.locator("#pad .boxes").get_attribute("viewBox").split()]
    assert view[2:] == [9 * 120, 3 * 120]
    assert abs(float(first.get_attribute("x")) - 120) < 15
    assert abs(float(first.get_attribute("y")) - 120) < 15


@pytest.mark.parametrize("kind", ["heic", "tif"])
def test_a_picture_that_browsers_do_not_show_is_shown_all_the_same(open_page, tmp_path, kind):
    """Its sheet is 12 by 5 letters' heights; it comes made small, and the boxes lie right."""
    sheet = written("HALL      \nLAH", 200, "#f0e0c0", "navy")
    (tmp_path / f"word.{kind}").write_bytes(heic(sheet) if kind == "heic" else saved(sheet, "TIFF"))
    page = open_page()
    give(page, tmp_path / f"word.{kind}")
    reads(page, "HALL\nLAH")
    expect(page.locator("#pad .paper.unshown")).to_have_count(0)
    page.wait_for_function("document.querySelector('#pad .picture').naturalWidth === 1200")
    assert page.locator("#pad .boxes").get_attribute("viewBox") == f"0 0 {12 * 200} {5 * 200}"
    first = page.locator("#pad .boxes rect").first
    assert max(abs(float(first.get_attribute(name)) - 200) for name in "xy") < 25
    page.get_by_role("button", name="Draw again").click()
    page.get_by_text("What you write will be read here").wait_for()
    expect(page.locator("#pad .picture")).to_be_hidden()
    assert page.locator("#pad .boxes rect").count() == 0


def test_many_pictures_become_a_table(open_page, tmp_path):
    page = open_page()
    for word in ("HALL", "LAH"):
        written(word).save(tmp_path / f"{word}.png")
    (tmp_path / "bad.png").write_text("hello")
    page.get_by_role("button", name="Many pictures at once").click()
    files = [tmp_path / name for name in ("HALL.png", "LAH.png", "bad.png")]
    page.locator("#many-files input[type=file]").set_input_files(files)
    rows = page.locator("#many-result tbody tr")
    expect(rows).to_have_count(3)
    expect(rows.nth(0).locator("td.said")).to_have_text("HALL")
    expect(rows.nth(0).locator("img")).to_be_visible()
    expect(rows.nth(1)).to_contain_text("LAH.png")
    expect(rows.nth(2)).to_contain_text("not a picture that can be read")
    with page.expect_download() as saved:
        page.get_by_role("link", name="Save as CSV").click()
    lines = saved.value.path().read_text().splitlines()
    assert lines[0] == "name,text,in doubt,error"
    assert lines[1].startswith("HALL.png,HALL,")
    assert len(lines) == 4
