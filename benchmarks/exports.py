"""The same network as float32, float16 and int8: size, accuracy, and the time of one image on one thread, side by side.

KERAS_BACKEND=tensorflow python benchmarks/exports.py BUNDLE --emnist DIR    BUNDLE: with model.keras and config.json

Accuracy on the 4,700 validation images, by which the one that is served was chosen; int8's ranges are of 500 train images.
"""

import argparse
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from hcr.image import to_input
from hcr.model import bundle
from hcr.model.classifier import Classifier
from hcr.model.keras_model import Precision, open_safely, to_litert
from training.data.prepare import prepare

CALLS = 400


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("bundle", type=Path)
    parser.add_argument("--emnist", required=True)
    arguments = parser.parse_args()
    data = prepare(arguments.emnist)
    config = replace(bundle.read_config(arguments.bundle), sha256={})
    model = open_safely(arguments.bundle / bundle.KERAS_FILE)
    some = to_input(data.images[np.random.default_rng(0).permutation(len(data.images))[:500]])
    print(f"{'weights':10} {'MB':>6} {'validation':>11} {'same answer':>12} {'ms, one image':>14}")
    first: np.ndarray | None = None
    readers: dict[Precision, Classifier] = {}
    with tempfile.TemporaryDirectory() as out:
        for precision in Precision:
            folder = Path(out) / precision.value
            folder.mkdir()
            to_litert(model, folder / bundle.MODEL_FILE, precision, some)
            bundle.write_config(folder, config)
            readers[precision] = Classifier(bundle.open_bundle(folder))
        times = _side_by_side(readers, data.validation_images[:CALLS])
        for precision, reader in readers.items():
            guesses = reader.logits(data.validation_images).argmax(1)
            first = guesses if first is None else first
            right, same = (guesses == data.validation_labels).mean(), (guesses == first).mean()
            size = (Path(out) / precision.value / bundle.MODEL_FILE).stat().st_size / 1e6
            print(f"{precision.value:10} {size:6.2f} {right:11.2%} {same:12.2%} {1e3 * np.median(times[precision]):14.2f}")
    return 0


def _side_by_side(readers: dict[Precision, Classifier], images: np.ndarray) -> dict[Precision, list[float]]:
    """Seconds for each image, reader by reader in turn, so that whatever else the machine does meets all alike."""
    times: dict[Precision, list[float]] = {precision: [] for precision in readers}
    for image, (precision, reader) in ((image, one) for image in images for one in readers.items()):
        start = time.perf_counter()
        reader.logits(image[None])
        times[precision].append(time.perf_counter() - start)
    return times


if __name__ == "__main__":
    sys.exit(main())
