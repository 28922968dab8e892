"""A visitor's picture is decoded in a process of its own, which ends where that takes longer than any honest picture does.

Pixels and bytes bound no time: 64 MB of empty PNG chunks, of JPEG comments or of a JPEG's fill bytes keep Pillow's own
loops busy for 15 to 25 s, and one scan after the other of a progressive JPEG for as long as somebody likes.

python -m hcr.ui.server.apart      a question a line on stdin -> what was seen a line on stdout; only `Eyes` calls this
"""

import base64
import io
import json
import queue
import signal
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass, fields
from functools import partial
from pathlib import Path
from typing import Any, TextIO

import numpy as np

from hcr.assets import PACKAGE_PARENT
from hcr.errors import InputError
from hcr.image import SIDE
from hcr.line.spans import Span
from hcr.model.apart import bare_environment
from hcr.picture.decoding import decode
from hcr.picture.opening import open_picture
from hcr.picture.small import small
from hcr.reading import Box, Seen, SeenLine, see

CPU_SECONDS = 5  # for one picture; 64 megapixels of RGBA in a PNG take 1.8, 12 of pure noise in JPEG 2000 would take 11
WALL_SECONDS = 30  # likewise, on a machine that is busy with other things
MEMORY = 1 << 30  # bytes of data; a picture takes at most 300 MB
PROCESSES = 2
QUALITY = 80  # of a small picture's JPEG, which takes at most 1 MB, of pure noise in PREVIEW
THUMBNAIL = 96, 64  # pixels at most
PREVIEW = 1200, 1200  # likewise; the page shows a picture at most so large, on a fine screen
WAITING_SECONDS = 20  # for one of them
BUSY = "Too many pictures are being read just now. Try again in a moment."
GIVEN_UP = (
    f"The picture was given up: decoding it takes more than {CPU_SECONDS} seconds, or breaks its decoder. Save it anew as "
    "PNG or JPEG, or make it smaller, and retry."
)


@dataclass(frozen=True)
class Look:
    """seen: as `hcr.reading.see` gives it; shown: where it is asked for, the picture made small, as an address that holds
    it, "data:image/jpeg;base64,..."; size: width and height of the whole one."""

    seen: Seen | None
    shown: str = ""
    size: tuple[int, int] = (0, 0)


class Eyes:
    """Looks at pictures, PROCESSES at a time. They end with the program, or with `close`."""

    def __init__(self) -> None:
        self._free: queue.LifoQueue[_Eye] = queue.LifoQueue()  # the one that is started already comes first
        for _ in range(PROCESSES):
            self._free.put(_Eye())

    def start(self) -> None:
        """Begin to start a process, so that the first picture need not wait for it."""
        eye = self._free.get()
        eye.start()
        self._free.put(eye)

    def close(self) -> None:
        """End the processes; the next picture would start one again."""
        for eye in self._free.queue:
            eye.end()

    def see(self, picture: Path) -> Seen | None:
        """As `hcr.reading.see`, for a file. Raises InputError also for what takes too long, and where too many wait."""
        return self.look(picture).seen

    def look(self, picture: Path, within: tuple[int, int] | None = None) -> Look:
        """The same, and the picture made small, where its width and height are asked for. Raises InputError as `see`."""
        try:
            eye = self._free.get(timeout=WAITING_SECONDS)
        except queue.Empty as error:
            raise InputError(BUSY) from error
        try:
            return eye.look(picture, within)
        finally:
            self._free.put(eye)


