"""The pad's own door on the same server: a drawing in, its reading out, past Gradio's queue.

Through the queue an answer costs two requests, a session's event stream and 15 to 19 ms of CPU, and whoever posts without
reading the answers makes everyone wait. Here it is one request; a server with too much to do says so at once (503), and
the pad, which has at most one drawing under way, sends its newest one again a little later.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from hcr.errors import InputError

PATH = "/pad/read"
MAX_BYTES = 256 << 10  # a 280x280 drawing has 2 to 20 kB as PNG
WAITING = 64  # drawings read or waiting to be: at 6 ms each, 0.4 s; fewer, and fifty visitors at once would be sent away
WORKERS = 2  # decoding and the network let go of Python's lock, so a second one helps; a third does not
OF_ONE = 2  # of these of one page: the one that is read and the newest; who sends more keeps nobody else out
PAGE = "X-Pad"  # the header by which a page says which one it is: a random word of its own
RETRY_SECONDS = 1
BODY_SECONDS = 10  # for a drawing to arrive


Answer = Callable[[bytes | None, str], str]
"""A PNG's bytes, None for an empty pad, and the address's query, which says how to read it -> the answer's HTML."""


def routes(answer: Answer) -> list[Route]:
    """What `launch(app_kwargs={"routes": ...})` takes."""
    return [Route(PATH, _Door(answer).read, methods=["POST"])]


class _Door:
    """Bounds what comes in and how much of it is under way at once. Lives on the server's one event loop."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self._workers = ThreadPoolExecutor(WORKERS, "pad")
        self._waiting: Counter[str] = Counter()  # of each page

    async def read(self, request: Request) -> Response:
        """POST: a PNG (or nothing, for an empty pad) -> HTML of the reading; 413 too large, 503 try again."""
        page = request.headers.get(PAGE, "")[:40] or (request.client.host if request.client else "")
        if self._is_full(page):
            return _busy()
        try:
            async with asyncio.timeout(BODY_SECONDS):
                drawing = await _body(request)
        except InputError as error:
            return PlainTextResponse(str(error), 413)
        except (ClientDisconnect, TimeoutError):
            return Response(status_code=400)
        if self._is_full(page):  # counted from here: who sends slowly keeps nobody else out
            return _busy()
        self._waiting[page] += 1
        try:
            loop = asyncio.get_running_loop()
            query = request.url.query
            return HTMLResponse(await loop.run_in_executor(self._workers, self._answer, drawing or None, query))
        finally:
            self._waiting[page] -= 1
            self._waiting += Counter()  # drops what is 0

    def _is_full(self, page: str) -> bool:
        return self._waiting[page] >= OF_ONE or self._waiting.total() >= WAITING


def _busy() -> Response:
    return PlainTextResponse("busy", 503, {"Retry-After": str(RETRY_SECONDS)})


async def _body(request: Request) -> bytes:
    """The request's body. Raises InputError for more than MAX_BYTES, having read no more than that."""
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > MAX_BYTES:
            raise InputError(f"The drawing has more than {MAX_BYTES >> 10} kB. Clear the pad and draw again.")
        parts.append(part)
    return b"".join(parts)
