"""A page whose owner was had: everything that others write for it, and that it shows, is full of payloads."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx

from hcr.model import bundle
from hcr.report import predictions
from tests.browser.visitors.payloads import BETWEEN, PAYLOADS, batches
from tests.conftest import running_app
from tests.integration.page.visitor import SECONDS, Visitor
from tests.integration.servers.loopback_hub import serve

ALL = BETWEEN.join(PAYLOADS)
SAID = batches(predictions.LONGEST_WORD)  # what a report may say of its model
HUB = tuple(f"me/hostile{number}" for number in range(len(SAID)))
WRONG = tuple(f"me/wrong{number}" for number in range(12))  # models whose configs are refused


@dataclass(frozen=True)
class Hostile:
    """A running app whose owner was had: model, report and the models to compare with are full of payloads."""

    address: str
    visitor: Visitor


def dressed(folder: Path, said: str) -> dict[str, bytes]:
    """A copy of the bundled model with payloads in every text of its config, its report and its card: its files."""
    shutil.copytree(bundle.BUNDLED, folder)
    config = bundle.read_config(folder)
    texts = {"description": ALL, "source": ALL, ALL[:50]: ALL}
    metrics = config.metrics | {"split": ALL, "images": 10_000}
    bundle.write_config(folder, replace(config, recipe=ALL, data=config.data | texts, versions=texts, metrics=metrics))
    report = predictions.read_predictions(folder / bundle.PREDICTIONS_FILE)
    about = replace(report.provenance, model=said, images=said)
    predictions.write_predictions(replace(report, provenance=about), folder / bundle.PREDICTIONS_FILE)
    (folder / "README.md").write_text(ALL, encoding="utf-8")
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def wrong(files: dict[str, bytes], number: int) -> dict[str, bytes]:
    """The same with a payload where the config must hold something else."""
    config = json.loads(files[bundle.CONFIG_FILE])
    entry = ("format", "classes", "input", "temperature", "recipe", "sha256")[number % 6]
    payload = PAYLOADS[number]
    config[entry] = {"sha256": {payload: payload}, "recipe": [payload]}.get(entry, payload)
    return files | {bundle.CONFIG_FILE: json.dumps(config).encode()}


@contextmanager
def hostile_page(home: Path) -> Iterator[Hostile]:
    """The page, running, with a Hub to compare with."""
    files = dressed(home / "model", SAID[0])
    with serve() as hub:
        for number, name in enumerate(HUB):
            hub.put(name, dressed(home / str(number), SAID[number]))
        for number, name in enumerate(WRONG):
            hub.put(name, wrong(files, number))
        environment = hub.environment() | {
            "HCR_MODEL": str(home / "model"),
            "HCR_DATASET": BETWEEN.join(one for one in PAYLOADS if "\0" not in one),
            "HF_HOME": str(home / "cache"),
            "GRADIO_TEMP_DIR": str(home / "uploads"),
        }
        with (
            running_app(home / "app.log", environment) as address,
            httpx.Client(base_url=address, timeout=SECONDS) as client,
        ):
            yield Hostile(address, Visitor(client))


def texts(value: object) -> Iterator[str]:
    """Every text in an answer."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from texts(one)


@dataclass(frozen=True)
class Callbacks:
    """The page's callbacks, as its own config describes them."""

    visitor: Visitor
    config: dict[str, Any]

    def components(self, function: dict[str, Any]) -> list[dict[str, Any]]:
        by_id = {one["id"]: one for one in self.config["components"]}
        return [by_id[number] for number in function["inputs"]]

    def named(self, *kinds: str) -> dict[str, Any]:
        """The one whose inputs are of these kinds, among others."""
        for one in self.config["dependencies"]:
            if one["backend_fn"] and set(kinds) <= {component["type"] for component in self.components(one)}:
                return one
        raise AssertionError(f"no callback takes {kinds}")

    def answer(self, function: dict[str, Any], values: dict[str, object], session: str = "") -> list[str]:
        """All texts of the answer to the default inputs, except those of a kind in `values`; none for an error."""
        data = [values.get(one["type"], one["props"].get("value")) for one in self.components(function)]
        _, line = self.visitor.ask(function["id"], data, session)
        return list(texts(json.loads(line.removeprefix("data: ")).get("output", {}).get("data")))
