"""kill -9 at random moments of fit, export, evaluate and publish: no half file, and the same command again ends where an
unbroken one does.

python tests/kill.py [--moments 50] [--seed 0]

Every second moment is a random time, the others lie just behind a random change of the command's files or request to the
Hub, where a kill can do harm. Generated characters, `smoke`, the real client, a loopback Hub. The last line is the verdict.
"""

import argparse
import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from ai_edge_litert.interpreter import Interpreter
from tqdm import tqdm

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from hcr.data.generated import standin
from hcr.model import bundle
from hcr.report.predictions import read_predictions
from tests.emnist_files import idx_files, write
from tests.integration.servers.loopback_hub import Hub, serve
from training.data import used

SHARE = {"publish": 0.4, "evaluate": 0.28, "export": 0.24, "fit": 0.08}  # of the moments; a fit takes longest
STEP = 0.001  # seconds between two looks at what a command does
BEHIND = 0.02  # seconds behind a change, at most
REPO = "me/model"


@dataclass(frozen=True)
class Command:
    """name: of `python -m training`; out: the folder that it works in."""

    name: str
    arguments: tuple[str, ...]
    environment: dict[str, str]
    out: Path
    hub: Hub

    def signs(self) -> object:
        """Changes whenever the command has done something that others can see."""
        if self.name == "publish":
            return len(self.hub.requests)
        with suppress(FileNotFoundError):  # renamed meanwhile
            files = sorted(self.out.rglob("*"))
            return [(file.name, file.stat().st_size, file.stat().st_mtime_ns) for file in files]
        return self.signs()

    def state(self) -> dict[str, Any]:
        """What it leaves when it is done, to be the same after a killed run and its repetition."""
        if self.name == "publish":
            return published(self.hub)
        left = sorted(file.name for pattern in ("*.part", "*.tmp", "fresh*") for file in self.out.rglob(pattern))
        found: dict[str, Any] = {"model": bundle.sha256(self.out / bundle.MODEL_FILE), "left": left}
        found["temperature"] = bundle.open_bundle(self.out).config.temperature
        if self.name == "evaluate":
            metrics = json.loads((self.out / bundle.METRICS_FILE).read_text("utf-8"))
            found["metrics"] = {name: value for name, value in metrics.items() if name != "date"}
            found["answers"] = read_predictions(self.out / bundle.PREDICTIONS_FILE, found["model"]).probabilities.tobytes()
        return found


@dataclass(frozen=True)
class Unbroken:
    """How a command runs when nobody kills it. signs: how often its signs changed."""

    seconds: float
    signs: int
    state: dict[str, Any]


@dataclass(frozen=True)
class Moment:
    """When to kill: after so many seconds, or so many seconds behind a change of the signs."""

    seconds: float
    behind: int | None = None

    def __str__(self) -> str:
        return f"{self.seconds:.2f} s" if self.behind is None else f"change {self.behind} and {1000 * self.seconds:.0f} ms"


def run(command: Command, moment: Moment | None = None) -> tuple[bool, float, int]:
    """Run a command, in a session of its own so that its children die with it, and kill it at the moment, if that comes.
    Whether it was killed, after how many seconds and how many changes."""
    line = [sys.executable, "-m", "training", *command.arguments]
    with tempfile.TemporaryFile() as said:
        begin, changes, seen = time.monotonic(), 0, command.signs()
        due = begin + moment.seconds if moment and moment.behind is None else None
        environment = os.environ | command.environment
        process = subprocess.Popen(line, cwd=ROOT, env=environment, stdout=said, stderr=said, start_new_session=True)
        while process.poll() is None:
            if (now := command.signs()) != seen:
                changes, seen = changes + 1, now
                if moment and changes == moment.behind:
                    due = time.monotonic() + moment.seconds
            if due and time.monotonic() >= due:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
                return True, time.monotonic() - begin, changes
            time.sleep(STEP)
        said.seek(0)
        if process.returncode:
            raise AssertionError(f"{' '.join(command.arguments)}: {process.returncode}\n{said.read().decode()}")
    return False, time.monotonic() - begin, changes


def published(hub: Hub) -> dict[str, Any]:
    """The repo on the Hub: its files, its commits (the Hub's own first one and ours), its tags' places among them."""
    if ("model", REPO) not in hub.repos:
        return {}
    repo = hub.repos["model", REPO]
    commits = [commit.oid for commit in repo.commits]
    files = {name: hashlib.sha256(content).hexdigest() for name, content in hub.files(REPO).items()}
    return {"files": files, "commits": len(commits), "tags": {tag: commits.index(at) for tag, at in repo.tags.items()}}


def halves(command: Command, whole: dict[str, Any]) -> list[str]:
    """What a killed command left that is neither absent nor whole. whole: the state that it would have ended in."""
    if command.name == "publish":
        found = published(command.hub)
        return [] if not found or found["commits"] == 1 or found["files"] == whole["files"] else ["the repo"]
    broken = []
    for pattern, read in READERS.items():
        for file in command.out.glob(pattern):
            try:
                assert read(file) is not False
            except Exception as error:
                broken.append(f"{file.name} ({type(error).__name__}: {error})")
    return broken


