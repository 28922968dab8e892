"""Browsers on a busy machine: tests wait for what the page shows, with a limit that only a fault reaches."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

SECONDS = 60_000  # milliseconds that a busy machine may take for one answer
expect.set_options(timeout=SECONDS)


@pytest.fixture
def open_page(open_page: Callable[..., Page]) -> Callable[..., Page]:
    """As tests/conftest.py has it, with our patience."""

    def open_(*arguments: object, **options: object) -> Page:
        page = open_page(*arguments, **options)
        page.set_default_timeout(SECONDS)
        return page

    return open_
