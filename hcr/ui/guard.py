"""What every answer of the server carries, and how much a request may bring: before anything of Gradio's sees it."""

from typing import Any

from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

UPLOAD = "/upload"  # the end of the path of Gradio's upload route, the one that takes files
MAX_UPLOAD = 65 << 20  # bytes: Gradio's own limit for a file is 64 MB, and its form adds a little
MAX_REQUEST = 1 << 20  # bytes of any other request; a page's state and a drawing together have under 300 kB

# Gradio starts its page with inline scripts and runs a component's script through Function(), so neither can be left out;
# nothing comes from, or goes to, another server. Who may show the page in a frame is not limited: a Space is shown in one,
# and nobody is logged in here who could be made to click on anything.
POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "media-src 'self' blob:",
        "connect-src 'self' data: blob:",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
    )
)


def middleware() -> list[Middleware]:
    """What `launch(app_kwargs={"middleware": ...})` takes."""
    return [Middleware(Guard)]


class Guard:
    """ASGI middleware: a content security policy on every answer, 413 for a request that brings too much."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = MAX_UPLOAD if scope["path"].endswith(UPLOAD) else MAX_REQUEST
        declared = dict(scope["headers"]).get(b"content-length", b"0")
        if not declared.isdigit() or int(declared) > limit:
            await _too_large(scope, receive, send, limit)
            return
        left = limit

        async def bounded() -> Message:
            """What arrives, cut off as by a lost connection once it is more than was declared or allowed."""
            nonlocal left
            message = await receive()
            if message["type"] == "http.request":
                left -= len(message.get("body", b""))
                if left < 0:
                    return {"type": "http.disconnect"}
            return message

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["Content-Security-Policy"] = POLICY
                headers["X-Content-Type-Options"] = "nosniff"
                headers["Referrer-Policy"] = "same-origin"
            await send(message)

        await self._app(scope, bounded, guarded)


async def _too_large(scope: Scope, receive: Receive, send: Send, limit: int) -> Any:
    sentence = f"This request brings more than {limit >> 20} MB, the most that is taken here."
    await PlainTextResponse(sentence, 413)(scope, receive, send)