# how each file is read that a bundle's folder has under its final name
JSON_FILES = (bundle.CONFIG_FILE, bundle.METRICS_FILE, "training/checkpoint.json")
READERS: dict[str, Callable[[Path], object]] = dict.fromkeys(JSON_FILES, lambda file: json.loads(file.read_bytes())) | {
    "training/epoch-*.weights.h5": lambda file: h5py.File(file).close(),
    used.IMAGES_FILE: np.load,
    bundle.PREDICTIONS_FILE: read_predictions,
    bundle.KERAS_FILE: lambda file: zipfile.ZipFile(file).testzip() is None,
    bundle.MODEL_FILE: lambda file: Interpreter(str(file)).allocate_tensors(),
}


class Place:
    """The data, and what each command begins from: the folder that the commands before it have made."""

    def __init__(self, folder: Path) -> None:
        train, test = standin.generate(40, 1), standin.generate(10, 2, "balanced-test")
        self.data = write(folder / "data", idx_files(train) | idx_files(test))
        self.out, self._kept = folder / "out", folder / "kept"
        self._environment = {"HF_HOME": str(folder / "cache"), "TMPDIR": str(folder)}

    def keep(self, name: str) -> None:
        shutil.copytree(self.out, self._kept / name)
        if name == "export":
            (self._kept / name / bundle.MODEL_FILE).unlink()

    def begin(self, name: str, hub: Hub) -> Command:
        """A command, with its folder as it has to find it."""
        shutil.rmtree(self.out, ignore_errors=True)
        if name != "fit":
            shutil.copytree(self._kept / name, self.out)
        arguments = {
            "fit": ("--data", str(self.data), "--recipe", "smoke", "--out", str(self.out)),
            "export": (str(self.out),),
            "evaluate": ("--data", str(self.data), "--model", str(self.out)),
            "publish": (str(self.out), "--repo", REPO, "--tag", "v1"),
        }[name]
        return Command(name, (name, *arguments), self._environment | hub.environment(), self.out, hub)


def unbroken(place: Place) -> dict[str, Unbroken]:
    """Run every command to its end, once to fill the machine's caches and once to be measured."""
    found = {}
    for name, then in (("fit", ("export", "evaluate")), ("export", ()), ("evaluate", ("publish",)), ("publish", ())):
        for _ in range(1 if name == "fit" else 2):
            with serve() as hub:
                command = place.begin(name, hub)
                _, seconds, signs = run(command)
                found[name] = Unbroken(seconds, signs, command.state())
        for later in then:
            place.keep(later)
    return found


def try_once(place: Place, name: str, known: Unbroken, when: Moment) -> tuple[float, list[str]]:
    """Kill a command and run it again. After how many seconds it ended by itself, 0 for never; and what was wrong."""
    with serve() as hub:
        command = place.begin(name, hub)
        killed, seconds, _ = run(command, when)
        if not killed:
            return seconds, []
        wrong = [f"{name} killed at {when} left a half file: {half}" for half in halves(command, known.state)]
        run(command)
        ended = command.state()
    differ = sorted(key for key in ended | known.state if ended.get(key) != known.state.get(key))
    return 0, wrong + ([f"{name} killed at {when} ended elsewhere the second time: {differ}"] if differ else [])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--moments", type=int, default=50)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    ThreadingHTTPServer.handle_error = lambda *_: None  # a killed client is no news
    chance, wrong, late = random.Random(arguments.seed), [], 0
    wanted = {name: round(share * arguments.moments) for name, share in SHARE.items()}
    killed = dict.fromkeys(wanted, 0)
    with tempfile.TemporaryDirectory() as folder, tqdm(total=sum(wanted.values()), unit=" moments") as bar:
        place = Place(Path(folder))
        known = unbroken(place)
        for name, count in wanted.items():
            bar.write(f"{name}: {known[name].seconds:.1f} s and {known[name].signs} changes unbroken, {count} kills")
            while killed[name] < count:
                when = Moment(chance.uniform(0.1, known[name].seconds))
                if killed[name] % 2:
                    when = Moment(chance.uniform(0, BEHIND), chance.randint(1, known[name].signs))
                ended, found = try_once(place, name, known[name], when)
                if ended:  # sooner than the unbroken one did: the machine has less to do now
                    known[name] = replace(known[name], seconds=min(ended, known[name].seconds))
                late, wrong = late + bool(ended), wrong + found
                killed[name] += not ended
                bar.update(not ended)
    print(*wrong, f"{sum(killed.values())} commands killed, {late} more had ended before: {killed}", sep="\n")
    print(f"{'HARM DONE' if wrong else 'HELD'}: {len(wrong)} half files or repetitions that ended elsewhere")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
