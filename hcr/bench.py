"""How fast and how large, each figure beside what it is measured against in the same run.

Limits (the ratios of the last column) are the project's promises; `python -m hcr bench` leaves with 1 where one is broken.
"""

import io
import json
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from hcr.assets import PACKAGE_PARENT
from hcr.image import to_input
from hcr.model import bundle
from hcr.model.classifier import BATCH, Classifier
from hcr.reading import read

ROOT = PACKAGE_PARENT
CALLS = 400
IMAGES = 10_000
STARTS = 3  # of each app, in turn; the median counts
PLAIN_APP = """
import os
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
import gradio as gr
with gr.Blocks(analytics_enabled=False) as demo:
    box = gr.Textbox()
    box.change(lambda text: text, box, box, api_name="echo")
demo.launch(ssr_mode=False)
"""


@dataclass(frozen=True)
class Measured:
    """ours and baseline in `unit`; the promise is ratio <= limit, or >= limit where `more_is_better`, or, for memory, a
    difference of at most `limit`."""

    name: str
    unit: str
    ours: float
    baseline: float
    limit: float
    kind: str = "ratio at most"

    @property
    def value(self) -> float:
        return self.ours - self.baseline if self.kind == "difference at most" else self.ours / self.baseline

    @property
    def kept(self) -> bool:
        return self.value >= self.limit if self.kind == "ratio at least" else self.value <= self.limit


def run(as_json: bool) -> int:
    """Measure everything and print it; 1 where a promise is broken."""
    found = [*reading_latency(), throughput(), *app_start_and_memory()]
    if as_json:
        print(json.dumps([asdict(item) | {"value": round(item.value, 3), "kept": item.kept} for item in found]))
    else:
        for item in found:
            print(
                f"{'ok  ' if item.kept else 'MISS'} {item.name}: {item.ours:.2f} {item.unit} beside {item.baseline:.2f}; "
                f"{item.kind} {item.limit}: {item.value:.2f}"
            )
    return 0 if all(item.kept for item in found) else 1


def reading_latency() -> list[Measured]:
    """A 280x280 canvas PNG end to end beside the bare runtime on a ready image, call by call in turn."""
    classifier = Classifier(bundle.open_bundle(bundle.BUNDLED))
    drawing = _drawing()
    bare = _bare(1, 1)
    ours, baseline = (1e3 * np.array(times) for times in _in_turn(lambda: read(drawing, classifier), bare, CALLS))
    return [
        Measured(
            f"reading a drawing, p{share}", "ms", float(np.percentile(ours, share)), float(np.percentile(baseline, share)), 4
        )
        for share in (50, 99)
    ]


