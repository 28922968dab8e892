"""A loopback Kaggle: one data set as a zip file, behind a user name and a key, made to fail on request.

Checked with opendatasets 0.1.22 on kaggle 2.2.4 and kagglesdk 0.1.37. Their only local setting is http://localhost, port
80; so that no right to that port is needed, this server is the HTTP proxy through which they ask for it:

    python tests/integration/loopback_kaggle.py FOLDER --port 8101
    KAGGLE_API_ENVIRONMENT=LOCALHOST http_proxy=http://127.0.0.1:8101 KAGGLE_USERNAME=somebody KAGGLE_KEY=secret python ...

In a test: `with serve({"emnist-balanced-test.csv": ...}) as kaggle:`, then `kaggle.environment()`, `kaggle.status`, ...
"""

import argparse
import base64
import hashlib
import io
import json
import re
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

USER, KEY, TOKEN = "somebody", "secret", "KGAT_0123456789abcdef"


@dataclass
class Kaggle:
    """archive: the zip that is served. status: answer every request with this HTTP status. drops: how many downloads
    break off half-way. hang: keep every request waiting until the server ends. requests: "METHOD path status"."""

    archive: bytes
    address: str = ""
    status: int | None = None
    drops: int = 0
    hang: bool = False
    requests: list[str] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)

    def route(self) -> dict[str, str]:
        """The variables that send a client here, without credentials."""
        return {"KAGGLE_API_ENVIRONMENT": "LOCALHOST", "http_proxy": self.address, "no_proxy": "", "NO_PROXY": ""}

    def environment(self) -> dict[str, str]:
        """The variables that send a client here, with a legacy API key."""
        return self.route() | {"KAGGLE_USERNAME": USER, "KAGGLE_KEY": KEY}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    kaggle: Kaggle

    def log_message(self, format: str, *args: object) -> None:
        pass

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.kaggle.hang:
            self.kaggle.ended.wait()
            self.close_connection = True
            return None
        if self.kaggle.status:
            return self._error(self.kaggle.status, "Permission denied" if self.kaggle.status == 403 else "made to fail")
        if self.path.endswith("/IntrospectToken"):  # how the client finds out whose token it has
            known = json.loads(body).get("token") == TOKEN
            told = json.dumps({"active": known, "username": USER if known else ""}).encode()
            return self._send(200, told, {"Content-Type": "application/json"})
        if self.headers.get("Authorization") not in (
            "Basic " + base64.b64encode(f"{USER}:{KEY}".encode()).decode(),
            f"Bearer {TOKEN}",
        ):
            return self._error(401, "Unauthenticated")
        if not self.path.endswith("/DownloadDataset"):
            return self._error(404, f"the loopback Kaggle has no {self.path}")
        asked = json.loads(body)
        location = f"http://localhost/storage/{asked['ownerSlug']}/{asked['datasetSlug']}.zip"
        return self._send(302, b"", {"Location": location})  # like Kaggle, which keeps files on another host

    def do_GET(self) -> None:
        archive = self.kaggle.archive
        headers = {
            "Content-Type": "application/zip",
            "Accept-Ranges": "bytes",
            "ETag": f'"{hashlib.md5(archive).hexdigest()}"',
            "Last-Modified": "Mon, 01 Jan 2024 00:00:00 GMT",
        }
        asked = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        if asked:
            start = int(asked[1])
            headers["Content-Range"] = f"bytes {start}-{len(archive) - 1}/{len(archive)}"
            return self._send(206, archive[start:], headers)
        return self._send(200, archive, headers)

    def _error(self, status: int, message: str) -> None:
        body = json.dumps({"code": status, "message": message}).encode()
        self._send(status, body, {"Content-Type": "application/json"})

    def _send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.kaggle.requests.append(f"{self.command} {self.path} {status}")
        self.send_response(status)
        for name, value in (headers | {"Content-Length": str(len(body))}).items():
            self.send_header(name, value)
        self.end_headers()
        if self.command == "GET" and self.kaggle.drops > 0:
            self.kaggle.drops -= 1
            body, self.close_connection = body[: len(body) // 2], True
        self.wfile.write(body)


def zipped(files: dict[str, bytes]) -> bytes:
    """The files as a zip."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


@contextmanager
def serve(files: dict[str, bytes], port: int = 0) -> Iterator[Kaggle]:
    """Run a Kaggle on a thread of its own until the block ends; port 0 takes a free one."""
    kaggle = Kaggle(zipped(files))
    server = ThreadingHTTPServer(("127.0.0.1", port), type("Handler", (_Handler,), {"kaggle": kaggle}))
    server.daemon_threads = True
    kaggle.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield kaggle
    finally:
        kaggle.ended.set()
        server.shutdown()
        server.server_close()
        thread.join()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="A loopback Kaggle.")
    parser.add_argument("folder", type=Path, help="the files of the data set")
    parser.add_argument("--port", type=int, default=8101)
    arguments = parser.parse_args()
    paths = [path for path in arguments.folder.rglob("*") if path.is_file()]
    with serve({str(path.relative_to(arguments.folder)): path.read_bytes() for path in paths}, arguments.port) as running:
        print(" ".join(f"{name}={value}" for name, value in running.environment().items()), flush=True)
        threading.Event().wait()