class _Eye:
    """One process, started when it is needed, and again after it was stopped."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> subprocess.Popen[str]:
        if self._process is not None and self._process.poll() is not None:
            self.end()
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "hcr.ui.server.apart"],
                cwd=PACKAGE_PARENT,
                env=bare_environment(tempfile.gettempdir()),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                encoding="utf-8",
            )
        return self._process

    def end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def look(self, picture: Path, within: tuple[int, int] | None) -> Look:
        process = self.start()
        assert process.stdin is not None
        assert process.stdout is not None
        watch = threading.Timer(WALL_SECONDS, process.kill)
        watch.start()
        try:
            process.stdin.write(json.dumps([str(picture), within]) + "\n")
            process.stdin.flush()
            line = process.stdout.readline()
        except OSError:  # the process has gone away
            line = ""
        finally:
            watch.cancel()
        if not line.endswith("\n"):
            self.end()
            raise InputError(GIVEN_UP)
        return _understood(json.loads(line))


def _understood(answer: dict[str, Any]) -> Look:
    if "error" in answer:
        raise InputError(answer["error"])
    seen = _seen(answer["seen"]) if answer["seen"] else None
    if not answer["shown"]:
        return Look(seen)
    data = base64.b64encode(base64.b64decode(answer["shown"])).decode()  # nothing but base64, whoever wrote it
    width, height = answer["size"]
    return Look(seen, f"data:image/jpeg;base64,{data}", (int(width), int(height)))


def _seen(answer: dict[str, Any]) -> Seen:
    lines = tuple(_line(line) for line in answer["lines"])
    return Seen(_box(answer["box"]), _images(answer["image"])[0], answer["strokes"], lambda: lines, answer["scale"])


def _line(told: dict[str, Any]) -> SeenLine:
    images = _images(told["images"])
    numbers: list[dict[str, Any]] = [
        {name: tuple(value) if isinstance(value, list) else value for name, value in one.items()}  # JSON knows no tuple
        for one in told["spans"]
    ]
    spans = [Span(**one, draw=partial(np.asarray, image)) for one, image in zip(numbers, images, strict=True)]
    return SeenLine(tuple(spans), tuple(told["groups"]), told["height"], told["slope"])


def _box(numbers: list[int]) -> Box:
    x, y, width, height = numbers
    return x, y, width, height


def _images(told: str) -> np.ndarray:
    return np.frombuffer(base64.b64decode(told), np.uint8).reshape(-1, SIDE, SIDE)


def _look(picture: str, within: tuple[int, int] | None) -> dict[str, Any]:
    """JSON, no pickle: whoever breaks a decoder speaks for this process from then on."""
    told: dict[str, Any] = {"shown": ""}
    try:
        decoded = decode(picture)
        if within is not None:
            shown, stream = small(decoded, within), io.BytesIO()
            shown.picture.save(stream, "JPEG", quality=QUALITY)
            told = {"shown": base64.b64encode(stream.getvalue()).decode(), "size": shown.size}
        gray = open_picture(decoded)
        del decoded  # a large picture's colours are not kept meanwhile
        found = see(gray)
    except InputError as error:
        return {"error": str(error)}
    return told | {"seen": None if found is None else _told_of(found)}


def _told_of(found: Seen) -> dict[str, Any]:
    return {
        "box": found.box,
        "image": _packed([found.image]),
        "strokes": int(found.strokes),
        "lines": [_told(line) for line in found.lines()],
        "scale": float(found.scale),
    }


def _told(line: SeenLine) -> dict[str, Any]:
    names = [field.name for field in fields(Span) if field.name != "draw"]
    numbers = [{name: _plain(getattr(span, name)) for name in names} for span in line.spans]
    parts = {"groups": line.groups, "spans": numbers, "images": _packed([span.image for span in line.spans])}
    return {"height": float(line.height), "slope": float(line.slope), **parts}


def _packed(images: list[np.ndarray]) -> str:
    return base64.b64encode(b"".join(image.tobytes() for image in images)).decode()


def _plain(value: object) -> object:
    """NumPy's numbers as Python's."""
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return value.item() if isinstance(value, np.generic) else value


def _serve(questions: TextIO, answers: TextIO) -> None:
    """Answer until the questions end."""
    for line in questions:
        _limit_time(CPU_SECONDS)
        answer = _look(*json.loads(line))
        _limit_time(0)
        print(json.dumps(answer), file=answers, flush=True)


def _limit_time(seconds: int) -> None:
    """End this process after so many more seconds of its CPU time, wherever it is then, in a decoder's C code too; 0 for
    no limit. Where the system knows no such timer (Windows), only the parent's watch remains."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_PROF, seconds)


def _limit_memory() -> None:
    try:
        import resource
    except ImportError:  # Windows
        return
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    _limit_memory()
    _serve(sys.stdin, sys.stdout)
