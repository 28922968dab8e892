"""Two hundred pieces of HTML and script through every door by which foreign text reaches the page: none runs, no dialog
opens, nothing is asked of another host. The last two tests show that they would run, and be seen, if they were let."""

import contextlib
import io
import json
import re
import uuid
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Error, Page, expect

from hcr.ui.evaluation.actions import LONGEST
from tests.browser.evaluated import open_tab
from tests.browser.visitors.hostile import ALL, HUB, SAID, WRONG, Callbacks, Hostile, hostile_page
from tests.browser.visitors.payloads import BETWEEN, PAYLOADS, Watch, batches, watch
from tests.integration.page.visitor import MARK, SECONDS
from tests.pictures import glyph, saved

pytestmark = pytest.mark.browser
PRINTED = ALL.replace("\0", "")
KEYS = ("split", "class", "show", "per", "seed", "at", "sample", "view", "deep_link", "__theme", "__lang", "x")
PLAIN = "http://plain.invalid/"
SETTLED = "() => new Promise(done => setTimeout(done, 1500))"  # for what runs a little later, such as a failing image


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hostile]:
    with hostile_page(tmp_path_factory.mktemp("hostile")) as running:
        yield running


@pytest.fixture
def watched(browser, hostile: Hostile) -> Iterator[tuple[Page, Watch]]:
    context = browser.new_context()
    context.set_default_timeout(1000 * SECONDS)
    page, found = watch(context, hostile.address)
    yield page, found
    context.close()


def show_as_the_page_does(page: Page, answers: list[str]) -> None:
    """Put texts where Gradio puts the value of a gr.HTML, and let them be for a while."""
    page.evaluate(
        """answers => answers.forEach(one => {
            const box = document.createElement('div');
            box.innerHTML = one;
            document.querySelector('#explorer-source').append(box);
        })""",
        answers,
    )
    page.evaluate(SETTLED)


def same(shown: str | None, written: str) -> bool:
    """Whether a text of the page holds what was written, whatever became of its white space."""
    return "".join(written.split()) in "".join((shown or "").split())


def test_the_model_that_serves_its_report_and_what_it_is_compared_with(hostile, watched):
    page, found = watched
    page.goto(hostile.address)
    expect(page.locator("#model .model")).to_contain_text("test images right")
    assert same(page.locator("#model .model").text_content(), PRINTED)
    open_tab(page)
    assert same(page.locator("#evaluation-headline").text_content(), SAID[0].replace("\0", ""))
    page.get_by_role("button", name="Compare with another model").click()
    name, changes = page.get_by_placeholder("a model bundle"), page.locator("#evaluation-changes")
    for wanted in WRONG:
        name.fill(wanted)
        page.get_by_role("button", name="Compare", exact=True).click()
        expect(changes).to_contain_text(f"{wanted}: config.json")
    for wanted, said in zip(HUB, SAID, strict=True):
        name.fill(wanted)
        page.get_by_role("button", name="Compare", exact=True).click()
        expect(changes).to_contain_text(said.split(BETWEEN)[0].split("\n")[0])
        assert same(changes.text_content(), said.replace("\0", ""))
    for text in batches(LONGEST)[:10]:
        name.fill(text)
        page.get_by_role("button", name="Compare", exact=True).click()
        expect(changes.locator(".notice")).to_contain_text("neither a folder nor a Hub repo")
    page.evaluate(SETTLED)
    assert found.nothing, found


def test_what_a_visitor_uploads(hostile, watched, tmp_path):
    page, found = watched
    page.goto(hostile.address)
    page.locator("#pad .paper.empty").wait_for()
    drawn, answer = saved(glyph(), "PNG"), page.locator("#answer .answer")
    for name in (f"{PAYLOADS[0]}.png", f"{batches(150)[3]}.png"):
        page.locator("#picture input[type=file]").first.set_input_files(
            {"name": name, "mimeType": "image/png", "buffer": drawn}
        )
        expect(answer.locator(".letter")).to_be_visible()
        page.reload()
    bad = {"name": f"{PAYLOADS[30]}.png", "mimeType": "image/png", "buffer": ALL.encode()}
    page.locator("#picture input[type=file]").first.set_input_files(bad)
    expect(page.locator("#answer .error")).to_contain_text("not a picture")
    page.get_by_role("tab", name="Dataset Explorer").click()
    page.get_by_role("tab", name="Check my data").click()
    verdict = page.locator("#explorer-verdict")
    row = ",".join(["0"] * 784)
    cells = [one.replace(",", ";").replace("\n", " ") for one in PRINTED.split(BETWEEN)]
    heading = ",".join(cell[:30] for cell in (cells * 4)[:785])
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for one in cells:
            archive.writestr(one or "x", "x")
    for data, sentence in (
        (ALL.encode(), "not a CSV"),
        (f"{heading}\n3,{row}\n".encode(), "image|Cannot tell"),
        ("".join(f"{cell},{row}\n" for cell in ["3", *cells]).encode(), "whole numbers|rows"),
        (packed.getvalue(), "zip file"),
        (b"\0\0\x08\x03" + ALL.encode(), "28x28"),
    ):
        name = f"{batches(120)[len(data) % 20]}.csv"
        upload = {"name": name, "mimeType": "text/csv", "buffer": data}
        page.locator("#explorer-upload input[type=file]").set_input_files(upload)
        expect(verdict).to_contain_text(re.compile(sentence))
    names = [{"name": f"{one}.csv", "mimeType": "text/csv", "buffer": b"x"} for one in PAYLOADS]
    page.locator("#explorer-upload input[type=file]").set_input_files(names)  # the box shows their names meanwhile
    expect(verdict).to_contain_text("Choose one CSV file")
    page.evaluate(SETTLED)
    assert found.nothing, found


