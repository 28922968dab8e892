"""A visitor who wants this server to ask another for him, and to learn where it keeps its files. The page runs as if every
address were public, since Gradio itself refuses those of this machine and its network."""

import sys
import tempfile
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
from gradio_client import Client, handle_file

from tests.conftest import ROOT, running_app
from tests.integration.page.visitor import MARK, SECONDS, Visitor, inputs, picture, values

ALL_PUBLIC = "import safehttpx; safehttpx.is_public_ip = lambda address: True; "
OURS = ALL_PUBLIC + "import runpy; runpy.run_path('app.py', run_name='__main__')"
STOCK = ALL_PUBLIC + "import gradio as gr; gr.Interface(str, gr.Image(type='filepath'), 'text').launch(ssr_mode=False)"


class Trap(ThreadingHTTPServer):
    """Another server: serves a picture, and writes down who asked."""

    def __init__(self, answer: bytes) -> None:
        self.answer = answer
        self.asked: list[str] = []
        super().__init__(("127.0.0.1", 0), Handler)

    def address(self, name: str = "picture.png") -> str:
        return f"http://127.0.0.1:{self.server_port}/{name}"


class Handler(BaseHTTPRequestHandler):
    """One request to the trap."""

    server: Trap

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        self.send_response(200)
        self.send_header("Content-Type", "image/png")
        self.send_header("Content-Length", str(len(self.server.answer)))
        self.end_headers()
        self.wfile.write(self.server.answer)

    do_HEAD = do_POST = do_GET

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def trap(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trap]:
    with Trap(picture(tmp_path_factory.mktemp("trap") / "t.png").read_bytes()) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def visitor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visitor]:
    home = tmp_path_factory.mktemp("page")
    environment = {"GRADIO_TEMP_DIR": str(home / "uploads")}
    with (
        running_app(home / "app.log", environment, program=("-c", OURS)) as address,
        httpx.Client(base_url=address, timeout=SECONDS) as client,
    ):
        yield Visitor(client)


def ways(visitor: Visitor, address: str) -> None:
    """Whatever makes Gradio fetch an address, or might."""
    for path in (f"file={address}", f"file/{address}", f"proxy={address}", f"proxy={address}?.hf.space"):
        visitor.client.get(f"gradio_api/{path}")
    for function, taken in inputs(visitor.config):
        for place in range(len(taken)):
            for value in (
                {"path": address, "url": address, "meta": MARK},
                {"path": address},
                [{"path": address, "meta": MARK}],
            ):
                visitor.ask(function, [value if number == place else None for number in range(len(taken))])


def test_a_stock_page_walks_into_the_trap(trap, tmp_path):
    """What the tests below rely on: Gradio fetches, and the trap sees it."""
    with (
        running_app(tmp_path / "app.log", {"GRADIO_TEMP_DIR": str(tmp_path)}, program=("-c", STOCK)) as address,
        httpx.Client(base_url=address, timeout=SECONDS) as client,
    ):
        visitor = Visitor(client)
        assert client.get(f"gradio_api/file={trap.address('route')}").content == trap.answer
        assert visitor.ask(inputs(visitor.config)[0][0], [{"path": trap.address("value"), "meta": MARK}])[0]
    assert {"/route", "/value"} <= set(trap.asked)


def test_nothing_makes_our_page_ask_another_server(trap, visitor):
    before = len(trap.asked)
    ways(visitor, trap.address("of-the-page"))
    for value in values(trap.address("of-the-api")):
        assert "event: error" in visitor.read(value), value
    assert trap.asked[before:] == []


def test_an_address_is_answered_with_a_sentence(trap, visitor):
    (function, *_) = (number for number, taken in inputs(visitor.config) if taken == ["image", "html"])
    success, answer = visitor.ask(function, [{"path": trap.address(), "meta": MARK}, ""])
    assert not success
    assert "fetches nothing from an address" in answer


def test_a_program_s_own_file_is_read_and_an_address_is_not(trap, visitor, tmp_path):
    client = Client(str(visitor.client.base_url), verbose=False, download_files=False)
    assert client.predict(handle_file(picture(tmp_path / "mine.png")), api_name="/read")["text"] == "L"
    with pytest.raises(Exception, match="fetches nothing from an address"):
        client.predict(handle_file(trap.address("of-a-program")), api_name="/read")
    assert "/of-a-program" not in trap.asked


def test_no_route_but_those_of_the_page_is_open(visitor):
    closed = (
        "gradio_api/runs gradio_api/run-history/buckets gradio_api/deep_link?session_hash=a gradio_api/vibe-code/ "
        "monitoring monitoring/summary gradio_api/token gradio_api/dev/reload gradio_api/custom_component/1/a/b/x "
        "docs gradio_api/stream/a/b/1/playlist.m3u8 openapi.json gradio_api/config gradio_api/run-history/config"
    )
    for path in closed.split():
        assert visitor.client.get(path).status_code == 404, path
    for path in ("run/read", "api/read", "component_server", "process_recording", "run-history/connect", "vibe-edit/"):
        assert visitor.client.post(f"gradio_api/{path}", json={}).status_code == 404, path
    for path in ("", "config", "config/", "theme.css", "gradio_api/info", "gradio_api/openapi.json", "gradio_api/app_id"):
        assert visitor.client.get(path).status_code == 200, path


def test_nobody_gets_past_the_queue(visitor):
    """`run` is open for what needs none."""
    ways = {one["id"]: one["queue"] for one in visitor.config["dependencies"] if one["backend_fn"]}
    assert False in ways.values()
    for function, queued in ways.items():
        body = {"fn_index": function, "data": [0], "session_hash": "a"}
        answer = visitor.client.post("gradio_api/run/predict", json=body)
        assert ("does not accept direct HTTP POST" in answer.text) == (queued is not False), (function, answer.text)


def test_nothing_public_says_where_the_program_lives(visitor, tmp_path_factory):
    answers = [visitor.client.get(path).text for path in ("", "config", "gradio_api/info", "gradio_api/openapi.json")]
    for path in ("app.py", "hcr", "~", ".", "..", "../x", "nothing.png", "x" * 300, "%00", "assets/examples/1-pen.png"):
        answers.append(visitor.client.get(f"gradio_api/file={path}").text)
        answers += [visitor.read(value) for value in values(path)]
    for function, taken in inputs(visitor.config):
        for value in ({"path": "app.py"}, {"path": "../x", "meta": MARK}):
            answers.append(visitor.ask(function, [value] * len(taken))[1])
    for body in ({}, {"data": []}, {"data": [1] * 99, "fn_index": 10**6, "session_hash": "a"}, {"fn_index": "x"}, []):
        for route in ("gradio_api/queue/join", "gradio_api/call/read", "gradio_api/call/nothing"):
            answers.append(httpx.post(f"{visitor.client.base_url}{route}", json=body).text)
    answers += [
        visitor.client.get(path).text for path in ("nothing", "static/nothing", "assets/../../x", "pwa_icon/9999999")
    ]
    for place in (ROOT, Path.home(), sys.prefix, sys.base_prefix, tempfile.gettempdir(), tmp_path_factory.getbasetemp()):
        for answer in answers:
            assert str(place) not in answer, answer[:2000]
