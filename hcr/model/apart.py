"""A model that somebody else made, run in a process of its own: bounded in time, memory and what it may write, and without
this process's environment, where tokens are.

python -m hcr.model.apart FOLDER NAME      images on stdin -> logits on stdout; only `Apart` calls this
"""

import os
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

import numpy as np

from hcr.alphabet import CLASS_COUNT
from hcr.assets import PACKAGE_PARENT
from hcr.errors import InputError
from hcr.image import SIDE
from hcr.model import bundle
from hcr.model.bundle import Bundle
from hcr.model.classifier import Classifier

ANSWER_SECONDS = 60  # for one call of `logits`, the first with the start; the bundled model needs 0.6 s for 512 images
CPU_SECONDS = 600  # for all of them
MEMORY = 1 << 30  # bytes of data; the bundled model's process has 0.08 GB
LARGEST_FILE = 1 << 20  # bytes; the process writes none but its errors
KEPT_VARIABLES = ("PATH", "LD_LIBRARY_PATH", "PYTHONPATH", "LANG", "LC_ALL", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT")
WRONG_MODEL = 2  # exit code of a process whose last words are a sentence


class Apart:
    """The model of a bundle in a process of its own; a context manager, which ends that process.

    Every method raises InputError where the model is no LiteRT model, fails, or takes more than it may.
    """

    def __init__(self, opened: Bundle) -> None:
        self.bundle = opened
        self._folder = tempfile.TemporaryDirectory()
        self._errors = Path(self._folder.name) / "errors"
        command = [sys.executable, "-m", "hcr.model.apart", str(opened.folder.resolve()), opened.origin]
        with self._errors.open("wb") as errors:
            self._process = subprocess.Popen(
                command,
                cwd=PACKAGE_PARENT,
                env=bare_environment(self._folder.name),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._process.kill()
        self._process.communicate()
        self._folder.cleanup()

    def logits(self, images: np.ndarray) -> np.ndarray:
        """Upright uint8 (n, 28, 28) -> float32 (n, 47), not calibrated."""
        wanted = 4 * CLASS_COUNT * len(images)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        watch = threading.Timer(ANSWER_SECONDS, self._process.kill)
        watch.start()
        try:
            self._process.stdin.write(len(images).to_bytes(4, "little") + np.ascontiguousarray(images).tobytes())
            self._process.stdin.flush()
            answer = self._process.stdout.read(wanted)
        except OSError:  # the process has gone away
            answer = b""
        finally:
            watch.cancel()
        if len(answer) < wanted:
            raise InputError(self._last_words())
        logits = np.frombuffer(answer, np.float32).reshape(len(images), CLASS_COUNT)
        if not np.isfinite(logits).all():
            raise InputError(f"{self.bundle.origin}: the model answers with values that are no numbers.")
        return logits

    def _last_words(self) -> str:
        """Why the process ended, in a sentence."""
        try:
            code = self._process.wait(10)
        except subprocess.TimeoutExpired:  # it closed its end and went on
            self._process.kill()
            code = self._process.wait()
        if code == WRONG_MODEL:
            said = self._errors.read_text(encoding="utf-8", errors="replace").strip().splitlines()
            if said:
                return said[-1]
        return (
            f"{self.bundle.origin}: the model was stopped. It failed, or took more than {ANSWER_SECONDS} seconds for "
            f"{SIDE}x{SIDE} images, or more than {MEMORY >> 20} MB of memory."
        )


def bare_environment(home: str) -> dict[str, str]:
    """The variables of a process that runs what others made: what Python needs to start, and an empty home."""
    kept = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
    one_thread = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"), "1")
    return kept | one_thread | {"HOME": home, "PYTHONIOENCODING": "utf-8"}


def limit_this_process(memory: int, cpu_seconds: int, largest_file: int) -> None:
    """Bound what this process may take from now on: bytes of memory, seconds, bytes of a file; no core dump. Where the
    system knows no such limits (Windows), only the parent's watch remains."""
    try:
        import resource
    except ImportError:
        return
    wanted = {
        resource.RLIMIT_DATA: memory,
        resource.RLIMIT_CPU: cpu_seconds,
        resource.RLIMIT_FSIZE: largest_file,
        resource.RLIMIT_CORE: 0,
    }
    for kind, value in wanted.items():
        _, hard = resource.getrlimit(kind)
        lower = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (lower, lower))


def _serve(folder: Path, name: str, questions: BinaryIO, answers: BinaryIO) -> None:
    """Answer until the questions end."""
    classifier = Classifier(bundle.open_bundle(folder, name))
    while len(head := questions.read(4)) == 4:
        count = int.from_bytes(head, "little")
        images = np.frombuffer(questions.read(count * SIDE * SIDE), np.uint8).reshape(count, SIDE, SIDE)
        answers.write(np.ascontiguousarray(classifier.logits(images), np.float32).tobytes())
        answers.flush()


if __name__ == "__main__":
    limit_this_process(MEMORY, CPU_SECONDS, LARGEST_FILE)
    stdout = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what the runtime prints is no answer
    try:
        _serve(Path(sys.argv[1]), sys.argv[2], sys.stdin.buffer, stdout)
    except InputError as fault:
        print(str(fault).replace("\n", " "), file=sys.stderr)
        sys.exit(WRONG_MODEL)
