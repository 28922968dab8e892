"""What the Dataset Explorer shows, in a form that fits into the page's address."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

import numpy as np

from hcr.alphabet import CLASSES
from hcr.data.pages import Page, page
from hcr.data.split import Split
from hcr.ui.components import whole

TAB = "explorer"
ALL = "all"
RAW_ONLY, BOTH, UPRIGHT_ONLY = "raw", "both", "upright"
SIZES = (12, 24, 48, 96)
SHOWS = (RAW_ONLY, BOTH, UPRIGHT_ONLY)
TELLING = "2345679FGJLPQRabdefghqrty"  # characters that nobody takes for their own transpose: shown first


@dataclass(frozen=True)
class ExplorerView:
    """split: its name, "" for the source's first; character: one of the 47 classes or "all"; seed: 0 for stored order;
    sample: index of the image that is taken apart, -1 for one that the page chooses."""

    split: str = ""
    character: str = ALL
    show: str = BOTH
    size: int = 24
    seed: int = 0
    page: int = 1
    sample: int = -1

    @property
    def label(self) -> int | None:
        """The class as a label, 0 to 46; None for all."""
        return None if self.character == ALL else CLASSES.index(self.character)

    @property
    def address(self) -> str:
        """The query of a URL that leads here."""
        values = {"tab": TAB, "split": self.split, "class": self.character, "show": self.show, "per": self.size}
        # "page" itself is taken: Gradio looks for a page of that name among the app's own
        return urlencode(values | {"seed": self.seed, "at": self.page, "sample": self.sample})


def from_query(query: Mapping[str, str]) -> ExplorerView:
    """A view from a URL's query; what makes no sense there is left at its default."""
    character, show, size = query.get("class", ALL), query.get("show", BOTH), _number(query, "per", 24)
    return ExplorerView(
        split=query.get("split", ""),
        character=character if len(character) == 1 and character in CLASSES else ALL,
        show=show if show in SHOWS else BOTH,
        size=size if size in SIZES else 24,
        seed=_number(query, "seed", 0),
        page=max(1, _number(query, "at", 1)),
        sample=_number(query, "sample", -1),
    )


def settle(view: ExplorerView, split: Split) -> tuple[ExplorerView, Page]:
    """The view with everything that the split decides filled in, and the page that it shows."""
    shown = page(split, view.label, view.page, view.size, view.seed)
    sample = view.sample
    if not 0 <= sample < len(split) and len(shown.indices):
        telling = [index for index in shown.indices if CLASSES[split.labels[index]] in TELLING]
        sample = int(np.array(telling or shown.indices)[0])
    return replace(view, split=split.name, page=shown.number, sample=sample), shown


def _number(query: Mapping[str, str], name: str, default: int) -> int:
    text = query.get(name, "")
    return whole(text, default) if text.isdecimal() and text.isascii() else default
