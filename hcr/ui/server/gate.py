"""The gate for what arrives: a file is opened only where it is an upload of this server, a request has a bound.

Gradio checks a file value only where it carries a `meta` entry; `{"path": "/any/file.png"}` passes unchecked. So every
input that takes a file, and the API, asks here, at the last moment before the file is opened.
"""

import base64
import stat
from pathlib import Path

from gradio.utils import get_upload_folder
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hcr.assets import EXAMPLES
from hcr.errors import InputError

MOST = 64 << 20  # bytes of one file; as much as Check my data takes, see hcr.data.uploads
REFUSED = "This file was not uploaded here, or not lately: uploads are deleted after an hour. Choose it again."
BODY = 1 << 20  # bytes of a request that is no upload; the largest value that a component sends is a drawing
DRAWN_SIDE = 1024  # pixels of a drawing; the pad sends 280
PNG_START = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"
SHOWN = (PNG_START[:8], b"\xff\xd8\xff", b"GIF8", b"BM")  # how PNG, JPEG, GIF and BMP begin
NO_DRAWING = "This is no drawing of the pad. Upload a picture instead."
UPLOAD = "/upload"  # Gradio's route for files, which has a limit of its own: `max_file_size`
TOO_LONG = {"detail": f"More than {BODY >> 10} kB in one request. Files are uploaded first, see the API's page."}


def address(picture: Path) -> str:
    """A PNG's or JPEG's file as an address that holds it: "data:image/png;base64,..."."""
    kind = "png" if picture.suffix == ".png" else "jpeg"
    return f"data:image/{kind};base64,{base64.b64encode(picture.read_bytes()).decode()}"


PICTURES = tuple(sorted(EXAMPLES.glob("*.[jp][pn]g")))
"""The example pictures that the page offers."""
EXAMPLE_PICTURES = {address(picture): picture for picture in PICTURES}
"""The same by their addresses: all that a visitor learns, and can say, of them."""


def admit(path: object) -> Path:
    """The resolved path of a file that was uploaded here: a regular file of at most MOST bytes.

    path: as a visitor sent it. Raises InputError for anything else, in words that do not tell what lies on this machine.
    """
    try:
        resolved = Path(str(path)).resolve(strict=True)
        found = resolved.stat()
    except (OSError, ValueError, RuntimeError) as error:  # gone, a name too long, a null byte, a loop of links
        raise InputError(REFUSED) from error
    if not is_upload(resolved) or not stat.S_ISREG(found.st_mode):
        raise InputError(REFUSED)
    if found.st_size > MOST:
        raise InputError(f"The file has {found.st_size / 2**20:.0f} MB; at most {MOST >> 20} MB can be read here.")
    return resolved


def drawing(data: bytes) -> bytes:
    """A drawing as the pad sends it: a PNG of at most DRAWN_SIDE pixels a side, decoded in no time. Raises InputError for
    anything else, which would have to be looked at apart."""
    if data[:16] != PNG_START or max(int.from_bytes(data[16:20]), int.from_bytes(data[20:24])) > DRAWN_SIDE:
        raise InputError(NO_DRAWING)
    return data


def is_upload(resolved: Path) -> bool:
    """Whether a resolved path lies in the folder that uploads come to."""
    return Path(get_upload_folder()).resolve() in resolved.parents


def browsers_show(picture: Path) -> bool:
    """Whether a file begins like a picture that every browser can show; HEIC, TIFF, JPEG 2000 and others are none. True for
    one that has gone: who opens it says so."""
    try:
        with picture.open("rb") as file:
            start = file.read(64)
    except OSError:
        return True
    return start.startswith(SHOWN) or start[8:12] == b"WEBP" or (start[4:8] == b"ftyp" and b"avif" in start)


def discard(path: Path) -> None:
    """Delete an admitted upload, and Gradio's folder for it where that is empty then. Other files are left alone."""
    if not is_upload(path):
        return
    path.unlink(missing_ok=True)
    if path.parent != Path(get_upload_folder()).resolve():
        try:
            path.parent.rmdir()
        except OSError:
            return  # another file of the same upload lies in it


class BodyLimit:
    """ASGI middleware, since Gradio keeps the values of a visitor's components, whatever their size: reads a
    request's body up to BODY bytes before the app sees it, and answers 413 where it is longer.

    Uploads pass as they are.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD", "OPTIONS") or scope["path"].endswith(UPLOAD):
            return await self._app(scope, receive, send)
        arrived: list[Message] = []
        size = 0
        while not arrived or arrived[-1].get("more_body"):
            message = await receive()
            arrived.append(message)
            size += len(message.get("body", b""))
            if size > BODY:
                return await JSONResponse(TOO_LONG, 413)(scope, receive, send)
        waiting = iter(arrived)

        async def replay() -> Message:
            """What has arrived, then whatever else comes, such as the end of the connection."""
            return next(waiting, None) or await receive()

        return await self._app(scope, replay, send)
