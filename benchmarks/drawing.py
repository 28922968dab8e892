"""From the last pointer-up on the pad to the answer on the page, on loopback.

python benchmarks/drawing.py [--json]
"""

import json
import statistics
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.browser.test_draw import LETTERS, answered, draw, resting_box
from tests.conftest import CHROMIUM, CHROMIUM_FLAGS, DESKTOP, running_app

ROUNDS = 30
LIMIT = 150  # milliseconds, median

# the page's own clock: from the pad's pointerup event to the next change of the answer
WATCH = """() => {
  window.waits = [];
  document.querySelector('#pad canvas').addEventListener('pointerup', () => {
    const begin = performance.now();
    const observer = new MutationObserver(() => { window.waits.push(performance.now() - begin); observer.disconnect(); });
    observer.observe(document.querySelector('#answer'), { childList: true, subtree: true, characterData: true });
  });
}"""


def main() -> int:
    """Draw a quick bar again and again, one pointer-down and one pointer-up each; 1 where the median is over the limit."""
    with (
        tempfile.TemporaryDirectory() as folder,
        running_app(Path(folder) / "app.log") as address,
        sync_playwright() as play,
    ):
        page = play.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS).new_page(viewport=DESKTOP)
        page.goto(address)
        draw(page, LETTERS["T"])
        answered(page, "T")
        page.evaluate(WATCH)
        box = resting_box(page.locator("#pad canvas"))
        for number in range(ROUNDS):
            page.locator("#pad .clear").click()
            page.get_by_text("What you write will be read here").wait_for()
            x = box["x"] + box["width"] * (0.3 + 0.01 * number)
            page.mouse.move(x, box["y"] + 0.2 * box["height"])
            page.mouse.down()
            page.mouse.move(x, box["y"] + 0.8 * box["height"])
            page.mouse.up()
            page.wait_for_function("count => window.waits.length >= count", arg=number + 1)
        waits = page.evaluate("window.waits")
    found = {"rounds": len(waits), "median_ms": statistics.median(waits), "worst_ms": max(waits), "limit_ms": LIMIT}
    print(json.dumps(found) if "--json" in sys.argv else f"pointer-up to answer: {found}")
    return 0 if found["median_ms"] <= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
