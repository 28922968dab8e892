"""The Dataset Explorer's figures: python benchmarks/explorer.py [--data DIR] [--json]

Server time of a page of 48 pairs and of one image taken apart, and the memory that a data set takes: its own bytes, once.
Without --data on the generated stand-in.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import psutil

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from hcr.data import samples
from hcr.model import bundle
from hcr.model.classifier import Classifier
from hcr.report.orientations import look_at_eight, look_at_steps
from hcr.ui.explorer import html
from hcr.ui.explorer.address import ExplorerView, settle

REPEATS = 30
TARGET_MS = 150


def milliseconds(action: Callable[[int], object]) -> dict[str, float]:
    """Median and 99th percentile of `action`, called with 0, 1, 2, ..."""
    action(0)
    times = []
    for number in range(REPEATS):
        started = time.perf_counter()
        action(number)
        times.append(1000 * (time.perf_counter() - started))
    return {"p50": round(float(np.median(times)), 1), "p99": round(float(np.percentile(times, 99)), 1)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", help="folder, zip or Hub data set; default: the stand-in")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    classifier = Classifier(bundle.open_bundle(bundle.BUNDLED))
    process = psutil.Process()
    found = samples.start(options.data)
    before = process.memory_info().rss
    split = found.split(next((name for name in found.source.names if name.endswith("train")), None))
    memory = process.memory_info().rss - before

    def page(number: int) -> str:
        view, shown = settle(ExplorerView(size=48, seed=7, page=number + 1), split)
        return html.grid(split, shown, view)

    def one(number: int) -> str:
        image, label = split.images[number], int(split.labels[number])
        looks = look_at_steps(classifier, image, label), look_at_eight(classifier, image, label)
        return html.sample(html.Sample("A", number, *looks), "")

    result = {
        "images": len(split),
        "page of 48 pairs, ms": milliseconds(page),
        "page of 48 pairs, kB": round(len(page(0)) / 1000),
        "target, ms": TARGET_MS,
        "one image taken apart, ms": milliseconds(one),
        "pixels, MB": round(split.images.nbytes / 1e6, 1),
        "memory taken by reading them, MB": round(memory / 1e6, 1),
        "memory taken after all of this, MB": round((process.memory_info().rss - before) / 1e6, 1),
    }
    print(json.dumps(result) if options.json else "\n".join(f"{name}: {value}" for name, value in result.items()))


if __name__ == "__main__":
    main()
