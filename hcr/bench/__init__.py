"""How fast and how large, each figure beside what it is measured against in the same run.

Limits (the ratios of the last column) are the project's promises; `hcr bench` leaves with 1 where one is broken. It takes
two to three minutes on two cores and tells on standard error what it is doing. Where the extra [app] is not installed,
the page's start and memory are left out, and that is said.
"""

import importlib.util
import json
import sys
from dataclasses import asdict

from hcr.bench import page, speed


def run(as_json: bool) -> int:
    """Measure everything and print it; 1 where a promise is broken."""
    found = [*speed.reading_latency(), *speed.reading_words(), speed.throughput()]
    lacking = [name for name in ("gradio", "psutil") if importlib.util.find_spec(name) is None]
    if lacking:
        print(f"Left out: the page's start and memory ({', '.join(lacking)} not installed; extra [app]).", file=sys.stderr)
    else:
        found += page.start_and_memory()
    if as_json:
        print(json.dumps([asdict(item) | {"value": round(item.value, 3), "kept": item.kept} for item in found]))
    else:
        for item in found:
            print(
                f"{'ok  ' if item.kept else 'MISS'} {item.name}: {item.ours:.2f} {item.unit} beside {item.baseline:.2f}; "
                f"{item.kind} {item.limit}: {item.value:.2f}"
            )
    return 0 if all(item.kept for item in found) else 1
