"""The whole story: Kaggle -> acquire -> fit -> evaluate -> publish with a Space -> the Space's own files, as a process,
read a character that is drawn in a browser with the model that was published.

Everything is real but the two servers and the handwriting, which is generated.
"""

import json
import os
import time
from pathlib import Path

import pytest

from tests.conftest import PAGE_PATIENCE, PATIENCE, running_app
from tests.integration.conftest import Trained
from tests.integration.servers.loopback_hub import Hub

STROKES = {  # in shares of the pad's height
    "T": [[(0.25, 0.25), (0.75, 0.25)], [(0.5, 0.25), (0.5, 0.8)]],
    "X": [[(0.3, 0.2), (0.7, 0.8)], [(0.7, 0.2), (0.3, 0.8)]],
    "H": [[(0.3, 0.2), (0.3, 0.8)], [(0.7, 0.2), (0.7, 0.8)], [(0.3, 0.5), (0.7, 0.5)]],
}


def draw(page, strokes) -> None:
    """Draw with the pointer in the middle of the pad."""
    box = page.locator("#pad canvas").bounding_box()
    left = box["x"] + (box["width"] - box["height"]) / 2
    for stroke in strokes:
        points = [(left + x * box["height"], box["y"] + y * box["height"]) for x, y in stroke]
        page.mouse.move(*points[0])
        page.mouse.down()
        for point in points[1:]:
            page.mouse.move(*point, steps=8)
        page.mouse.up()


@pytest.mark.browser
def test_from_kaggle_to_a_character_read_by_the_space(
    hub: Hub, trained: Trained, training, tmp_path: Path, open_page
) -> None:
    data, folder = trained.data, trained.bundle  # Kaggle, acquire and fit, once for all tests

    def step(*arguments: object, **environment: str) -> str:
        result = training(*arguments, **environment)
        assert result.returncode == 0, f"{arguments}:\n{result.stdout}\n{result.stderr}"
        return result.stdout

    step("publish-data", data, "--repo", "me/emnist", **hub.environment())
    step("export", folder)  # `fit` has done it, this does it anew: the report that follows belongs to this file
    step("evaluate", "--data", data, "--model", folder)
    where = ("--repo", "me/model", "--tag", "v1", "--space", "me/space", "--dataset", "me/emnist")
    step("publish", folder, *where, **hub.environment())

    config = json.loads(hub.files("me/model")["config.json"])
    assert config["data"]["source"] == "Kaggle, crawford/emnist"
    assert config["metrics"]["top1"] > 0.8

    checkout = tmp_path / "space"
    for name, content in hub.files("me/space", "space").items():
        (checkout / name).parent.mkdir(parents=True, exist_ok=True)
        (checkout / name).write_bytes(content)
    commit = hub.repos["model", "me/model"].head.oid
    settings = hub.environment(None) | hub.repos["space", "me/space"].variables | {"HF_HOME": str(tmp_path / "space cache")}
    assert "PYTHONPATH" not in os.environ  # so the checkout alone is what runs
    with running_app(tmp_path / "space.log", settings, checkout) as address:
        page = open_page(address=address)
        served = f"me/model at commit {commit[:7]}, from the Hub."
        deadline = time.monotonic() + PATIENCE
        while served not in page.locator("#model").inner_text() and time.monotonic() < deadline:
            time.sleep(0.5)
            page.reload()
            page.wait_for_selector("#model p")
        assert served in page.locator("#model").inner_text()
        for letter, strokes in STROKES.items():
            draw(page, strokes)
            page.wait_for_selector(f'#answer [data-answer="{letter}"]', timeout=1000 * PAGE_PATIENCE)
            page.locator("#pad").get_by_role("button", name="Clear").click()
