"""Which of Gradio's routes are open, and that nothing which a visitor sends makes this server ask another.

Gradio serves more than the page needs: `file=https://...` and a file value with an address fetch what they name, from this
server's network; `run-history` may use the token that its owner has saved; `process_recording` starts ffmpeg. What is not
listed here does not exist for a visitor, so a later Gradio opens nothing by itself.
"""

import re
from typing import NoReturn

import gradio as gr
from gradio import processing_utils
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

OPEN = re.compile(
    r"/(?:|config|theme\.css|manifest\.json|robots\.txt|favicon\.ico|pwa_icon(?:/\w+)?|(?:assets|static)/.+|pad/read|"
    r"gradio_api/(?:info|openapi\.json|app_id|startup-events|theme\.css|queue/(?:join|data|status)|heartbeat/[^/]+|"
    r"mcp(?:/schema|/http)?|call/.+|run/predict|cancel|reset|upload|upload_progress|file=(?!https?:).+))/?",
    re.IGNORECASE | re.DOTALL,
)
"""Paths that are answered: the page and its files, Gradio's queue and uploads, the public API, the pad's door, MCP. `run` is
for what needs no queue, such as to show an example: `page.queue(api_open=False)` keeps the rest out."""
NOT_FETCHED = "This server fetches nothing from an address. Upload the file itself."


class Routes:
    """ASGI middleware: answers 404 to every path that is not OPEN."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] == "lifespan" or OPEN.fullmatch(scope.get("path", "").removeprefix(scope.get("root_path", ""))):
            return await self._app(scope, receive, send)
        return await PlainTextResponse("Not Found", 404)(scope, receive, send)


def fetch_nothing() -> None:
    """From now on Gradio refuses a file value that is an address, in whichever component's value it stands. It would
    download it, of any size, before the component, and so the gate, sees it."""

    async def refuse(url: str, cache_dir: str) -> NoReturn:  # noqa: ARG001  Gradio's own signature
        raise gr.Error(NOT_FETCHED, print_exception=False)

    processing_utils.async_ssrf_protected_download = refuse
