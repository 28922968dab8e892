"""Many visitors who draw at once, beside a one-textbox Gradio app in the same run, all on loopback.

python benchmarks/load.py [--visitors 10 50 200] [--seconds 60] [--steady SECONDS] [--json]

A visitor draws: a picture every 100 ms, the next one only when the last was answered, as the pad does. The echo's visitor
sends a text as Gradio's own client does, through the queue. CPU is that of the server's process, for each answer.
--steady: so many seconds of 10 visitors at the end, to see whether memory stays flat.
"""

import argparse
import asyncio
import json
import sys
import tempfile
import time
import urllib.parse
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import psutil

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from hcr.bench.measured import drawing
from hcr.bench.page import PLAIN_APP
from tests.conftest import running_app

EVERY = 0.1  # seconds from one picture of a visitor to the next, if the answer is there by then
P95_LIMIT = 0.5  # seconds, of 50 visitors
MEMORY_LIMIT = 0.05  # share that a steady load may add
FLOOD = 1500  # requests that are never read
FLOOD_LIMIT = 1.0  # seconds by which they may delay the others


@dataclass(frozen=True)
class Load:
    """seconds: of each answer, sorted out into p50, p95, p99; cpu_ms: of the server for each answer; busy: how often it
    said "try again"; errors: answers that were none."""

    what: str
    visitors: int
    answers: int
    p50: float
    p95: float
    p99: float
    cpu_ms: float
    busy: int
    errors: int
    memory_mb: float


def request(method: str, path: str, body: bytes, kind: str, page: str = "") -> bytes:
    """The bytes of an HTTP/1.1 request, from the page of that name."""
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost", f"Content-Type: {kind}", f"Content-Length: {len(body)}"]
    lines += [f"X-Pad: {page}"] if page else []
    return "\r\n".join((*lines, "", "")).encode() + body


class Connection:
    """One keep-alive HTTP/1.1 connection; written by hand, since a client library would cost more CPU than the server."""

    def __init__(self, address: str) -> None:
        found = urllib.parse.urlsplit(address)
        self._host, self._port = str(found.hostname), int(found.port or 80)
        self._page = uuid.uuid4().hex
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def ask(self, method: str, path: str, body: bytes = b"", kind: str = "text/plain") -> tuple[int, bytes]:
        """Status and body of one answer."""
        if self._writer is None:
            self._reader, self._writer = await asyncio.open_connection(self._host, self._port)
        assert self._reader is not None
        self._writer.write(request(method, path, body, kind, self._page))
        await self._writer.drain()
        lines = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
        status = int(lines[0].split()[1])
        if headers.get("transfer-encoding") == "chunked":
            parts = []
            while size := int((await self._reader.readuntil(b"\r\n")).strip(), 16):
                parts.append(await self._reader.readexactly(size))
                await self._reader.readexactly(2)
            await self._reader.readexactly(2)
            return status, b"".join(parts)
        return status, await self._reader.readexactly(int(headers.get("content-length", 0)))

    def close(self) -> None:
        """Without waiting."""
        if self._writer is not None:
            self._writer.close()


@dataclass
class Counted:
    """What one run's visitors met; seconds of each answer."""

    seconds: list[float]
    busy: int = 0
    errors: int = 0


async def draw(connection: Connection, counted: Counted) -> None:
    """One picture to its answer, tried again while the server is busy, as the pad does."""
    while True:
        status, answer = await connection.ask("POST", "/pad/read", PICTURE, "image/png")
        if status != 503:
            counted.errors += not (status == 200 and b'data-answer="R"' in answer)
            return
        counted.busy += 1
        await asyncio.sleep(0.1 + 0.2 * np.random.default_rng().random())


async def echo(connection: Connection, counted: Counted) -> None:
    """One text through Gradio's queue: join it, then read the event stream to its end."""
    session = uuid.uuid4().hex
    body = json.dumps({"data": ["hello"], "fn_index": 0, "session_hash": session}).encode()
    status, _ = await connection.ask("POST", "/gradio_api/queue/join", body, "application/json")
    if status == 200:
        status, stream = await connection.ask("GET", f"/gradio_api/queue/data?session_hash={session}")
        counted.errors += not (status == 200 and b'"success":true' in stream.replace(b" ", b""))
    else:
        counted.errors += 1


async def visitor(
    address: str, until: float, one: Callable[[Connection, Counted], Awaitable[None]], counted: Counted
) -> None:
    """Asks every EVERY seconds until the time is up."""
    connection = Connection(address)
    await asyncio.sleep(EVERY * np.random.default_rng().random())
    while (begin := time.perf_counter()) < until:
        await one(connection, counted)
        took = time.perf_counter() - begin
        counted.seconds.append(took)
        await asyncio.sleep(max(0.0, EVERY - took))
    connection.close()


