"""The command `hcr read`: pictures by name -> a line each, in words or as JSON, on the terminal or kept in a file."""

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tqdm import tqdm

from hcr.batch import read_many
from hcr.errors import InputError
from hcr.model.classifier import Classifier
from hcr.picture.files import list_folder
from hcr.reading import Asked, Doubt, Reading
from hcr.record import describe

WRONG_INPUT = 2
STANDARD_INPUT = "-"


@dataclass(frozen=True)
class Output:
    """How answers are given. as_json: a record each, instead of words; top: guesses, 1 to 47; file: where the records are
    kept, None for the terminal."""

    as_json: bool = False
    top: int = 5
    file: Path | None = None


@dataclass(frozen=True)
class _Given:
    """One picture to read, under the name that it is shown by; or, with a `trouble`, what is wrong with it."""

    name: str
    source: Path | bytes = b""
    trouble: str | None = None


def read_all(paths: list[str], classifier: Classifier, asked: Asked, output: Output) -> int:
    """Read every file, in the order given (a folder's pictures by name); one line each, whatever is wrong with others.

    Answers go to standard output or the file; in words, what is wrong goes to standard error. A file that holds records
    already is gone on with: pictures that it names are not read again. Raises InputError where it cannot be.
    """
    done = _prepare(output.file) if output.file else set()
    every = list(_pictures(paths))
    given = [one for one in every if one.name not in done]
    readings = read_many((one.source for one in given if one.trouble is None), classifier, asked)
    quiet = not sys.stderr.isatty() or (output.file is None and sys.stdout.isatty())
    failed = 0
    for one in tqdm(given, "reading", unit=" pictures", disable=quiet):
        answer = InputError(one.trouble) if one.trouble is not None else next(readings)
        failed += isinstance(answer, InputError)
        _tell(one.name, answer, output)
    if output.file:
        before = f", {len(every) - len(given):,} were there before" if done else ""
        print(f"{output.file}: {len(given) - failed:,} pictures read, {failed:,} not{before}.", file=sys.stderr)
    return WRONG_INPUT if failed else 0


def _tell(name: str, answer: Reading | InputError, output: Output) -> None:
    error = str(answer) if isinstance(answer, InputError) else None
    reading = Reading(()) if isinstance(answer, InputError) else answer
    record = {"path": name} | describe(reading, output.top) | {"error": error}
    if output.file:
        with output.file.open("a", encoding="utf-8") as file:
            file.write(json.dumps(record) + "\n")  # as ASCII: a name may be no text at all
    elif output.as_json:
        coding = getattr(sys.stdout, "encoding", None) or "ascii"
        print(json.dumps(record, ensure_ascii=not coding.lower().startswith("utf")), flush=True)
    elif error is None:
        print(f"{_shown(name)}: {_in_words(reading, output.top)}", flush=True)
    else:
        print(f"{_shown(name)}: {error}", file=sys.stderr, flush=True)


def _prepare(file: Path) -> set[str]:
    """Which pictures a file of records names; a last line that a kill cut short is cut off. Raises InputError for another
    kind of file, and where it cannot be written."""
    try:
        with file.open("a+b") as stream:
            stream.seek(0)
            content = stream.read()
            whole = content[: content.rfind(b"\n") + 1]
            done = {str(json.loads(line)["path"]) for line in whole.splitlines()}
            stream.truncate(len(whole))
    except OSError as error:
        raise InputError(f"{file}: {error.strerror or error}. Give another --out.") from error
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise InputError(f"{file} holds something else than records of this command. Give another --out.") from error
    return done


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
    if len(reading.characters) > 1:
        unsure = sum(character.doubt in (Doubt.NO_CHARACTER, Doubt.UNCLEAR) for character in reading.characters)
        return " / ".join(reading.text.splitlines()) + (
            f"  ({unsure} of {len(reading.characters)} not sure)" if unsure else ""
        )
    prediction = reading.characters[0].prediction
    guesses = ", ".join(f"{name} {probability:.1%}" for name, probability in prediction.top(top))
    if not prediction.is_character:
        return f"not a character  (if it is one: {guesses})"
    return f"{reading.text}  ({guesses}){'' if prediction.known else '  not sure'}"
