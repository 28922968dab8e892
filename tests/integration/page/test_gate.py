"""A hostile visitor over real HTTP: every callback of the page that takes a file, and /read, is sent what is none of his
business. A new input of a kind that this test does not know makes it fail, so that none forgets the gate."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from hcr.ui.server import gate
from tests.conftest import running_app
from tests.integration.page.visitor import MARK, OTHERS, SECONDS, Visitor, inputs, picture, values

WORD = "open-sesame-4711"  # in the app's environment and in a file
TAKE_FILES = {"image", "file", "api"}
TAKE_NONE = {
    "html",
    "state",
    "dataset",
    "dropdown",
    "radio",
    "checkboxgroup",
    "number",
    "slider",
    "textbox",
}


@dataclass(frozen=True)
class Page(Visitor):
    """A running app, its upload folder, and files that are not its visitors' business."""

    uploads: Path
    forbidden: dict[str, str]
    log: Path


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    home = tmp_path_factory.mktemp("page")
    uploads, outside, log = home / "uploads", home / "outside", home / "app.log"
    outside.mkdir()
    uploads.mkdir()
    picture(outside / "secret.png")
    (outside / "secret.csv").write_text(f"{WORD},1,2\n")
    (uploads / "link.png").symlink_to(outside / "secret.png")
    (uploads / "folder").symlink_to(outside)
    os.mkfifo(uploads / "pipe.png")
    forbidden = {
        "a picture elsewhere": outside / "secret.png",
        "a text elsewhere": outside / "secret.csv",
        "a device without end": "/dev/zero",
        "the environment": "/proc/self/environ",
        "a link among the uploads": uploads / "link.png",
        "a linked folder": uploads / "folder" / "secret.png",
        "dots": uploads / ".." / "outside" / "secret.png",
        "a pipe": uploads / "pipe.png",
        "a folder": uploads,
        "the app itself": "app.py",
        "an example by its path": gate.PICTURES[0],
        "a long name": "x" * 300,
        "a null byte": "x\0y",
    }
    with (
        running_app(log, {"GRADIO_TEMP_DIR": str(uploads), "HCR_WORD": WORD, "WORD": WORD}) as address,
        httpx.Client(base_url=address, timeout=SECONDS) as client,
    ):
        yield Page(client, uploads, {what: str(path) for what, path in forbidden.items()}, log)


def test_every_kind_of_input_is_known(page):
    kinds = {kind for _, taken in inputs(page.config) for kind in taken}
    assert kinds <= TAKE_FILES | TAKE_NONE, (
        "a new kind of input: does it take files? Then it needs the gate, see hcr.ui.server.gate"
    )
    assert kinds >= TAKE_FILES


@pytest.mark.parametrize("kind", sorted(TAKE_FILES))
def test_no_callback_reads_the_server_s_files(page, kind):
    asked = 0
    for function, taken in inputs(page.config):
        for place in (place for place, other in enumerate(taken) if other == kind):
            for what, path in page.forbidden.items():
                for value in values(path):
                    data: list[Any] = [None] * len(taken)
                    data[place] = value
                    success, answer = page.ask(function, data)
                    asked += 1
                    assert not success, (function, what, value, answer)
                    assert_nothing_leaks(page, answer)
    assert asked >= len(page.forbidden) * len(values(""))
    assert (page.uploads / "link.png").exists()
    assert (page.uploads.parent / "outside" / "secret.csv").exists()


def test_nor_does_one_that_takes_no_file(page):
    for function, taken in inputs(page.config):
        for place in (place for place, kind in enumerate(taken) if kind in TAKE_NONE - {"state"}):
            for value in ({"path": page.forbidden["a picture elsewhere"]}, page.forbidden["a text elsewhere"]):
                data: list[Any] = [None] * len(taken)
                data[place] = value
                _, answer = page.ask(function, data)
                assert_nothing_leaks(page, answer)


@pytest.mark.parametrize("endpoint", ["read", "explain"])
@pytest.mark.parametrize("way", ["gradio_api/call", "gradio_api/call/v2"])
def test_nor_does_the_api_of_programs(page, way, endpoint):
    for path in page.forbidden.values():
        for value in values(path):
            body = {"picture": value} if way.endswith("v2") else {"data": [value, *OTHERS[endpoint]]}
            started = page.client.post(f"{way}/{endpoint}", json=body)
            if started.status_code != 200:
                continue
            answer = page.client.get(f"gradio_api/call/{endpoint}/{started.json()['event_id']}").text
            assert "event: error" in answer, (value, answer)
            assert_nothing_leaks(page, answer)


def assert_nothing_leaks(page: Page, answer: str) -> None:
    assert WORD not in answer
    assert "data-answer" not in answer
    assert '"text"' not in answer
    assert str(page.uploads) not in answer


def test_a_visitor_s_own_files_are_read_and_deleted_where_that_is_promised(page, tmp_path):
    data = picture(tmp_path / "mine.png").read_bytes()
    for function, taken in inputs(page.config):
        if len(taken) != 1 or taken[0] not in TAKE_FILES:
            continue
        path = page.upload("mine.png", data)
        value = {"path": path, "meta": MARK}
        success, answer = page.ask(function, [[value] if taken[0] == "file" else value])
        assert success, answer
        assert Path(path).exists() == (taken[0] != "file")
        assert ("mine.png" if taken[0] == "file" else "L") in answer
        assert str(page.uploads) not in answer, "no path of this machine in a sentence"


def test_examples_are_read_and_cannot_be_deleted(page):
    before = [(file, file.read_bytes()) for file in gate.PICTURES]
    for function, taken in inputs(page.config):
        if len(taken) == 1 and taken[0] in TAKE_FILES:
            for value in ({"url": gate.address(gate.PICTURES[0])}, {"path": str(gate.PICTURES[0]), "meta": MARK}):
                success, _ = page.ask(function, [[value] if taken[0] == "file" else value])
                assert success == (taken[0] == "image" and "url" in value)
    assert all(file.read_bytes() == data for file, data in before)


def test_a_long_request_is_refused(page):
    answer = page.client.post("gradio_api/queue/join", json={"data": ["A" * (2 << 20)], "fn_index": 0})
    assert answer.status_code == 413
    chunked = page.client.post("gradio_api/queue/join", content=(b"x" * 65536 for _ in range(64)))
    assert chunked.status_code == 413


def test_a_file_name_of_300_characters_is_no_trouble(page, tmp_path):
    name = "n" * 300 + ".png"
    path = page.upload(name, picture(tmp_path / "mine.png").read_bytes())
    value = {"path": path, "orig_name": name, "meta": MARK}
    started = page.client.post("gradio_api/call/read", json={"data": [value, *OTHERS["read"]]})
    assert '"text": "L"' in page.client.get(f"gradio_api/call/read/{started.json()['event_id']}").text


def test_an_upload_has_a_bound(page):
    answer = page.client.post("gradio_api/upload", files={"files": ("big.png", b"x" * (gate.MOST + (1 << 20)))})
    assert answer.status_code == 413


def test_the_public_api_is_read_and_explain_alone(page):
    found = page.client.get("gradio_api/info").json()
    assert set(found["named_endpoints"]) == {"/read", "/explain"}
    assert found["unnamed_endpoints"] == {}
    for endpoint in found["named_endpoints"].values():
        parameter = endpoint["parameters"][0]
        assert (parameter["parameter_name"], parameter["python_type"]["type"]) == ("picture", "filepath | str")
        assert parameter["example_input"] == {"path": "letter.png", "meta": MARK}


def test_refusals_leave_no_traceback_of_ours(page):
    assert "hcr/" not in page.log.read_text()
