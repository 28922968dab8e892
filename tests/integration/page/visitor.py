"""What a hostile visitor does over real HTTP: asks every callback of the page, with whatever he likes."""

import json
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from PIL import Image, ImageDraw

SECONDS = 60
OTHERS: dict[str, list[Any]] = {"read": ["", True], "explain": [0]}
"""What an endpoint takes beside the picture."""
MARK = {"_type": "gradio.FileData"}


@dataclass(frozen=True)
class Visitor:
    """Speaks to a running app."""

    client: httpx.Client

    @property
    def config(self) -> dict[str, Any]:
        return self.client.get("config").json()

    def ask(self, function: int, data: list[Any], session: str = "") -> tuple[bool, str]:
        """Whether a callback succeeded, and the whole answer, as the page itself asks for it."""
        session = session or uuid.uuid4().hex
        body = {"data": data, "fn_index": function, "session_hash": session, "event_data": None, "trigger_id": None}
        joined = self.client.post("gradio_api/queue/join", json=body)
        if joined.status_code != 200:
            return False, joined.text
        with self.client.stream("GET", "gradio_api/queue/data", params={"session_hash": session}) as stream:
            for line in _lines(stream.iter_text()):
                message = json.loads(line.removeprefix("data: ")) if line.startswith("data: ") else {}
                if message.get("msg") in ("process_completed", "unexpected_error"):
                    return bool(message.get("success")), line
        raise AssertionError("the stream ended without an answer")

    def read(self, value: object) -> str:
        """The public API's answer."""
        started = self.client.post("gradio_api/call/read", json={"data": [value, *OTHERS["read"]]}).json()
        if "event_id" not in started:
            return str(started)  # "Queue is full", as a rule
        return self.client.get(f"gradio_api/call/read/{started['event_id']}").text

    def upload(self, name: str, data: bytes) -> str:
        return self.client.post("gradio_api/upload", files={"files": (name, data)}).json()[0]


def _lines(parts: Iterable[str]) -> Iterator[str]:
    """Lines as event streams have them; httpx would end one at U+2028 as well."""
    rest = ""
    for part in parts:
        *lines, rest = (rest + part).split("\n")
        yield from lines


def picture(file: Path) -> Path:
    """A plain L."""
    sheet = Image.new("L", (280, 280), "white")
    ImageDraw.Draw(sheet).line([(90, 60), (90, 222), (200, 222)], "black", 18)
    sheet.save(file)
    return file


def values(path: str) -> list[Any]:
    """The ways to call a path, or an address, a file."""
    return [
        {"path": path},
        {"path": path, "meta": MARK},
        {"path": path, "meta": MARK, "is_stream": True},
        {"path": path, "meta": {"_type": "another"}},
        {"path": path, "orig_name": "mine.png", "size": 3, "mime_type": "image/png", "url": path},
        {"url": path, "meta": MARK},
        [{"path": path}],
        [{"path": path, "meta": MARK}],
        path,
    ]


def inputs(config: dict[str, Any]) -> list[tuple[int, list[str]]]:
    """Every callback that runs on the server, with the kinds of its inputs."""
    kinds = {component["id"]: component["type"] for component in config["components"]}
    return [(one["id"], [kinds[number] for number in one["inputs"]]) for one in config["dependencies"] if one["backend_fn"]]
