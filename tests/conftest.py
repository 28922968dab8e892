"""What the tests share: where real data lies, a browser, a running app. What is missing is said at the end, loudly."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 300  # seconds for a process, on a machine that is busy with other things: what takes longer hangs
PAGE_PATIENCE = 60  # seconds for a state of a page
NOT_RUN = "NOT RUN, needs "
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def _folder(variable: str, beside: str, proof: str) -> Path | None:
    folder = Path(os.environ.get(variable, ROOT.parent / "shared" / beside))
    return folder if (folder / proof).exists() else None


EMNIST = _folder("HCR_EMNIST", "emnist", "emnist-balanced-test-images-idx3-ubyte.gz")
DRAWN = _folder("HCR_DRAWN", "drawn", "canvas.npz")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

NEEDS = {
    "real_data": (EMNIST, "real EMNIST: set HCR_EMNIST to the folder with NIST's files"),
    "drawn_data": (DRAWN, "drawn characters: set HCR_DRAWN to their folder"),
    "browser": (CHROMIUM, "Chromium: install it (on Debian: apt-get install chromium)"),
}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Take out what cannot run here, unless HCR_REQUIRE_ALL asks for a failure instead; what is missing is told below."""
    for item in items:
        for marker, (found, what) in NEEDS.items():
            if found is None and item.get_closest_marker(marker):
                if os.environ.get("HCR_REQUIRE_ALL"):
                    raise pytest.UsageError(f"HCR_REQUIRE_ALL is set, but {item.nodeid} needs {what}")
                item.add_marker(pytest.mark.skip(reason=f"{NOT_RUN}{what}"))


def pytest_terminal_summary(terminalreporter) -> None:
    """What was not run, by what it needs; from the reports, since each process collects for itself."""
    reasons = [report.longrepr[2].partition(NOT_RUN)[2] for report in terminalreporter.stats.get("skipped", [])]
    for what, count in Counter(filter(None, reasons)).items():
        terminalreporter.write_line(f"NOT RUN: {count} tests need {what}", yellow=True, bold=True)


@pytest.fixture(scope="session")
def emnist_folder() -> Path:
    assert EMNIST is not None, "mark the test with real_data"
    return EMNIST


@pytest.fixture(scope="session")
def drawn_folder() -> Path:
    assert DRAWN is not None, "mark the test with drawn_data"
    return DRAWN


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@contextmanager
def running_app(
    log: Path,
    environment: dict[str, str] | None = None,
    folder: Path = ROOT,
    python: str = sys.executable,
    program: Sequence[str] = ("app.py",),
):
    """`python app.py` of the checkout `folder` as a process of its own, or another program that serves a page; yields its
    address once it answers."""
    port = free_port()
    settings = {name: value for name, value in os.environ.items() if not name.startswith("HCR_")}
    settings |= {"GRADIO_SERVER_PORT": str(port), "GRADIO_SERVER_NAME": "127.0.0.1"} | (environment or {})
    with log.open("w") as output:
        process = subprocess.Popen([python, *program], cwd=folder, env=settings, stdout=output, stderr=subprocess.STDOUT)
    address = f"http://127.0.0.1:{port}/"
    try:
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                urllib.request.urlopen(address, timeout=PAGE_PATIENCE).read()
                break
            except OSError as error:
                if process.poll() is not None or time.monotonic() > deadline:
                    raise AssertionError(f"the app did not start:\n{log.read_text()}") from error
                time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        try:
            process.wait(PAGE_PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@pytest.fixture(scope="session")
def app_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app on the bundled model, and on real EMNIST where that is here."""
    environment = {"HCR_DATASET": str(EMNIST)} if EMNIST else {}
    with running_app(tmp_path_factory.mktemp("app") / "app.log", environment) as address:
        yield address


@pytest.fixture(scope="session")
def browser():
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=1000 * PAGE_PATIENCE)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
        yield chromium
        chromium.close()


DESKTOP, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}


@pytest.fixture
def open_page(browser, app_address: str) -> Iterator[Callable]:
    """open_page(viewport=DESKTOP, path="", dark=False, touch=False) -> a page of the app; script errors fail the test."""
    contexts, errors = [], []

    def open_(viewport=DESKTOP, path: str = "", dark: bool = False, touch: bool = False, address: str = app_address):
        context = browser.new_context(viewport=viewport, has_touch=touch, color_scheme="dark" if dark else "light")
        context.set_default_timeout(1000 * PAGE_PATIENCE)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(address + path)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert not errors, errors
