"""Browsers on a busy machine: tests wait for what the page shows, with a limit that only a fault reaches."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from playwright.sync_api import Page, expect

from hcr.data.generated.standin import stand_in
from hcr.model import bundle
from tests.browser.evaluated import Evaluated
from tests.conftest import running_app
from training.evaluate import evaluate

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


@pytest.fixture(scope="session")
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


@pytest.fixture(scope="session")
def uploads_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("uploads")


@pytest.fixture(scope="session")
def generated_address(tmp_path_factory: pytest.TempPathFactory, uploads_folder: Path) -> Iterator[str]:
    """The app without a data set."""
    environment = {"GRADIO_TEMP_DIR": str(uploads_folder)}
    with running_app(tmp_path_factory.mktemp("app") / "app.log", environment) as address:
        yield address


@pytest.fixture(params=["generated", pytest.param("real", marks=pytest.mark.real_data)])
def explorer(request, open_page: Callable) -> Callable[..., Page]:
    """explorer(path="", ...) -> a page with the Explorer open."""

    def open_(path: str = "?tab=explorer", **options) -> Page:
        name = "generated_address" if request.param == "generated" else "app_address"
        page = open_page(path=path, address=request.getfixturevalue(name), **options)
        page.locator("#explorer-grid .pair").first.wait_for()
        page.locator("#explorer-sample .eight").wait_for()
        return page

    open_.real = request.param == "real"  # type: ignore[attr-defined]
    return open_