def test_what_stands_in_the_address(hostile, watched):
    page, found = watched
    for start in range(0, len(PAYLOADS), 6 * len(KEYS)):
        texts_ = [BETWEEN.join(PAYLOADS[place : place + 6]) for place in range(start, start + 6 * len(KEYS), 6)]
        query = urlencode({"tab": "explorer"} | dict(zip(KEYS, texts_, strict=True)), errors="replace")
        page.goto(f"{hostile.address}?{query}#{query}")
        page.locator("#explorer-grid .pair").first.wait_for()
        page.evaluate(SETTLED)
    for key in ("tab", "page"):  # "page" is Gradio's own
        page.goto(f"{hostile.address}?{urlencode({key: ALL[:2000]})}")
        page.evaluate(SETTLED)
    assert found.nothing, found


def test_whatever_a_callback_is_sent_and_answers(hostile, watched):
    """All payloads in every input of every callback; in the name of a model to compare with each by itself."""
    page, found = watched
    callbacks = Callbacks(hostile.visitor, hostile.visitor.config)
    answers: list[str] = []
    for function in callbacks.config["dependencies"]:
        if function["backend_fn"]:
            for kind in {one["type"] for one in callbacks.components(function)} - {"state"}:
                values = (ALL, [ALL], {"path": ALL, "meta": MARK}) if kind in ("image", "file", "api") else (ALL,)
                for value in values:
                    answers += callbacks.answer(function, {kind: value})
    compare = callbacks.named("textbox")

    def compared(names: list[str]) -> list[str]:
        session = uuid.uuid4().hex  # one of its own: of two streams of one session either may get an answer
        callbacks.answer(callbacks.named("radio", "dropdown", "checkboxgroup"), {}, session)
        return [text for name in names for text in callbacks.answer(compare, {"textbox": name}, session)]

    with ThreadPoolExecutor(4) as several:
        for found_texts in several.map(compared, [PAYLOADS[start::4] for start in range(4)]):
            answers += found_texts
    assert sum("&lt;" in one and "<p" in one for one in answers) > 150, "the payloads come back, as text"
    page.goto(f"{hostile.address}?tab=explorer")
    page.locator("#explorer-grid .pair").first.wait_for()
    show_as_the_page_does(page, answers)
    assert found.nothing, found


def test_what_an_error_says_in_a_corner_of_the_page(hostile, watched):
    """A visitor who changes what a button of the page says, or what the browser sends, is shown a message with it."""
    page, found = watched
    page.goto(hostile.address)
    open_tab(page)
    page.get_by_label("hide right answers").wait_for()
    page.route("**/queue/join*", lambda route: route.continue_(post_data=_with_payloads(route.request.post_data_json)))
    page.get_by_label("hide right answers").click()
    expect(page.locator(".toast-body").first).to_contain_text("Value: ")  # Gradio's own words, which it does not escape
    page.evaluate(SETTLED)
    assert found.nothing, found
    page.unroute("**/queue/join*")
    page.reload()
    open_tab(page)
    button = page.locator("#evaluation-pairs button").first
    for start in range(0, len(PAYLOADS), 60):
        text = BETWEEN.join(PAYLOADS[start : start + 60])
        button.evaluate("(button, text) => { button.dataset.true = text; }", text)
        button.click()
        expect(page.get_by_text("No such selection").first).to_contain_text("__ran(")
        page.evaluate(SETTLED)
        if not start:
            expect(page.get_by_text("No such selection").first).to_contain_text(PAYLOADS[0])  # as text
        page.get_by_test_id("toast-close").first.click()
    assert found.nothing, found


def _with_payloads(asked: dict[str, Any]) -> str:
    """What the browser sends, with all payloads in the place of each text."""
    return json.dumps(asked | {"data": [ALL if isinstance(one, str) else one for one in asked["data"]]})


def test_an_upload_that_is_opened_by_its_address(hostile, watched):
    page, found = watched
    for name in ("x.html", "x.svg", "x.xml", "x.js", "x.txt", "x"):
        path = hostile.visitor.upload(name, f"<script>__ran(1)</script>{ALL}".encode())
        with contextlib.suppress(Error):  # "Download is starting"
            page.goto(f"{hostile.address}gradio_api/file={path}")
        page.evaluate(SETTLED)
    assert found.nothing, found


def test_let_in_as_it_is_it_would_run_in_the_page(hostile, watched):
    """The same page, the same place: what was not escaped. So the tests above can see it."""
    page, found = watched
    page.goto(f"{hostile.address}?tab=explorer")
    page.locator("#explorer-grid .pair").first.wait_for()
    show_as_the_page_does(page, [one for one in PAYLOADS if "http-equiv" not in one])
    assert len(found.ran) >= 50, len(found.ran)
    assert found.dialogs


def test_without_escaping_and_without_a_policy_most_of_them_run(hostile, watched):
    """As a plain page: what these payloads are worth."""
    page, found = watched
    page.route(f"{PLAIN}**", lambda route: route.fulfill(content_type="text/html", body=_plain(route.request.url)))
    for number in range(len(PAYLOADS)):
        with contextlib.suppress(Error):  # one of them goes elsewhere
            page.goto(f"{PLAIN}{number}")
    assert len(found.ran) >= 100, len(found.ran)
    assert found.dialogs
    assert any("foreign.invalid" in address for address in found.asked)


def _plain(address: str) -> str:
    number = address.removeprefix(PLAIN)
    return f"<!doctype html><p>{PAYLOADS[int(number)] if number.isdecimal() else ''}"
