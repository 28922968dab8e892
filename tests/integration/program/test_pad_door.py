"""The pad's own door and what guards the server, over real HTTP."""

import http.client
import io
import json
import urllib.parse
import uuid
from concurrent.futures import ThreadPoolExecutor

from PIL import Image, ImageDraw

from hcr.ui.draw.door import MAX_BYTES, PATH, WAITING
from hcr.ui.server.gate import BODY


def png(side: int = 280) -> bytes:
    """An L as the pad sends it."""
    sheet = Image.new("L", (side, side), 255)
    pen = ImageDraw.Draw(sheet)
    pen.line([(90, 60), (90, 230)], fill=0, width=18)
    pen.line([(90, 222), (200, 222)], fill=0, width=18)
    stream = io.BytesIO()
    sheet.save(stream, "PNG")
    return stream.getvalue()


def ask(
    address: str, body: bytes, path: str = PATH, kind: str = "image/png", page: str | None = None
) -> tuple[int, str, dict[str, str]]:
    """Status, text and headers of a POST, each from a page of its own where none is named."""
    connection = http.client.HTTPConnection(urllib.parse.urlsplit(address).netloc, timeout=120)
    connection.request("POST", path, body, {"Content-Type": kind, "X-Pad": page or uuid.uuid4().hex})
    answer = connection.getresponse()
    found = (
        answer.status,
        answer.read().decode("utf-8", "replace"),
        {key.lower(): value for key, value in answer.getheaders()},
    )
    connection.close()
    return found


def test_a_drawing_is_answered(app_address: str):
    status, text, _ = ask(app_address, png())
    assert status == 200
    assert 'data-answer="L"' in text


def test_an_empty_pad_invites(app_address: str):
    status, text, _ = ask(app_address, b"")
    assert status == 200
    assert "while you draw" in text


def test_anything_else_gets_a_sentence_and_the_next_drawing_is_read(app_address: str):
    for body in (b"<script>", png()[:60], b"\0" * 1000):
        status, text, _ = ask(app_address, body)
        assert status == 200
        assert 'role="alert"' in text
        assert "<script>" not in text
    assert 'data-answer="L"' in ask(app_address, png())[1]


def test_too_much_is_refused(app_address: str):
    assert ask(app_address, b"\0" * (MAX_BYTES + 1))[0] == 413
    state = json.dumps({"data": ["x" * BODY], "fn_index": 0, "session_hash": "a"}).encode()
    assert ask(app_address, state, "/gradio_api/queue/join", "application/json")[0] == 413


def test_who_sends_slowly_keeps_nobody_out(app_address: str):
    place = urllib.parse.urlsplit(app_address).netloc
    slow = [http.client.HTTPConnection(place, timeout=120) for _ in range(WAITING + 8)]
    for connection in slow:
        connection.putrequest("POST", PATH)
        connection.putheader("Content-Length", "1000")
        connection.endheaders(b"\x89PNG")
    assert 'data-answer="L"' in ask(app_address, png())[1]
    for connection in slow:
        connection.close()


def test_a_full_server_says_so_and_answers_again(app_address: str):
    with ThreadPoolExecutor(4 * WAITING) as visitors:
        statuses = [found[0] for found in visitors.map(lambda _: ask(app_address, png()), range(8 * WAITING))]
    assert set(statuses) <= {200, 503}
    assert 200 in statuses
    assert ask(app_address, png())[0] == 200


def test_one_page_that_sends_and_sends_keeps_nobody_out(app_address: str):
    with ThreadPoolExecutor(2 * WAITING) as greedy:
        flood = [greedy.submit(ask, app_address, png(), page="the same") for _ in range(8 * WAITING)]
        others = [ask(app_address, png())[0] for _ in range(10)]
        statuses = {one.result()[0] for one in flood}
    assert others == [200] * 10
    assert statuses <= {200, 503}
    assert 503 in statuses, "never more than it may: this tests nothing"


def test_every_answer_carries_the_policy(app_address: str):
    for path in ("/", "/config", PATH):
        connection = http.client.HTTPConnection(urllib.parse.urlsplit(app_address).netloc, timeout=120)
        connection.request("GET", path)
        answer = connection.getresponse()
        policy = answer.headers["Content-Security-Policy"]
        answer.read()
        connection.close()
        assert "default-src 'self'" in policy
        assert "http:" not in policy
        assert "https:" not in policy
        assert "*" not in policy
