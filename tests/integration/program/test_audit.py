"""`.ci/audit.py` against a loopback advisory source: a known weakness fails, no network is said, nothing else passes."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.conftest import PATIENCE, ROOT, free_port

NOT_AUDITED = "NOT AUDITED: "
PROBED = "jinja2"  # which has advisories in every source
Answer = Callable[[str], tuple[int, object]]


def advisory(name: str) -> dict[str, object]:
    """One that concerns every release before 999."""
    package = {"name": name, "ecosystem": "PyPI"}
    ranges = [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "999"}]}]
    return {"id": f"MADE-UP-{name}", "summary": "made up", "affected": [{"package": package, "ranges": ranges}]}


def knows(*names: str) -> Answer:
    """A source that knows a weakness of these packages."""
    return lambda name: (200, {"vulns": [advisory(name)]} if name in names else {})


@contextmanager
def source(answer: Answer) -> Iterator[str]:
    """The address of a source that answers so for a package of that name."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            status, said = answer(asked["package"]["name"])
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(said).encode())

        def log_message(self, *_: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/v1/query"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def audit(address: str, *more: str) -> tuple[int, str]:
    """Exit code, and what was said."""
    command = [sys.executable, ".ci/audit.py", "--source", address, *(more or ("--seconds", str(PATIENCE)))]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def test_a_known_weakness_fails_unless_it_is_listed_with_a_reason(tmp_path: Path):
    listed = tmp_path / "advisories.txt"
    listed.write_text("# a remark\n\nMADE-UP-jinja2 no template here is a visitor's\n")
    with source(knows("jinja2", "pillow")) as address:
        code, said = audit(address, "--accepted", str(listed), "--seconds", str(PATIENCE))
        assert code == 1, said
        assert "MADE-UP-pillow, fixed in 999" in said
        assert "MADE-UP-jinja2, accepted: no template here is a visitor's" in said
        assert "1 weaknesses known that are not accepted" in said
    with source(knows("jinja2")) as address:
        code, said = audit(address, "--accepted", str(listed), "--seconds", str(PATIENCE))
        assert code == 0, said
        assert NOT_AUDITED not in said
    listed.write_text("MADE-UP-jinja2\n")
    code, said = audit(address, "--accepted", str(listed))
    assert code == 1
    assert "without a reason" in said


def test_no_network_is_said_loudly_on_one_line_and_passes():
    code, said = audit(f"http://127.0.0.1:{free_port()}/v1/query")
    assert code == 0
    assert said.startswith(NOT_AUDITED)
    assert said.count("\n") == 1


def test_a_source_that_is_too_slow_is_given_up_in_time():
    def slow(name: str) -> tuple[int, object]:
        time.sleep(0 if name == PROBED else 5)
        return knows(PROBED)(name)

    with source(slow) as address:
        began = time.monotonic()
        code, said = audit(address, "--seconds", "15")
    assert code == 0
    assert said.startswith(NOT_AUDITED)
    assert time.monotonic() - began < PATIENCE


def test_a_source_that_answers_anything_else_fails():
    """A proxy that knows of nothing would make everything look fine."""
    for answer in ((404, {}), (500, {}), (403, {"vulns": []}), (200, {}), (200, "no object")):
        with source(lambda _, answer=answer: answer) as address:
            code, said = audit(address)
        assert code == 1, answer
        assert "no advisory source" in said


def test_a_source_that_breaks_half_way_fails():
    with source(lambda name: knows(PROBED)(name) if name == PROBED else (500, {})) as address:
        code, said = audit(address)
    assert code == 1
    assert "pip-audit failed" in said
