"""How long the app takes to its first answered request, whatever the Hub does, beside the same app without HCR_MODEL.

python benchmarks/startup.py [--rounds 5] [--json]

The settings take turns in each round. The figure of a setting is the median of its starts, its ratio is to the median of
"off"; all times are shown too. The goal is a ratio of at most 1.3. Run it on a machine that does nothing else.
"""

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from hcr.model import bundle
from tests.conftest import free_port, running_app
from tests.integration.servers.loopback_hub import Fault, Hub, serve

GOAL = 1.3
SLOW = 5.0  # seconds an answer


def seconds_to_answer(environment: dict[str, str], folder: Path) -> float:
    """Start the app with an empty cache; seconds until it has answered a request."""
    with tempfile.TemporaryDirectory(dir=folder) as cache:
        started = time.perf_counter()
        with running_app(folder / "app.log", environment | {"HF_HOME": cache}):
            return time.perf_counter() - started


def settings(hub: Hub) -> dict[str, dict[str, str]]:
    """What is compared, by name."""
    paths = [path for path in bundle.BUNDLED.rglob("*") if path.is_file()]
    files = {str(path.relative_to(bundle.BUNDLED)): path.read_bytes() for path in paths}
    hub.put("me/model", files)
    wanted = {"HCR_MODEL": "me/model", "HF_HUB_DISABLE_XET": "1"}
    hub.put("me/slow", files)
    hub.faults += [Fault("me/slow", delay=SLOW), Fault("me/silent", delay=3600)]
    return {
        "off": {},
        "hub answers": wanted | {"HF_ENDPOINT": hub.address},
        "hub unreachable": wanted | {"HF_ENDPOINT": f"http://127.0.0.1:{free_port()}"},
        "hub slow, 5 s an answer": wanted | {"HF_ENDPOINT": hub.address, "HCR_MODEL": "me/slow"},
        "hub silent": wanted | {"HF_ENDPOINT": hub.address, "HCR_MODEL": "me/silent"},
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    with serve() as hub, tempfile.TemporaryDirectory() as folder:
        compared = settings(hub)
        seconds_to_answer({}, Path(folder))  # once for the disk's cache
        times: dict[str, list[float]] = {name: [] for name in compared}
        for _ in range(arguments.rounds):
            for name, environment in compared.items():
                times[name].append(seconds_to_answer(environment, Path(folder)))
    medians = {name: median(values) for name, values in times.items()}
    rows = {
        name: {
            "seconds": round(best, 3),
            "ratio": round(best / medians["off"], 3),
            "all": [round(value, 2) for value in times[name]],
        }
        for name, best in medians.items()
    }
    passed = all(row["ratio"] <= GOAL for row in rows.values())
    if arguments.json:
        print(json.dumps({"first_answered_request": rows, "rounds": arguments.rounds, "goal": GOAL, "passed": passed}))
    else:
        for name, row in rows.items():
            print(f"{name:26} {row['seconds']:6.2f} s   {row['ratio']:.2f} x   {row['all']}")
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
