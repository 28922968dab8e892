"""Programs that ask the page: gradio_client and an MCP client, both tools each; and what they may not ask."""

import ast
import asyncio
import base64
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError
from mcp import ClientSession
from mcp.client.streamable_http import streamable_http_client

from hcr.reading import read
from hcr.record import describe
from hcr.ui.server.gate import BODY
from tests.conftest import running_app
from tests.integration.page.visitor import SECONDS, Visitor
from tests.pictures import saved, written

WORD = saved(written("HALL"), "PNG")


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    home = tmp_path_factory.mktemp("programs")
    with running_app(home / "app.log", {"GRADIO_TEMP_DIR": str(home / "uploads")}) as running:
        yield running


@pytest.fixture(scope="module")
def client(address: str) -> Client:
    return Client(address, verbose=False, analytics_enabled=False)


@pytest.fixture
def word(tmp_path: Path) -> Path:
    (tmp_path / "word.png").write_bytes(WORD)
    return tmp_path / "word.png"


def inline(data: bytes) -> str:
    return "data:image/png;base64," + base64.b64encode(data).decode()


def call(address: str, tool: str, **arguments: Any) -> tuple[bool, str]:
    """Whether an MCP client's call went wrong, and what it was told."""

    async def ask() -> tuple[bool, str]:
        async with (
            httpx.AsyncClient(timeout=SECONDS) as web,
            streamable_http_client(f"{address}gradio_api/mcp/", http_client=web) as (receive, send, _),
            ClientSession(receive, send) as session,
        ):
            await session.initialize()
            answer = await session.call_tool(tool, arguments)
            return bool(answer.isError), "".join(part.text for part in answer.content)

    with ThreadPoolExecutor(1) as apart:  # from the loop that a browser test of the same process may have left running
        return apart.submit(asyncio.run, ask()).result()


def test_gradio_s_client_reads_a_word_as_the_library_does(client, word):
    expected = describe(read(WORD))
    assert client.predict(handle_file(word), api_name="/read") == expected
    assert expected["text"] == "HALL"
    assert client.predict(inline(WORD), api_name="/read") == expected


def test_only_some_characters(client, word):
    found = client.predict(handle_file(word), only="digits", api_name="/read")
    assert found["text"].replace(" ", "").isdigit()
    with pytest.raises(AppError, match="letters"):
        client.predict(handle_file(word), only="???", api_name="/read")


def test_gradio_s_client_has_a_character_explained(client, word):
    found = client.predict(handle_file(word), 1, api_name="/explain")
    assert (found["text"], found["index"], found["count"], len(found["top"])) == ("A", 1, 4, 5)
    assert found["top"][0][0] == "A"
    assert found["seen"].startswith("data:image/png;base64,")
    with pytest.raises(AppError, match="no such character: the text has 4"):
        client.predict(handle_file(word), 4, api_name="/explain")


def test_an_mcp_client_reads_and_has_it_explained(address):
    wrong, said = call(address, "read", picture=inline(WORD))
    assert not wrong, said
    assert ast.literal_eval(said) == describe(read(WORD))  # Gradio hands a record on in Python's words
    wrong, said = call(address, "explain", picture=inline(WORD), index=1)
    assert not wrong, said
    assert ast.literal_eval(said)["text"] == "A"


def test_an_mcp_client_names_a_picture_that_it_has_uploaded(address):
    with httpx.Client(base_url=address, timeout=SECONDS) as web:
        path = Visitor(web).upload("word.png", WORD)
    for name in (path, f"{address}gradio_api/file={path}"):
        wrong, said = call(address, "read", picture=name)
        assert not wrong, said
        assert ast.literal_eval(said)["text"] == "HALL"


def test_both_tools_say_what_they_take(address):
    tools = httpx.get(f"{address}gradio_api/mcp/schema", timeout=SECONDS).json()
    assert [tool["name"] for tool in tools] == ["read", "explain"]
    for tool in tools:
        assert tool["inputSchema"]["required"] == ["picture"]
        assert all("description" in taken for taken in tool["inputSchema"]["properties"].values())


def test_an_mcp_client_has_nothing_fetched_and_no_file_of_the_server_read(address, word):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.5)
        elsewhere = f"http://127.0.0.1:{listener.getsockname()[1]}"
        asked = (
            f"{elsewhere}/word.png",
            f"{elsewhere}/gradio_api/file=/word.png",
            str(word),
            f"file://{word}",
            f"{address}gradio_api/file={word}",
            {"path": str(word), "meta": {"_type": "gradio.FileData"}},
            {"path": f"{elsewhere}/word.png", "meta": {"_type": "gradio.FileData"}},
            "data:image/png;base64,@@@",
            "",
        )
        for picture in asked:
            for tool in ("read", "explain"):
                wrong, said = call(address, tool, picture=picture)
                assert wrong, (picture, said)
                assert "HALL" not in said
        with pytest.raises(TimeoutError):
            listener.accept()


def test_a_long_request_of_an_mcp_client_is_refused(address):
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"picture": "x" * BODY}}
    accept = {"Accept": "application/json, text/event-stream"}
    assert httpx.post(f"{address}gradio_api/mcp/", json=body, headers=accept, timeout=SECONDS).status_code == 413


def test_only_what_mcp_needs_is_open(address):
    for path in ("sse", "messages/", "messages/?session_id=1", "http/../sse"):
        for way in ("GET", "POST"):
            assert httpx.request(way, f"{address}gradio_api/mcp/{path}", timeout=SECONDS).status_code == 404
