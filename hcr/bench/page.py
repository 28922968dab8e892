"""The page beside a Gradio app with one text box: start to the first answer, and memory."""

import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tqdm import tqdm

from hcr.assets import PACKAGE_PARENT
from hcr.bench.measured import Measured, Promise, drawing
from hcr.errors import InputError

if TYPE_CHECKING:
    from gradio_client import Client

STARTS = 3  # of each app, in turn; the median counts
START_SECONDS = 120  # an app that has not answered by then has failed
PLAIN_APP = """
import os
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
import gradio as gr
with gr.Blocks(analytics_enabled=False) as demo:
    box = gr.Textbox()
    box.change(lambda text: text, box, box, api_name="echo")
demo.launch(ssr_mode=False)
"""


def start_and_memory() -> list[Measured]:
    """Start to first answered request, and memory after 100 predictions, beside a one-textbox Gradio app."""
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "app.py"
        script.write_text(PLAIN_APP)
        png = Path(folder) / "drawing.png"
        png.write_bytes(drawing())
        plain, page = [str(script)], ["-m", "hcr", "app"]
        ours, baseline = [], []
        for _ in tqdm(range(STARTS), "starting the page, and a Gradio app with one text box", unit="pair"):
            baseline.append(_start(plain, lambda address: _client(address).predict("hello", api_name="/echo")))
            ours.append(_start(page, lambda address: _read(_client(address), png)))

        def hundred(address: str) -> None:
            client = _client(address)
            for _ in tqdm(range(100), "100 pictures through the page's API", unit="picture"):
                _read(client, png)

        memory = _start(page, hundred).memory
    seconds, plain_seconds = (statistics.median(started.seconds for started in runs) for runs in (ours, baseline))
    plain_memory = statistics.median(started.memory for started in baseline)
    return [
        Measured("start to first answer", "s", seconds, plain_seconds, 1.3),
        Measured("memory after 100 predictions", "MB", memory, plain_memory, 200, Promise.DIFFERENCE_AT_MOST),
    ]


@dataclass(frozen=True)
class _Started:
    seconds: float
    memory: float


def _start(arguments: list[str], use: Callable[[str], object]) -> _Started:
    """Start an app as a process, use it once it answers; seconds until then, and its memory (resident, MB) at the end."""
    import psutil

    begin = time.perf_counter()
    with _running(arguments) as (process, address):
        use(address)
        seconds = time.perf_counter() - begin
        family = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
        return _Started(seconds, sum(member.memory_info().rss for member in family) / 1e6)


@contextmanager
def _running(arguments: list[str]) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """`python ARGUMENTS` as a process of its own, and its address, once it answers there. Raises InputError."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    environment = {key: value for key, value in os.environ.items() if not key.startswith("HCR_")}
    environment |= {"GRADIO_SERVER_PORT": str(port), "GRADIO_SERVER_NAME": "127.0.0.1"}
    command, nowhere = [sys.executable, *arguments], subprocess.DEVNULL
    process = subprocess.Popen(command, cwd=PACKAGE_PARENT, env=environment, stdout=nowhere, stderr=nowhere)
    latest = time.perf_counter() + START_SECONDS
    try:
        address = f"http://127.0.0.1:{port}"
        while True:
            try:
                urllib.request.urlopen(f"{address}/config", timeout=5).read()
                break
            except OSError:
                if process.poll() is not None or time.perf_counter() > latest:
                    raise InputError(f"`{' '.join(command)}` did not start. Run it to see why.") from None
                time.sleep(0.02)
        yield process, address
    finally:
        process.terminate()
        process.wait(20)


def _client(address: str) -> "Client":
    from gradio_client import Client

    return Client(address, verbose=False)


def _read(client: "Client", file: Path) -> None:
    """One picture through the app's API, uploaded and read."""
    from gradio_client import handle_file

    answer = client.predict(handle_file(str(file)), api_name="/read")
    if answer["text"] != "R":
        raise RuntimeError(f"the app answered {answer}")
