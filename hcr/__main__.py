"""Read characters from picture files; say which model does it; measure how fast it is.

python -m hcr read FILE_OR_DIR... [--json] [--top 5]
python -m hcr info [--json]
python -m hcr bench [--json]

The model is the bundled one, or what HCR_MODEL or --model names.
"""

import argparse
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from hcr.errors import InputError
from hcr.model import bundle, serving
from hcr.model.classifier import Classifier
from hcr.reading import Reading, describe, read

PICTURES = {".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".ppm", ".pgm", ".avif"}
WRONG_INPUT = 2


def main() -> int:
    """Run the command line; returns its exit code: 2 where something given was wrong."""
    parser = argparse.ArgumentParser(
        prog="python -m hcr", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--model", help="a bundle's folder or a Hub repo, USER/NAME[@REVISION] (default: HCR_MODEL)")
    commands = parser.add_subparsers(dest="command", required=True)
    reading = commands.add_parser("read", help="read the character in each picture")
    reading.add_argument("paths", nargs="+", type=Path, metavar="FILE_OR_DIR")
    reading.add_argument("--json", action="store_true", help="one JSON object a line")
    reading.add_argument("--top", type=int, default=5, choices=range(1, 48), metavar="N", help="guesses shown (default: 5)")
    info = commands.add_parser("info", help="the model, where it comes from and how good it is")
    info.add_argument("--json", action="store_true")
    bench = commands.add_parser("bench", help="speed and memory, each beside what it is measured against")
    bench.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    try:
        if arguments.command == "bench":
            from hcr import bench as benchmark

            return benchmark.run(arguments.json)
        served = serving.start(arguments.model or os.environ.get("HCR_MODEL")).wait()
        if arguments.command == "info":
            return show_info(served, arguments.json)
        return read_all(arguments.paths, served.classifier, arguments.json, arguments.top)
    except InputError as error:
        print(error, file=sys.stderr)
        return WRONG_INPUT
    except BrokenPipeError:
        sys.stdout = None
        return 0


def read_all(paths: list[Path], classifier: Classifier, as_json: bool, top: int) -> int:
    """Read every file, in the order given (a folder's pictures by name); one line each, whatever is wrong with others."""
    failed = False
    for path in _files(paths):
        try:
            reading, error = read(path, classifier), None
        except InputError as problem:
            reading, error = Reading(()), str(problem)
            failed = True
        if as_json:
            line = json.dumps({"path": str(path)} | describe(reading, top) | {"error": error}, ensure_ascii=False)
        else:
            line = f"{path}: {error or _in_words(reading, top)}"
        print(line, flush=True)
    return WRONG_INPUT if failed else 0


def show_info(served: serving.Serving, as_json: bool) -> int:
    """Print what is known of the model."""
    opened = served.classifier.bundle
    metrics_file = opened.folder / bundle.METRICS_FILE
    facts = {
        "model": opened.name,
        "served": served.note,
        "folder": str(opened.folder),
        "revision": opened.revision,
        "classes": opened.config.classes,
        "temperature": opened.config.temperature,
        "abstain_threshold": opened.config.abstain_threshold,
        "data": opened.config.data,
        "versions": opened.config.versions,
        "metrics": opened.config.metrics,
        "report": str(metrics_file) if metrics_file.is_file() else None,
    }
    if as_json:
        print(json.dumps(facts, ensure_ascii=False))
    else:
        for name, value in facts.items():
            inner = "; ".join(f"{key}: {item}" for key, item in value.items()) if isinstance(value, dict) else value
            print(f"{name.replace('_', ' '):18} {inner}")
    return 0


def _files(paths: list[Path]) -> Iterator[Path]:
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        found = sorted(file for file in path.rglob("*") if file.suffix.lower() in PICTURES)
        if not found:
            raise InputError(f"{path}: no pictures in this folder ({', '.join(sorted(PICTURES))}).")
        yield from found


def _in_words(reading: Reading, top: int) -> str:
    if not reading.characters:
        return "nothing drawn"
    prediction = reading.characters[0].prediction
    guesses = ", ".join(f"{name} {probability:.1%}" for name, probability in prediction.top(top))
    return f"{reading.text}  ({guesses}){'' if prediction.known else '  not sure'}"


if __name__ == "__main__":
    sys.exit(main())
