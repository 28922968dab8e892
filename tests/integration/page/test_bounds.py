"""What visitors leave behind has an end, and whoever meets that end is told so: the queue, the uploads, the sessions."""

import contextlib
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx

from hcr.ui.server import gate
from tests.conftest import PAGE_PATIENCE, running_app
from tests.integration.page.visitor import MARK, OTHERS, SECONDS, Visitor, inputs, picture

PAGE = """
import sys
from hcr.ui.app import Bounds, build, launch
from hcr.ui.context import prepare
context, bounds = prepare(None, None), Bounds(*map(int, sys.argv[1:]))
launch(build(context, bounds), context, bounds)
"""


@contextlib.contextmanager
def page(home: Path, kept: int = 3600, waiting: int = 200, sessions: int = 500) -> Iterator[Visitor]:
    """The page with other bounds."""
    program = ("-c", PAGE, str(kept), str(waiting), str(sessions))
    with (
        running_app(home / "app.log", {"GRADIO_TEMP_DIR": str(home / "uploads")}, program=program) as address,
        httpx.Client(base_url=address, timeout=SECONDS) as client,
    ):
        yield Visitor(client)


def wait_for(state, what: str) -> None:
    deadline = time.monotonic() + PAGE_PATIENCE
    while not state():
        assert time.monotonic() < deadline, what
        time.sleep(0.2)


def test_old_uploads_vanish_and_the_examples_stay(tmp_path):
    drawn = picture(tmp_path / "mine.png").read_bytes()
    with page(tmp_path, kept=2) as visitor:
        first = Path(visitor.upload("mine.png", drawn))
        assert '"text": "L"' in visitor.read({"path": str(first), "meta": MARK})
        assert first.exists()
        wait_for(lambda: not first.exists(), "the upload is still there")
        assert "not uploaded here, or not lately" in visitor.read({"path": str(first), "meta": MARK})
        (box, *_) = (number for number, taken in inputs(visitor.config) if taken == ["image", "html"])
        success, answer = visitor.ask(box, [{"url": gate.address(gate.PICTURES[0])}, "only=letters"])
        assert success
        assert "data-answer" in answer
        again = visitor.upload("mine.png", drawn)
        assert '"text": "L"' in visitor.read({"path": again, "meta": MARK})


def test_a_full_queue_says_so_and_answers_again(tmp_path):
    path = picture(tmp_path / "mine.png")
    with page(tmp_path, waiting=2) as visitor:
        value = {"path": visitor.upload("mine.png", path.read_bytes()), "meta": MARK}

        def join(_: int) -> tuple[int, str]:
            body = {"data": [value, *OTHERS["read"]]}
            answer = httpx.post(f"{visitor.client.base_url}gradio_api/call/read", json=body, timeout=SECONDS)
            return answer.status_code, answer.text

        with ThreadPoolExecutor(40) as visitors:
            answers = list(visitors.map(join, range(200)))
        assert {status for status, _ in answers} == {200, 503}
        assert all("Queue is full" in text for status, text in answers if status == 503)
        wait_for(lambda: join(0)[0] == 200, "the queue is still full")
        wait_for(lambda: '"text": "L"' in visitor.read(value), "nothing is read")
    assert "hcr/" not in (tmp_path / "app.log").read_text()
