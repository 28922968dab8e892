"""The Dataset Explorer's HTML: what its templates are filled in with."""

from dataclasses import dataclass

import numpy as np

from hcr.alphabet import CLASSES, stands_for
from hcr.data.orientation import RAW, UPRIGHT, fix, upright
from hcr.data.pages import Averages, Page
from hcr.data.source import Source
from hcr.data.split import OFFICIAL_COUNTS, Split
from hcr.data.uploads import CheckedUpload
from hcr.report.orientations import SURVIVES, Look, WithoutFix
from hcr.ui.explorer.address import RAW_ONLY, UPRIGHT_ONLY, ExplorerView
from hcr.ui.templates import percent, render

STEP_NAMES = {"raw": "raw, as stored", "fliplr": "np.fliplr", "rot90": "np.rot90: upright"}
STANDINGS = {
    "right": "the right one",
    "same": "reads the same",
    "plausible": "only looks plausible",
    "unknown": "no clear character",
}
VERDICTS = {"raw": "Raw", "upright": "Upright", "turned": "Turned", "mixed": "Mixed", "unknown": "Cannot tell"}
WHAT = {
    "balanced-train": "2,400 of each class",
    "balanced-test": "400 of each class",
    "bymerge-train": "as people write: some classes many times as often as others",
    "bymerge-test": "as people write",
}
OTHERS_SHOWN = 8


def source(found: Source, split: Split) -> str:
    """Which images these are, from where, and why."""
    return render(
        "explorer",
        "source",
        generated=split.generated,
        description=split.description,
        origin=found.origin,
        note=found.note,
    )


@dataclass(frozen=True)
class Cell:
    """One image of a page: its class, its place in the split, whether it is the one taken apart; images: uint8 (28, 28)
    by what they are, "raw" or "upright"."""

    name: str
    index: int
    pressed: bool
    images: dict[str, np.ndarray]


def grid(split: Split, shown: Page, view: ExplorerView) -> str:
    """A page of images; each is a button that picks it."""
    return render(
        "explorer",
        "grid",
        address=view.address,
        total=shown.total,
        seed=view.seed,
        show=view.show,
        cells=[_cell(split, int(index), view) for index in shown.indices],
        page=shown.number,
        pages=shown.pages,
    )


def _cell(split: Split, index: int, view: ExplorerView) -> Cell:
    image = split.images[index]
    images = {} if view.show == UPRIGHT_ONLY else {"raw": image}
    if view.show != RAW_ONLY:
        images["upright"] = upright(image)
    return Cell(CLASSES[split.labels[index]], index, index == view.sample, images)


@dataclass(frozen=True)
class Sample:
    """One image taken apart. name: its class; index: its place in the split; steps: the fix, step by step; eight: all
    orientations."""

    name: str
    index: int
    steps: tuple[Look, ...]
    eight: tuple[Look, ...]


def sample(shown: Sample, address: str) -> str:
    """One image: the fix step by step, then all eight orientations. address: what the page's URL becomes."""
    eight = shown.eight
    names = {eight[UPRIGHT].name: "as stored", eight[RAW].name: f"{eight[RAW].name}, the fix"}
    return render(
        "explorer",
        "sample",
        address=address,
        index=shown.index,
        spoken=_spoken(shown.name),
        steps=[(look, STEP_NAMES[look.name]) for look in shown.steps],
        eight=[(look, names.get(look.name, look.name), STANDINGS[look.standing]) for look in eight],
    )


def _spoken(name: str) -> str:
    both = stands_for(name)
    return f"class {name}" + (f" ({both[0]} or {both[1]})" if len(both) > 1 else "")


def without_fix(found: WithoutFix, generated: bool) -> str:
    """What skipping the fix costs, and which classes get through all the same."""
    turned = [entry for entry in found.classes if entry.without_fix < SURVIVES and entry.read_as != entry.name]
    turned.sort(key=lambda entry: -entry.read_as_share)
    return render(
        "explorer",
        "without_fix",
        count=found.count,
        generated=generated,
        raw=found.accuracy[UPRIGHT],
        upright=found.accuracy[RAW],
        survivors=found.survivors,
        turned=turned[:OTHERS_SHOWN],
    )


def total(found: Averages) -> str:
    """Of what the averages are."""
    return render("explorer", "total", description=found.description, ink=found.ink.mean() / 255)


def means(found: Averages) -> str:
    """The mean image of each class; a slider turns them all about their diagonal, from raw to upright."""
    classes = zip(CLASSES, found.means, found.counts, strict=True)
    return render("explorer", "means", classes=[(name, mean) for name, mean, count in classes if count])


def official(found: Source, split: Split) -> str:
    """How the official splits compare, and what is here."""
    rows = [(name, count, WHAT[name], _here(name, found, split)) for name, count in OFFICIAL_COUNTS.items()]
    return render("explorer", "official", rows=rows)


def _here(name: str, found: Source, split: Split) -> str:
    if found.generated or name not in found.names:
        return "no"
    return f"{len(split):,}" if name == split.name and not split.generated else "yes"


def verdict(found: CheckedUpload) -> str:
    """What an upload turned out to be, with samples of it."""
    judged = found.verdict
    certain = judged.kind.alike
    asked = bool(judged.disagreeing) or (found.labels is not None and certain)
    labels = [None] * len(found.images) if found.labels is None else [CLASSES[label] for label in found.labels]
    return render(
        "explorer",
        "verdict",
        kind=judged.kind,
        named=VERDICTS[judged.kind],
        sure=f"{percent(judged.sure, 2)} sure" if certain else judged.kind,
        total=found.total,
        sentence=judged.sentence,
        disagreeing=judged.disagreeing if asked else None,
        changed=judged.best != 0,
        shown=[
            (image, fix(image, judged.best), name, place)
            for image, name, place in zip(found.images, labels, found.indices, strict=True)
        ],
    )
