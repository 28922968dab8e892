"""Draw & Predict in a real browser: a pointer draws letters, the page answers."""

import re

import pytest

from tests.conftest import DESKTOP, PHONE

pytestmark = pytest.mark.browser

# strokes in shares of a square in the middle of the pad, as high as it is
LETTERS = {
    "R": [
        [(0.36, 0.2), (0.36, 0.8)],
        [(0.36, 0.22), (0.52, 0.18), (0.64, 0.27), (0.62, 0.42), (0.5, 0.49), (0.37, 0.5)],
        [(0.46, 0.5), (0.68, 0.8)],
    ],
    "T": [[(0.25, 0.22), (0.75, 0.22)], [(0.5, 0.22), (0.5, 0.8)]],
    "E": [[(0.65, 0.2), (0.35, 0.2), (0.35, 0.8), (0.65, 0.8)], [(0.35, 0.5), (0.6, 0.5)]],
    "4": [[(0.58, 0.18), (0.3, 0.58), (0.75, 0.58)], [(0.6, 0.4), (0.6, 0.85)]],
}


def draw(page, strokes) -> None:
    """Draw with a real pointer, once the page has its final layout."""
    page.locator("#pad .paper.empty").wait_for()
    page.locator("#examples").wait_for()
    page.locator("#answer .answer").wait_for()
    box = square(resting_box(page.locator("#pad canvas")))
    for first, *rest in strokes:
        page.mouse.move(box["x"] + first[0] * box["width"], box["y"] + first[1] * box["height"])
        page.mouse.down()
        for x, y in rest:
            page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"], steps=5)
        page.mouse.up()


def square(box: dict) -> dict:
    side = min(box["width"], box["height"])
    return {"x": box["x"] + (box["width"] - side) / 2, "y": box["y"] + (box["height"] - side) / 2} | dict.fromkeys(
        ("width", "height"), side
    )


def resting_box(locator) -> dict:
    """The element's box, once it stays where it is for a fifth of a second."""
    box = None
    while box != (box := locator.bounding_box()):
        locator.page.wait_for_timeout(200)
    return box


def answered(page, letter: str) -> None:
    page.locator(f"#answer [data-answer='{letter}']").wait_for()


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("letter", LETTERS)
def test_a_drawn_letter_is_read(open_page, viewport, letter):
    page = open_page(viewport)
    draw(page, LETTERS[letter])
    answered(page, letter)
    assert page.locator("#answer .bars li").count() == 5
    assert page.locator("#answer .seen img").bounding_box()["width"] >= 60


def test_undo_clear_and_keys(open_page):
    page = open_page()
    draw(page, LETTERS["T"])
    answered(page, "T")
    page.locator("#pad .undo").click()  # the stem goes, a bar is left
    page.wait_for_function("!document.querySelector(\"#answer [data-answer='T']\")")
    page.locator("#pad .clear").click()
    page.get_by_text("What you write will be read here").wait_for()
    draw(page, LETTERS["T"])
    answered(page, "T")
    page.locator("#pad canvas").focus()
    page.keyboard.press("Control+z")
    page.wait_for_function("!document.querySelector(\"#answer [data-answer='T']\")")
    page.keyboard.press("Delete")
    page.get_by_text("What you write will be read here").wait_for()
    before = page.locator("#pad .brush").input_value()
    page.keyboard.press("]")
    assert int(page.locator("#pad .brush").input_value()) > int(before)


def test_the_answer_is_there_while_one_draws(open_page):
    page = open_page()
    strokes = LETTERS["E"]
    draw(page, strokes[:1])
    box = square(page.locator("#pad canvas").bounding_box())
    page.mouse.move(box["x"] + 0.35 * box["width"], box["y"] + 0.5 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.6 * box["width"], box["y"] + 0.5 * box["height"], steps=8)
    answered(page, "E")  # the button is still down
    page.mouse.up()


def test_touch_draws_and_does_not_scroll(open_page):
    page = open_page(PHONE, touch=True)
    page.locator("#pad canvas").wait_for()
    assert page.locator("#pad canvas").evaluate("canvas => getComputedStyle(canvas).touchAction") == "none"
    client = page.context.new_cdp_session(page)
    box = square(page.locator("#pad canvas").bounding_box())
    for stroke in LETTERS["T"]:
        points = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in stroke]
        for step in range(13):
            x, y = (a + (b - a) * step / 12 for a, b in zip(*points, strict=True))
            kind = "touchMove" if step else "touchStart"
            client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
        client.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    answered(page, "T")
    assert page.evaluate("window.scrollY") == 0


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_pad_follows_the_page_s_colours(open_page, dark):
    page = open_page(dark=dark)
    draw(page, LETTERS["T"])
    answered(page, "T")
    corner = page.locator("#pad canvas").evaluate("canvas => [...canvas.getContext('2d').getImageData(5, 5, 1, 1).data]")
    assert (sum(corner[:3]) < 200) == dark


def test_an_upload_is_read_and_a_bad_one_gets_its_sentence(open_page, tmp_path):
    from PIL import Image, ImageDraw

    sheet = Image.new("RGB", (400, 300), "white")
    ImageDraw.Draw(sheet).line([(150, 60), (150, 240), (260, 240)], fill="navy", width=20, joint="curve")
    sheet.save(tmp_path / "L.png")
    (tmp_path / "bad.png").write_text("hello")
    page = open_page()
    chooser = page.locator("#picture input[type=file]").first
    chooser.set_input_files(tmp_path / "L.png")
    answered(page, "L")
    page.locator("#picture").get_by_label(re.compile("Clear|Remove")).first.click()
    page.locator("#picture input[type=file]").first.set_input_files(tmp_path / "bad.png")
    page.get_by_text("This is not a picture that can be read").wait_for()


def test_an_example_is_read(open_page):
    page = open_page()
    page.locator("#examples button, #examples .gallery-item").first.click()
    page.locator("#answer [data-answer]").wait_for()


def test_the_page_says_which_model_serves(open_page):
    page = open_page()
    page.get_by_text("The model that comes with this program").wait_for()


def test_each_page_says_which_one_it_is(open_page):
    """So that one that sends and sends keeps nobody else out, behind a proxy too, where all have one address."""
    names = set()
    for page in (open_page(), open_page()):
        with page.expect_request("**/pad/read") as asked:
            draw(page, LETTERS["T"])
        names.add(asked.value.headers["x-pad"])
    assert len(names) == 2


def test_nothing_is_asked_of_another_machine(open_page):
    page = open_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.reload()
    draw(page, LETTERS["T"])
    answered(page, "T")
    assert [url for url in asked if not url.startswith(("http://127.0.0.1", "data:", "blob:"))] == []


def test_phone_page_is_not_wider_than_the_phone(open_page):
    page = open_page(PHONE)
    page.locator("#pad canvas").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
