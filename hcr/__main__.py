"""Read characters from picture files; say which model does it; measure how fast it is; start the page.

hcr read FILE_OR_FOLDER... [--json] [--top 5]     - reads a picture from standard input
hcr info [--json]
hcr bench [--json]
hcr app

In a checkout that is not installed, `python -m hcr` is the same command. The model is the bundled one, or what --model or
HCR_MODEL names. Exit code: 2 where something given was wrong; whatever else was given is read all the same.
"""

import argparse
import io
import json
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import hcr
from hcr.alphabet import CLASS_COUNT
from hcr.errors import InputError
from hcr.model import bundle
from hcr.model.classifier import Classifier
from hcr.model.opening import open_model
from hcr.picture.files import list_folder
from hcr.reading import RECORD_VERSION, Reading, describe, read

WRONG_INPUT, STOPPED = 2, 130
STANDARD_INPUT = "-"


def main() -> int:
    """Run the command line; returns its exit code: 2 where something given was wrong."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a letter that the terminal's coding lacks is written as \u5b57
            stream.reconfigure(errors="backslashreplace")
    arguments = _parser().parse_args()
    model = arguments.model or os.environ.get("HCR_MODEL") or None
    try:
        match arguments.command:
            case "read":
                return read_all(arguments.paths, open_model(model), arguments.json, arguments.top)
            case "info":
                return show_info(model, arguments.json)
            case "app":
                return start_app(model)
            case _:
                return measure(arguments.model, arguments.json)
    except InputError as error:
        print(error, file=sys.stderr)
        return WRONG_INPUT
    except BrokenPipeError:
        sys.stdout = None
        return 0
    except KeyboardInterrupt:
        return STOPPED


def _parser() -> argparse.ArgumentParser:
    name = "python -m hcr" if sys.argv[0].endswith("__main__.py") else "hcr"
    parser = argparse.ArgumentParser(
        prog=name, description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False
    )
    about_model = "a bundle's folder or a Hub repo, USER/NAME[@REVISION] (default: HCR_MODEL, or the bundled model)"
    parser.add_argument("--model", help=about_model)
    parser.add_argument("--version", action="version", version=hcr.__version__)
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--model", help=about_model, default=argparse.SUPPRESS)  # keeps what stood before the command
    as_json = argparse.ArgumentParser(add_help=False)
    as_json.add_argument("--json", action="store_true", help="JSON instead of words")
    commands = parser.add_subparsers(dest="command", required=True)
    reading = commands.add_parser("read", parents=[common, as_json], help="read the character in each picture")
    reading.add_argument("paths", nargs="+", metavar="FILE_OR_FOLDER", help="- is standard input")
    reading.add_argument("--top", type=_top, default=5, metavar="N", help=f"guesses shown, 1 to {CLASS_COUNT} (default: 5)")
    commands.add_parser("info", parents=[common, as_json], help="the model, where it comes from and how good it is")
    commands.add_parser("bench", parents=[common, as_json], help="speed and memory, each beside what it is measured against")
    commands.add_parser("app", parents=[common], help="start the page (needs the extra [app])")
    return parser


def _top(value: str) -> int:
    if not value.isdecimal() or not 1 <= int(value) <= CLASS_COUNT:
        raise argparse.ArgumentTypeError(f"{value} is no number of guesses; give one from 1 to {CLASS_COUNT}.")
    return int(value)


@dataclass(frozen=True)
class _Given:
    """One picture to read, under the name that it is shown by; or, with a `trouble`, what is wrong with it."""

    name: str
    source: Path | bytes = b""
    trouble: str | None = None


def read_all(paths: list[str], classifier: Classifier, as_json: bool, top: int) -> int:
    """Read every file, in the order given (a folder's pictures by name); one line each, whatever is wrong with others.

    Answers go to standard output; in words, what is wrong goes to standard error.
    """
    failed = False
    coding = getattr(sys.stdout, "encoding", None) or "ascii"
    for given in _pictures(paths):
        reading, error = Reading(()), given.trouble
        if error is None:
            try:
                reading = read(given.source, classifier)
            except InputError as problem:
                error = str(problem)
        failed = failed or error is not None
        if as_json:
            record = {"path": given.name} | describe(reading, top) | {"error": error}
            print(json.dumps(record, ensure_ascii=not coding.lower().startswith("utf")), flush=True)
        elif error is None:
            print(f"{_shown(given.name)}: {_in_words(reading, top)}", flush=True)
        else:
            print(f"{_shown(given.name)}: {error}", file=sys.stderr, flush=True)
    return WRONG_INPUT if failed else 0


def _pictures(paths: list[str]) -> Iterator[_Given]:
    """What is to be read, each picture in the order given; what cannot be read is among it, with the reason."""
    for path in paths:
        if path == STANDARD_INPUT:
            yield _standard_input()
        elif Path(path).is_dir():
            yield from _in_folder(Path(path))
        else:
            yield _Given(path, Path(path))


def _standard_input() -> _Given:
    if sys.stdin is None or sys.stdin.isatty():
        return _Given(STANDARD_INPUT, trouble="There is no picture on standard input. Pipe one in: hcr read - < letter.png")
    return _Given(STANDARD_INPUT, sys.stdin.buffer.read())


def _in_folder(folder: Path) -> Iterator[_Given]:
    found = list_folder(folder)
    count = sum(found.others.values())
    kinds = ", ".join(sorted(suffix or "no suffix" for suffix in found.others))
    if not found.pictures and not found.troubles:
        yield _Given(
            str(folder), trouble=f"no pictures in this folder{f' ({count} other files: {kinds})' if count else ''}."
        )
    elif count:
        print(f"{_shown(str(folder))}: {count} other files left out ({_shown(kinds)}).", file=sys.stderr)
    yield from (_Given(str(path), trouble=reason) for path, reason in found.troubles)
    yield from (_Given(str(path), path) for path in found.pictures)


def _shown(name: str) -> str:
    """A file's name on one line: what cannot be printed (a line's end, bytes that are no UTF-8) as escapes."""
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in name)


def _in_words(reading: Reading, top: int) -> str:
    if not reading.characters:
        return "nothing drawn"
    prediction = reading.characters[0].prediction
    guesses = ", ".join(f"{name} {probability:.1%}" for name, probability in prediction.top(top))
    if not prediction.is_character:
        return f"not one character  (if it is one: {guesses})"
    return f"{reading.text}  ({guesses}){'' if prediction.known else '  not sure'}"


def show_info(model: str | None, as_json: bool) -> int:
    """Print what is known of the model, and the program's version. Raises InputError where it cannot be opened."""
    opened = open_model(model).bundle
    metrics_file = opened.folder / bundle.METRICS_FILE
    facts = {
        "version": hcr.__version__,
        "record": RECORD_VERSION,
        "model": opened.name,
        "served": f"{opened.origin}, asked for by name." if model else "The model that comes with this program.",
        "folder": str(opened.folder),
        "revision": opened.revision,
        "classes": opened.config.classes,
        "temperature": opened.config.temperature,
        "abstain_threshold": opened.config.abstain_threshold,
        "character_threshold": opened.config.character_threshold,
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


def measure(model: str | None, as_json: bool) -> int:
    """Measure speed and memory; 1 where a promise is broken. Raises InputError where another model is asked for."""
    if model:
        raise InputError("bench measures the model that comes with the program; leave --model out.")
    from hcr import bench

    return bench.run(as_json)


def start_app(model: str | None) -> int:
    """Serve the page until the process is stopped. Raises InputError where Gradio is not installed."""
    try:
        from hcr.ui.app import build, launch
        from hcr.ui.context import prepare
    except ModuleNotFoundError as error:
        raise InputError(f"The page needs {error.name}, which is not installed: install the extra [app].") from error
    context = prepare(model, os.environ.get("HCR_DATASET"))
    launch(build(context), context)
    return 0


if __name__ == "__main__":
    sys.exit(main())
