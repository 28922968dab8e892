"""Reading beside the bare runtime, on one drawing and on many ready images."""

import io
import statistics
from collections.abc import Callable

import numpy as np
from PIL import Image

from hcr.bench.measured import Measured, Promise, drawing, in_turn, words
from hcr.image import to_input
from hcr.model import bundle
from hcr.model.classifier import BATCH
from hcr.model.opening import open_model
from hcr.model.quiet import without_notice
from hcr.reading import read

CALLS = 400
IMAGES = 10_000
ROUNDS = 3  # of all images


def reading_latency() -> list[Measured]:
    """A 280x280 canvas PNG end to end beside the bare runtime on a ready image, call by call in turn."""
    classifier = open_model(None)
    sheet = drawing()
    bare = _bare(1, 1)
    times = in_turn("reading a drawing", lambda: read(sheet, classifier), bare, CALLS)
    ours, baseline = (1e3 * np.array(seconds) for seconds in times)
    return [
        Measured(
            f"reading a drawing, p{share}", "ms", float(np.percentile(ours, share)), float(np.percentile(baseline, share)), 4
        )
        for share in (50, 99)
    ]


def reading_words() -> list[Measured]:
    """20 characters on a pad beside the bare runtime on 20 ready images, one after the other; and 40 on a page of twelve
    megapixels beside what Pillow takes to decode it."""
    classifier = open_model(None)
    bare = _bare(1, 1)
    pad = words(("THE QUICK FOX 2026 JAZZ",), 62, (1120, 280), "PNG")
    page = words(("THE QUICK BROWN", "FOX JUMPS OVER", "A LAZY DOG 7294"), 180, (4000, 3000), "JPEG")
    short = in_turn("20 characters", lambda: read(pad, classifier), lambda: [bare() for _ in range(20)], CALLS // 10 + 1)
    large = in_turn("40 characters", lambda: read(page, classifier), lambda: _decode(page), CALLS // 40 + 1)
    return [
        Measured(name, "ms", 1e3 * statistics.median(ours), 1e3 * statistics.median(baseline), limit)
        for name, (ours, baseline), limit in (
            ("20 characters on a pad", short, 3.5),
            ("40 characters on 12 megapixels", large, 20),
        )
    ]


def throughput() -> Measured:
    """Ready images in batches beside the bare runtime in the same batches and threads."""
    classifier = open_model(None)
    images = np.random.default_rng(0).integers(0, 256, (IMAGES, 28, 28), np.uint8)
    bare = _bare(BATCH, classifier.threads)
    calls = -(-IMAGES // BATCH)

    def all_bare() -> None:
        for _ in range(calls):
            bare()

    ours, baseline = in_turn(f"{IMAGES:,} images", lambda: classifier.logits(images), all_bare, ROUNDS)
    return Measured(
        f"{IMAGES:,} images",
        "images/s",
        IMAGES / statistics.median(ours),
        IMAGES / statistics.median(baseline),
        0.8,
        Promise.RATIO_AT_LEAST,
    )


def _decode(picture: bytes) -> None:
    Image.open(io.BytesIO(picture)).load()


def _bare(batch: int, threads: int) -> Callable[[], np.ndarray]:
    """The runtime alone, on ready input: one call for one batch."""
    from ai_edge_litert.interpreter import Interpreter

    with without_notice():
        interpreter = Interpreter(str(bundle.BUNDLED / bundle.MODEL_FILE), num_threads=threads)
        place = interpreter.get_input_details()[0]["index"]
        interpreter.resize_tensor_input(place, [batch, 28, 28, 1])
        interpreter.allocate_tensors()
    ready = to_input(np.random.default_rng(0).integers(0, 256, (batch, 28, 28), np.uint8))
    output = next(detail["index"] for detail in interpreter.get_output_details() if len(detail["shape"]) == 2)

    def call() -> np.ndarray:
        interpreter.set_tensor(place, ready)
        interpreter.invoke()
        answer: np.ndarray = interpreter.get_tensor(output)
        return answer

    return call
