"""Read characters, words and lines from picture files; say which model does it; measure how fast it is; start the page.

hcr read FILE_OR_FOLDER... [--json] [--top 5] [--only letters|digits|ABC123] [--no-context] [--out FILE.jsonl]
hcr info [--json]
hcr bench [--json]
hcr app

"-" is a picture on standard input. In a checkout that is not installed, `python -m hcr` is the same command. The model is
the bundled one, or what --model or HCR_MODEL names. Exit code: 2 where something given was wrong; whatever else was given
is read all the same.
"""

import argparse
import io
import json
import os
import sys
from pathlib import Path

import hcr
from hcr.alphabet import CLASS_COUNT, wanted
from hcr.errors import InputError
from hcr.model import bundle
from hcr.model.opening import open_model
from hcr.read_files import WRONG_INPUT, Output, read_all
from hcr.reading import Asked
from hcr.record import RECORD_VERSION

STOPPED = 130


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
                asked = Asked(None if arguments.only is None else wanted(arguments.only), arguments.context)
                output = Output(arguments.json, arguments.top, arguments.out)
                return read_all(arguments.paths, open_model(model), asked, output)
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
    reading = commands.add_parser("read", parents=[common, as_json], help="read what is written in each picture")
    reading.add_argument("paths", nargs="+", metavar="FILE_OR_FOLDER", help="- is standard input")
    reading.add_argument("--top", type=_top, default=5, metavar="N", help=f"guesses shown, 1 to {CLASS_COUNT} (default: 5)")
    reading.add_argument("--only", metavar="WHAT", help='"letters", "digits", or the characters that may be there: ABC123')
    reading.add_argument(
        "--no-context",
        dest="context",
        action="store_false",
        help="each character by its shape alone, whatever stands beside it",
    )
    reading.add_argument(
        "--out", type=Path, metavar="FILE.jsonl", help="records into a file, which is gone on with if it is there"
    )
    commands.add_parser("info", parents=[common, as_json], help="the model, where it comes from and how good it is")
    commands.add_parser("bench", parents=[common, as_json], help="speed and memory, each beside what it is measured against")
    commands.add_parser("app", parents=[common], help="start the page (needs the extra [app])")
    return parser


def _top(value: str) -> int:
    if not value.isdecimal() or not 1 <= int(value) <= CLASS_COUNT:
        raise argparse.ArgumentTypeError(f"{value} is no number of guesses; give one from 1 to {CLASS_COUNT}.")
    return int(value)


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
