"""What a visitor sees who meets an end: of the queue, or of the sessions that are kept."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import expect

from tests.browser.evaluated import click_cell, open_tab
from tests.conftest import running_app
from tests.integration.page.test_bounds import PAGE
from tests.integration.page.visitor import SECONDS, Visitor, inputs

pytestmark = pytest.mark.browser
KEPT = "3600"


@contextmanager
def page_with(home: Path, waiting: int, sessions: int) -> Iterator[Visitor]:
    with (
        running_app(home / "app.log", program=("-c", PAGE, KEPT, str(waiting), str(sessions))) as address,
        httpx.Client(base_url=address, timeout=SECONDS) as client,
    ):
        yield Visitor(client)


def test_a_full_queue_is_told_and_the_page_goes_on(open_page, tmp_path):
    """Others wait for measurements, one at a time, until the queue is full."""
    with page_with(tmp_path, waiting=4, sessions=500) as visitor:
        page = open_page(address=str(visitor.client.base_url))
        page.locator("#examples button").first.wait_for()
        page.locator("#model .model").wait_for()
        measure = next(number for number, taken in inputs(visitor.config) if taken == ["state", "slider"])
        full, over = threading.Event(), threading.Event()

        def others() -> None:
            refused = number = 0
            while not over.is_set():
                number += 1
                body = {"data": [None, 500 + number % 500], "fn_index": measure, "session_hash": f"other{number}"}
                joined = httpx.post(f"{visitor.client.base_url}gradio_api/queue/join", json=body, timeout=SECONDS)
                refused = refused + 1 if joined.status_code == 503 else 0
                if refused == 20:
                    full.set()

        crowd = threading.Thread(target=others)
        crowd.start()
        try:
            assert full.wait(SECONDS)
            page.locator("#examples button").first.click()
            expect(page.get_by_test_id("toast-body").first).to_contain_text(re.compile("busy|full", re.IGNORECASE))
        finally:
            over.set()
            crowd.join()
        page.get_by_test_id("toast-close").first.click()
        expect(page.locator("#pad .paper")).to_be_visible()
        wait_until_read(page)


def wait_until_read(page) -> None:
    """Click an example until it is answered."""
    for _ in range(SECONDS):
        page.locator("#examples button").nth(2).click()
        page.wait_for_timeout(1000)
        if page.locator("#answer [data-answer]").count():
            return
    raise AssertionError("no example is read any more")


def test_a_session_that_was_given_up_is_told_and_a_reload_helps(open_page, tmp_path):
    with page_with(tmp_path, waiting=200, sessions=2) as visitor:
        page = open_page(address=str(visitor.client.base_url))
        open_tab(page)
        click_cell(page, "O", "0")
        expect(page.locator("#evaluation-gallery .chip")).to_be_visible()
        (judge, *_) = (number for number, taken in inputs(visitor.config) if taken == ["file"])
        for _ in range(4):  # each a visitor of its own
            visitor.ask(judge, [None])
        page.locator("#evaluation-pairs button").first.click()
        expect(page.get_by_test_id("toast-body").first).to_contain_text("its report is gone. Reload it.")
        page.get_by_role("tab", name="Dataset Explorer").click()
        page.get_by_role("button", name="next page").click()
        expect(page.locator("#explorer-grid .pager span")).to_contain_text("page 2 of")
        page.reload()
        expect(page.locator("#explorer-grid .pager span")).to_contain_text("page 2 of")  # its address is opened again
        open_tab(page)
        click_cell(page, "O", "0")
        expect(page.locator("#evaluation-gallery .chip")).to_be_visible()
    assert "hcr/" not in (tmp_path / "app.log").read_text()