def measure(what: str, server: psutil.Process, address: str, visitors: int, seconds: float) -> Load:
    """One load of one server."""
    one = {"pad": draw, "echo": echo}[what]
    counted = Counted([])

    async def everybody() -> None:
        until = time.perf_counter() + seconds
        await asyncio.gather(*(visitor(address, until, one, counted) for _ in range(visitors)))

    before = sum(server.cpu_times()[:2])
    asyncio.run(everybody())
    cpu = sum(server.cpu_times()[:2]) - before
    p50, p95, p99 = np.percentile(counted.seconds, (50, 95, 99)).tolist()
    return Load(
        what,
        visitors,
        len(counted.seconds),
        round(p50, 4),
        round(p95, 4),
        round(p99, 4),
        round(1e3 * cpu / len(counted.seconds), 2),
        counted.busy,
        counted.errors,
        round(server.memory_info().rss / 1e6, 1),
    )


async def flooded(address: str) -> float:
    """The slowest of a quiet visitor's answers while another one posts FLOOD pictures and reads no answer: seconds."""
    found = urllib.parse.urlsplit(address)
    unread, writers = request("POST", "/pad/read", PICTURE, "image/png"), []

    async def flood() -> None:
        for _ in range(100):
            _, writer = await asyncio.open_connection(found.hostname, found.port)
            writers.append(writer)
            for _ in range(FLOOD // 100):
                writer.write(unread)

    counted = Counted([])
    flooding = asyncio.create_task(flood())
    await visitor(address, time.perf_counter() + 10, draw, counted)
    await flooding
    for writer in writers:
        writer.close()
    return max(counted.seconds)


def server_of(address: str) -> psutil.Process:
    """The process that listens there."""
    port = urllib.parse.urlsplit(address).port
    for child in psutil.Process().children(recursive=True):
        if any(item.laddr.port == port and item.status == psutil.CONN_LISTEN for item in child.net_connections()):
            return child
    raise RuntimeError(f"nobody listens at {address}")


def main() -> int:
    """Measure and print; 1 where a promise is broken."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--visitors", type=int, nargs="+", default=[10, 50, 200])
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--steady", type=float, default=0)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    loads: list[Load] = []
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "plain"
        plain.mkdir()
        (plain / "app.py").write_text(PLAIN_APP)
        with running_app(Path(folder) / "plain.log", folder=plain) as echoing, running_app(Path(folder) / "app.log") as app:
            ours, theirs = server_of(app), server_of(echoing)
            measure("pad", ours, app, 2, 2), measure("echo", theirs, echoing, 2, 2)  # warm
            idle = measure("pad", ours, app, 1, 5)
            for visitors in arguments.visitors:
                loads.append(measure("echo", theirs, echoing, visitors, arguments.seconds))
                loads.append(measure("pad", ours, app, visitors, arguments.seconds))
                for load in loads[-2:]:
                    print(load, file=sys.stderr, flush=True)
            time.sleep(2)
            after = measure("pad", ours, app, 1, 5)
            delayed = asyncio.run(flooded(app))
            start = ours.memory_info().rss
            steady = measure("pad", ours, app, 10, arguments.steady) if arguments.steady else None
            grown = ours.memory_info().rss / start - 1
    pads = {load.visitors: load for load in loads if load.what == "pad"}
    echoes = {load.visitors: load for load in loads if load.what == "echo"}
    promises = {
        "CPU an answer at most the echo's": all(pads[n].cpu_ms <= echoes[n].cpu_ms for n in pads),
        f"p95 of 50 visitors at most {P95_LIMIT} s": 50 not in pads or pads[50].p95 <= P95_LIMIT,
        "no error": not any(load.errors for load in pads.values()),
        "idle latency again within 2 s": after.p50 <= 1.5 * idle.p50,
        f"{FLOOD} unread pictures delay the others by at most {FLOOD_LIMIT} s": delayed - idle.p50 <= FLOOD_LIMIT,
        "memory flat": steady is None or grown <= MEMORY_LIMIT,
    }
    if arguments.json:
        found = {"loads": [asdict(load) for load in loads], "idle": asdict(idle), "after": asdict(after)}
        print(json.dumps(found | {"flooded_s": delayed, "memory_grown": grown, "promises": promises}))
    else:
        print(f"idle p50 {1e3 * idle.p50:.1f} ms, after the load {1e3 * after.p50:.1f} ms; flooded: worst {delayed:.2f} s;")
        print(f"memory grew by {grown:.1%} in {arguments.steady:.0f} s")
        for name, kept in promises.items():
            print(f"{'ok  ' if kept else 'MISS'} {name}")
    return 0 if all(promises.values()) else 1


PICTURE = drawing()

if __name__ == "__main__":
    sys.exit(main())
