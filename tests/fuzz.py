"""Fuzzing of everything that comes from outside: nothing but InputError comes out of it, in bounded time and memory.

python tests/fuzz.py [--engine atheris|hypothesis] [--target NAME] [--seconds 600] [--memory 300]

Each target runs in a process of its own: with Atheris (pip install atheris; Linux), which looks for new branches, or with
Hypothesis, which keeps to the form of a file and spoils what it says. The last lines are a table. What broke a target is
kept in the folder `fuzz/` and belongs into a test as soon as it is mended.
"""

import argparse
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

FOUND = ROOT / "fuzz"
NAMES = ("picture", "dataset", "config", "report", "address", "values")
ENGINES = ("atheris", "hypothesis")
LONGEST = 60  # seconds for one input, on a machine that is busy with other things
ROOM = 4 << 30  # bytes of addresses above what the process has before: what takes more ends in a MemoryError
BATCH = 100  # inputs between two looks at the clock
MB = 1 << 20


@dataclass
class Measured:
    """What a run did. most, first, last: bytes; the memory that one input took at its peak beyond what was there before,
    the process's own before the first and after the last input."""

    inputs: int = 0
    seconds: float = 0.0
    most: int = 0
    first: int = 0
    last: int = 0
    slowest: float = 0.0

    def __str__(self) -> str:
        memory = f"at most {self.most / MB:.0f} MB for one, process {self.first / MB:.0f} -> {self.last / MB:.0f} MB"
        return f"{self.inputs:>9,} inputs {self.seconds:5.0f} s, slowest {self.slowest:4.1f} s, {memory}"


@dataclass
class Watch:
    """Gives inputs to a target one by one; what it measures is in a file whatever becomes of the process."""

    function: Callable[[bytes], None]
    limit: int
    folder: Path
    measured: Measured = field(default_factory=Measured)
    begin: float = field(default_factory=time.monotonic)
    written: float = 0.0

    def once(self, data: bytes) -> None:
        """One input. Raises whatever the target does beside InputError, and AssertionError for too much memory."""
        (self.folder / "last").write_bytes(data)
        Path("/proc/self/clear_refs").write_text("5")  # the peak counts from here
        before, began = _status("VmRSS"), time.monotonic()
        self.function(data)
        grown, found = _status("VmHWM") - before, self.measured
        found.inputs += 1
        found.first = found.first or before
        found.slowest = max(found.slowest, time.monotonic() - began)
        if grown > found.most:
            found.most = grown
            (self.folder / "largest").write_bytes(data)
        found.seconds, found.last = time.monotonic() - self.begin, before
        if found.seconds > self.written + 1 or grown == found.most:
            self.write()
        assert grown <= self.limit, f"{grown / MB:.0f} MB for one input"

    def write(self) -> None:
        """Keep what was measured."""
        self.written = self.measured.seconds
        (self.folder / "measured.json").write_text(json.dumps(asdict(self.measured)))


def _status(name: str) -> int:
    """A line of /proc/self/status, in bytes."""
    with Path("/proc/self/status").open("rb") as lines:
        return next(int(line.split()[1]) << 10 for line in lines if line.startswith(name.encode()))


def watch(target: str, memory: int, folder: Path) -> Watch:
    """A watch over a target that has seen its good inputs, so that all it imports is there."""
    from tests.fuzzing.inputs import seeds
    from tests.fuzzing.targets import ends_well

    warnings.simplefilter("ignore")
    for data in seeds(target):
        ends_well(target, data)
    room = _status("VmSize") + ROOM
    resource.setrlimit(resource.RLIMIT_AS, (room, room))
    return Watch(partial(ends_well, target), memory * MB, folder)


def with_atheris(target: str, seconds: int, memory: int, folder: Path) -> None:
    """Never returns: Atheris leaves by itself."""
    import atheris

    with atheris.instrument_imports(include=["hcr", "training"]):
        from tests.fuzzing.inputs import seeds

        watching = watch(target, memory, folder)
    corpus = folder / "corpus"
    corpus.mkdir()
    for number, data in enumerate(seeds(target)):
        (corpus / str(number)).write_bytes(data)
    limits = [f"-max_total_time={seconds}", f"-timeout={LONGEST}", "-rss_limit_mb=0", "-max_len=100000", "-len_control=0"]
    atheris.Setup([sys.argv[0], str(corpus), *limits, f"-artifact_prefix={folder}/", "-verbosity=0"], watching.once)
    atheris.Fuzz()


def with_hypothesis(target: str, seconds: int, memory: int, folder: Path) -> None:
    """Batch after batch, each with a seed of its own, until the time is over. Raises what the smallest input broke."""
    from hypothesis import HealthCheck, given, seed, settings

    from tests.fuzzing.inputs import inputs

    watching = watch(target, memory, folder)
    chosen = settings(max_examples=BATCH, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    number = 0
    while time.monotonic() - watching.begin < seconds:

        @seed(number)
        @chosen
        @given(inputs(target))
        def batch(data: bytes) -> None:
            signal.alarm(LONGEST)  # ends the process
            watching.once(data)
            signal.alarm(0)

        batch()
        number += 1
    watching.write()


def run(target: str, engine: str, arguments: argparse.Namespace) -> tuple[bool, str]:
    """Fuzz one target in a child; whether it held, and its line of the table."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        command = [sys.executable, __file__, "--engine", engine, "--target", target, "--child", str(folder)]
        command += ["--seconds", str(arguments.seconds), "--memory", str(arguments.memory)]
        apart = {"SPACE_ID": "fuzz", "HF_HUB_OFFLINE": "1", "GRADIO_TEMP_DIR": str(folder / "uploads")}
        done = subprocess.run(command, cwd=ROOT, env=os.environ | apart, check=False)
        file = folder / "measured.json"
        found = Measured(**json.loads(file.read_text())) if file.is_file() else Measured()
        kept = FOUND / f"{target}-{engine}"
        if done.returncode:
            kept.mkdir(parents=True, exist_ok=True)
            for broke in [*folder.glob("crash-*"), *folder.glob("timeout-*"), folder / "last", folder / "largest"]:
                if broke.is_file():
                    (kept / broke.name).write_bytes(broke.read_bytes())
    said = "held" if not done.returncode else f"BROKE (exit code {done.returncode}), see {kept.relative_to(ROOT)}"
    return not done.returncode, f"{target:8} {engine:10} {found}: {said}"


def main(given: Sequence[str] | None = None) -> int:
    """1 where a target broke."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--engine", choices=ENGINES, help="default: one after the other")
    parser.add_argument("--target", choices=NAMES, help="default: one after the other")
    parser.add_argument("--seconds", type=int, default=600, help="for each target and engine")
    parser.add_argument("--memory", type=int, default=300, help="MB that one input may take")
    parser.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args(given)
    if arguments.child:
        engine = with_atheris if arguments.engine == "atheris" else with_hypothesis
        engine(arguments.target, arguments.seconds, arguments.memory, arguments.child)
        return 0
    lines, held = [], True
    for engine_name in [arguments.engine] if arguments.engine else ENGINES:
        for target in [arguments.target] if arguments.target else NAMES:
            fine, line = run(target, engine_name, arguments)
            held, lines = held and fine, [*lines, line]
            print(line, flush=True)
    print("\n".join(["", *lines, "nothing but InputError" if held else "SOMETHING BROKE"]))
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
