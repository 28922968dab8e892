"""kill -9 at random moments of fit, export, evaluate and publish: the same command again ends where an unbroken one does.

python tests/kill.py [--moments 50] [--seed 0]

Generated characters, the `smoke` recipe, the real client against the loopback Hub. Minutes, so it is no part of the suite.
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
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tqdm import tqdm

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from hcr.data.generated import standin
from hcr.model import bundle
from tests.emnist_files import idx_files, write
from tests.integration.servers.loopback_hub import Hub, serve

SHARE = {"publish": 0.4, "evaluate": 0.3, "export": 0.15, "fit": 0.15}  # of the moments; a fit takes longest


@dataclass(frozen=True)
class Command:
    """arguments: of `python -m training`; state: what it leaves, to be the same after a killed run and its repetition."""

    arguments: Sequence[str]
    environment: dict[str, str]
    state: Callable[[], dict[str, str]]


def start(command: Command) -> subprocess.Popen[bytes]:
    """The command in a session of its own, so that its children die with it."""
    line = [sys.executable, "-m", "training", *command.arguments]
    return subprocess.Popen(
        line,
        cwd=ROOT,
        env=os.environ | command.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def finish(command: Command) -> float:
    """Run it to its end; the seconds it took."""
    begin = time.monotonic()
    process = start(command)
    _, said = process.communicate(timeout=1800)
    if process.returncode:
        raise AssertionError(f"{' '.join(command.arguments)}: {process.returncode}\n{said.decode()}")
    return time.monotonic() - begin


def kill_once(command: Command, after: float) -> bool:
    """Kill the command and its children after so many seconds; False where it had ended by then."""
    process = start(command)
    try:
        process.communicate(timeout=after)
        return False
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        return True


def weights(folder: Path) -> dict[str, str]:
    """What a finished bundle holds: checksums of its models, and that no half file lies beside them."""
    opened = bundle.open_bundle(folder)
    left = [str(file) for file in folder.rglob("*") if file.suffix in (".part", ".tmp") or file.name.startswith("fresh")]
    return {name: bundle.sha256(folder / name) for name in (bundle.MODEL_FILE,)} | {
        "half files": str(left),
        "temperature": str(opened.config.temperature),
    }


def evaluated(folder: Path) -> dict[str, str]:
    """The figures of a bundle, without the time of day."""
    metrics = json.loads((folder / bundle.METRICS_FILE).read_text("utf-8"))
    metrics.pop("date")
    return {"metrics": hashlib.sha256(json.dumps(metrics, sort_keys=True).encode()).hexdigest()} | weights(folder)


def published(hub: Hub) -> dict[str, str]:
    """The repo on the Hub: its files, and how many commits there were (the Hub's own first one and ours)."""
    repo = hub.repos["model", "me/model"]
    files = {name: hashlib.sha256(content).hexdigest() for name, content in hub.files("me/model").items()}
    return files | {"commits": str(len(repo.commits)), "tags": str(sorted(repo.tags))}


def main() -> int:
    """1 where one repetition ended elsewhere."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--moments", type=int, default=50)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    chance, wrong, killed = random.Random(arguments.seed), [], 0
    with tempfile.TemporaryDirectory() as place, tqdm(total=arguments.moments, unit=" moments") as bar:
        folder = Path(place)
        data = write(
            folder / "data", idx_files(standin.generate(40, 1)) | idx_files(standin.generate(10, 2, "balanced-test"))
        )
        made = folder / "made"
        fit = ["fit", "--data", str(data), "--recipe", "smoke", "--out"]
        tidy = {"HF_HOME": str(folder / "cache"), "TMPDIR": str(folder)}

        def command(name: str, out: Path, hub: Hub) -> Command:
            return {
                "fit": Command([*fit, str(out)], tidy, lambda: weights(out)),
                "export": Command(["export", str(out)], tidy, lambda: weights(out)),
                "evaluate": Command(["evaluate", "--data", str(data), "--model", str(out)], tidy, lambda: evaluated(out)),
                "publish": Command(
                    ["publish", str(out), "--repo", "me/model", "--tag", "v1"],
                    tidy | hub.environment(),
                    lambda: published(hub),
                ),
            }[name]

        seconds, expected = {}, {}
        with serve() as hub:
            for name in ("fit", "export", "evaluate", "publish"):
                first = command(name, made, hub)
                seconds[name] = finish(first)
                expected[name] = first.state()
        for name, share in SHARE.items():
            for _ in range(round(share * arguments.moments)):
                out = folder / "again"
                shutil.rmtree(out, ignore_errors=True)
                if name != "fit":
                    shutil.copytree(made, out)
                with serve() as hub:
                    tried = command(name, out, hub)
                    after = chance.uniform(0.2, seconds[name])
                    killed += kill_once(tried, after)
                    finish(tried)
                    if (found := tried.state()) != expected[name]:
                        differ = {key for key in found | expected[name] if found.get(key) != expected[name].get(key)}
                        wrong.append(f"{name} killed after {after:.1f} s: {sorted(differ)}")
                bar.update()
    for line in wrong:
        print(line)
    print(f"{killed} of {arguments.moments} commands killed, {len(wrong)} repetitions ended elsewhere")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