def throughput() -> Measured:
    """Ready images in batches beside the bare runtime in the same batches and threads."""
    classifier = Classifier(bundle.open_bundle(bundle.BUNDLED))
    images = np.random.default_rng(0).integers(0, 256, (IMAGES, 28, 28), np.uint8)
    bare = _bare(BATCH, classifier.threads)
    calls = -(-IMAGES // BATCH)

    def all_bare() -> None:
        for _ in range(calls):
            bare()

    ours, baseline = _in_turn(lambda: classifier.logits(images), all_bare, 3)
    return Measured(
        f"{IMAGES:,} images",
        "images/s",
        IMAGES / statistics.median(ours),
        IMAGES / statistics.median(baseline),
        0.8,
        "ratio at least",
    )


def app_start_and_memory() -> list[Measured]:
    """Start to first answered request, and memory after 100 predictions, beside a one-textbox Gradio app."""
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "app.py"
        plain.write_text(PLAIN_APP)
        png = Path(folder) / "drawing.png"
        png.write_bytes(_drawing())
        ours, baseline = [], []
        for _ in range(STARTS):
            baseline.append(_start(plain, lambda address: _client(address).predict("hello", api_name="/echo")))
            ours.append(_start(ROOT / "app.py", lambda address: _read(_client(address), png)))

        def hundred(address: str) -> None:
            client = _client(address)
            for _ in range(100):
                _read(client, png)

        memory = _start(ROOT / "app.py", hundred).memory
    seconds, plain_seconds = (statistics.median(started.seconds for started in runs) for runs in (ours, baseline))
    plain_memory = statistics.median(started.memory for started in baseline)
    return [
        Measured("start to first answer", "s", seconds, plain_seconds, 1.3),
        Measured("memory after 100 predictions", "MB", memory, plain_memory, 200, "difference at most"),
    ]


@dataclass(frozen=True)
class _Started:
    seconds: float
    memory: float


def _start(script: Path, use: Callable[[str], object]) -> _Started:
    """Start an app as a process, use it once it answers; seconds until then, and its memory (resident, MB) at the end."""
    import os
    import socket

    import psutil

    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    environment = {key: value for key, value in os.environ.items() if not key.startswith("HCR_")}
    environment |= {"GRADIO_SERVER_PORT": str(port), "GRADIO_SERVER_NAME": "127.0.0.1"}
    begin = time.perf_counter()
    command = [sys.executable, str(script)]
    nowhere = subprocess.DEVNULL
    process = subprocess.Popen(command, cwd=script.parent, env=environment, stdout=nowhere, stderr=nowhere)
    try:
        address = f"http://127.0.0.1:{port}"
        while True:
            try:
                urllib.request.urlopen(f"{address}/config", timeout=5).read()
                break
            except OSError:
                if process.poll() is not None or time.perf_counter() - begin > 120:
                    raise RuntimeError(f"{script} did not start") from None
                time.sleep(0.02)
        use(address)
        seconds = time.perf_counter() - begin
        family = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
        return _Started(seconds, sum(member.memory_info().rss for member in family) / 1e6)
    finally:
        process.terminate()
        process.wait(20)


def _client(address: str) -> Any:
    from gradio_client import Client

    return Client(address, verbose=False)


def _read(client: Any, file: Path) -> None:
    """One picture through the app's API, uploaded and read."""
    from gradio_client import handle_file

    answer = client.predict(handle_file(str(file)), api_name="/read")
    if answer["text"] != "R":
        raise RuntimeError(f"the app answered {answer}")


def _drawing() -> bytes:
    """An R as the pad sends it: PNG, 280x280, black on white."""
    sheet = Image.new("L", (280, 280), 255)
    pen = ImageDraw.Draw(sheet)
    points = [(95, 220), (95, 60), (150, 55), (180, 90), (150, 130), (95, 135), (120, 140), (190, 225)]
    pen.line(points, fill=0, width=18, joint="curve")
    stream = io.BytesIO()
    sheet.convert("RGBA").save(stream, "PNG")
    return stream.getvalue()


def _bare(batch: int, threads: int) -> Callable[[], np.ndarray]:
    """The runtime alone, on ready input: one call for one batch."""
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(str(bundle.BUNDLED / bundle.MODEL_FILE), num_threads=threads)
    place = interpreter.get_input_details()[0]["index"]
    interpreter.resize_tensor_input(place, [batch, 28, 28, 1])
    interpreter.allocate_tensors()
    ready = to_input(np.random.default_rng(0).integers(0, 256, (batch, 28, 28), np.uint8))
    output = next(detail["index"] for detail in interpreter.get_output_details() if len(detail["shape"]) == 2)

    def call() -> np.ndarray:
        interpreter.set_tensor(place, ready)
        interpreter.invoke()
        return interpreter.get_tensor(output)

    return call


def _in_turn(one: Callable, other: Callable, rounds: int) -> tuple[list[float], list[float]]:
    """Seconds of each call of two functions, called in turn after a warm-up, so that both meet the same machine."""
    one(), other()
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds):
        for function, seconds in zip((one, other), times, strict=True):
            begin = time.perf_counter()
            function()
            seconds.append(time.perf_counter() - begin)
    return times
