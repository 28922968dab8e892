"""What the tests of the Evaluation tab share: a running app with a report, held against the parquet file, and how to point.

The report is one of the bundled model on generated characters, so that nothing needs to be downloaded for it.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from playwright.sync_api import Page, expect

from hcr.alphabet import CLASSES

MAP = "#evaluation-map .js-plotly-plot"
CELL = """async ([map, row, column]) => {
    const plot = document.querySelector(map), place = () => plot.getBoundingClientRect();
    plot.scrollIntoView({ block: 'center' });
    for (let before, after = place(); before?.y !== after.y || before?.height !== after.height; after = place()) {
        before = after;  // what was just shown above or below may still be moving it
        await new Promise(done => setTimeout(done, 250));
    }
    const { rows, columns } = plot.layout.meta, layout = plot._fullLayout, box = place();
    return [box.x + layout.xaxis._offset + layout.xaxis.l2p(columns.indexOf(column)),
            box.y + layout.yaxis._offset + layout.yaxis.l2p(rows.indexOf(row))];
}"""


@dataclass(frozen=True)
class Evaluated:
    """A running app, its bundle's folder, and the columns of its report as pyarrow reads them."""

    address: str
    folder: Path
    columns: dict[str, np.ndarray]

    def behind(self, true: str = "", read: str = "") -> list[int]:
        """Indices of the images behind a cell, row or column, worst first, straight from the parquet file."""
        labels, guesses, sure = (self.columns[name] for name in ("label", "class_1", "probability_1"))
        wanted = np.ones(len(labels), bool)
        if true:
            wanted &= np.isin(labels, [CLASSES.index(name) for name in true])
        if read:
            wanted &= np.isin(guesses, [CLASSES.index(name) for name in read])
        rows = sorted(np.flatnonzero(wanted), key=lambda row: _badness(labels[row] == guesses[row], sure[row], row))
        return self.columns["index"][rows].tolist()

    def most_confused(self) -> tuple[str, str]:
        labels, guesses = self.columns["label"], self.columns["class_1"]
        wrong = labels != guesses
        pairs, counts = np.unique(labels[wrong] * 47 + guesses[wrong].astype(int), return_counts=True)
        true, read = divmod(int(pairs[counts.argmax()]), 47)
        return CLASSES[true], CLASSES[read]


def _badness(right: bool, sure: float, row: int) -> tuple[bool, float, int]:
    return bool(right), float(sure if right else -sure), int(row)


def open_tab(page: Page) -> None:
    tab = page.get_by_role("tab", name="Evaluation")
    expect(tab).to_be_visible()  # on a phone as well
    tab.click()
    expect(page.locator("#evaluation-headline b, #evaluation-headline .notice").first).to_be_visible()


def wait_for_map(page: Page, map_: str = MAP) -> None:
    expect(page.locator(f"{map_} .hm image").first).to_be_visible()


def click_cell(page: Page, true: str, read: str, map_: str = MAP) -> None:
    wait_for_map(page, map_)
    x, y = page.evaluate(CELL, [map_, true, read])
    page.mouse.move(x - 1, y - 1)
    page.mouse.click(x, y)


def shown(page: Page) -> list[int]:
    """The indices of all images in the gallery, through all its pages."""
    found: list[int] = []
    while True:
        found += [int(index) for index in page.locator(".sample").evaluate_all("all => all.map(one => one.dataset.index)")]
        following = page.get_by_role("button", name="Next page")
        if not following.count() or following.is_disabled():
            return found
        before = page.locator(".pager").inner_text()
        following.click()
        expect(page.locator(".pager")).not_to_have_text(before)


def expect_chip(page: Page, words: str) -> None:
    expect(page.locator("#evaluation-gallery .chip")).to_have_text(f"{words} ×")
