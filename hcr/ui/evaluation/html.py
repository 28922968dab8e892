"""The Evaluation tab's HTML: what its templates are filled in with."""

from dataclasses import dataclass, field
from datetime import datetime

import numpy as np

from hcr.alphabet import CLASSES
from hcr.report.calibration import THRESHOLDS, Coverage
from hcr.report.comparison import Comparison
from hcr.report.evaluation import Report
from hcr.report.matrix.confusion import Pair
from hcr.report.selection import Selection, spoken
from hcr.ui.templates import notice, render

PAGE = 30  # images shown at once
SHOWN_TOP = 3
MEANS = 6  # class means shown at once


def headline(report: Report, origin: str) -> str:
    """The figures that matter, in one line, and below what they are of. origin: which model, in words."""
    about = report.predictions.provenance
    figures = (
        (report.top1, "read right"),
        (report.top1_merged, "with look-alikes as one"),
        (report.top3, "right among the first three"),
        (report.f1, "macro F1"),
    )
    return render(
        "evaluation",
        "headline",
        figures=figures,
        images=about.images,
        generated=about.generated,
        origin=origin,
        date=datetime.fromisoformat(about.date).strftime("%-d %B %Y"),
    )


@dataclass(frozen=True)
class ShownPair:
    """One row of the table of pairs. first, second: in words; ways: true class, read class, images; share: of all errors."""

    first: str
    second: str
    alike: bool
    ways: tuple[tuple[str, str, int], tuple[str, str, int]]
    share: float


def pairs(report: Report, count: int = 10) -> str:
    """The most confused pairs: each figure is a button that selects the images behind it."""
    errors = max(report.matrix.errors, 1)
    chosen = report.pairs[:count]
    if not chosen:
        return notice("No image is misread.")
    return render(
        "evaluation",
        "pairs",
        pairs=[_pair(pair, errors) for pair in chosen],
        share=sum(pair.total for pair in chosen) / errors,
        errors=report.matrix.errors,
        alike=report.errors_alike / errors,
    )


def _pair(pair: Pair, errors: int) -> ShownPair:
    ways = (pair.first, pair.second, pair.there), (pair.second, pair.first, pair.back)
    return ShownPair(spoken(pair.first), spoken(pair.second), pair.alike, ways, pair.total / errors)


@dataclass(frozen=True)
class Shelf:
    """Where the gallery gets its pictures from. images: upright uint8 (n, 28, 28) by index, or None where they are not
    here; absence: then why; means: class means, upright uint8 (28, 28), shown in their stead; opens: whether an image can
    be opened in Draw & Predict."""

    images: np.ndarray | None
    opens: bool
    absence: str = ""
    means: dict[str, np.ndarray] = field(default_factory=dict)


@dataclass(frozen=True)
class Tile:
    """One image of the gallery. image: dark ink on light paper, uint8 (28, 28), or None; top: the likeliest classes with
    their probabilities; other: what a second model reads, where that differs."""

    index: int
    true: str
    read: str
    confidence: float
    top: tuple[tuple[str, float], ...]
    image: np.ndarray | None
    other: str | None


@dataclass(frozen=True)
class Shown:
    """What the gallery is about. selection: of the images of `report`; rows: of its predictions, as
    `hcr.report.selection.select` gives them for it; comparison: with a second model, where there is one."""

    report: Report
    selection: Selection
    rows: np.ndarray
    comparison: Comparison | None = None


def gallery(shown: Shown, page: int, shelf: Shelf) -> str:
    """The images behind a selection, one page of them from 1, as buttons where they can be opened. A page that is not
    there becomes the nearest that is."""
    rows = shown.rows
    pages = max(1, -(-len(rows) // PAGE))
    page = min(max(page, 1), pages)
    return render(
        "evaluation",
        "gallery",
        selection=str(shown.selection) if shown.selection else "",
        count=len(rows),
        wrong=int((~shown.report.predictions.correct[rows]).sum()),
        tiles=[_tile(shown, int(row), shelf.images) for row in rows[(page - 1) * PAGE : page * PAGE]],
        opens=shelf.opens,
        absence=shelf.absence if shelf.images is None else None,
        means=_means(shown.selection, shelf.means),
        page=page,
        pages=pages,
    )


def _tile(shown: Shown, row: int, images: np.ndarray | None) -> Tile:
    predictions, other = shown.report.predictions, None
    index, guess = int(predictions.index[row]), predictions.guesses[row]
    if shown.comparison is not None and (change := shown.comparison.after.predictions.guesses[row]) != guess:
        other = CLASSES[change]
    top = zip(predictions.classes[row, :SHOWN_TOP], predictions.probabilities[row], strict=False)
    return Tile(
        index=index,
        true=CLASSES[predictions.labels[row]],
        read=CLASSES[guess],
        confidence=float(predictions.confidence[row]),
        top=tuple((CLASSES[name], float(probability)) for name, probability in top),
        image=None if images is None else 255 - images[index],
        other=other,
    )


def _means(selection: Selection, means: dict[str, np.ndarray]) -> list[tuple[str, str, np.ndarray]]:
    """The class means of what a selection names, true then read."""
    chosen = [(name, what) for what, names in (("true", selection.true), ("read as", selection.read)) for name in names]
    return [(name, what, 255 - means[name]) for name, what in chosen[:MEANS] if name in means]


def calibration(report: Report) -> str:
    """How far probabilities are from the truth, before and after the temperature."""
    found = report.predictions.provenance.calibration
    return render(
        "evaluation",
        "calibration",
        after=found.ece_after,
        before=found.ece_before,
        temperature=found.temperature,
        nll=found.nll_after,
    )


def answered(found: Coverage, threshold: float) -> str:
    """What abstaining below a threshold gives, in a sentence."""
    place = int(np.searchsorted(THRESHOLDS, threshold - 1e-9))
    return render(
        "evaluation",
        "answered",
        threshold=threshold,
        coverage=found.coverage[place],
        exact=found.accuracy[place],
        merged=found.accuracy_merged[place],
    )


def changes(comparison: Comparison) -> str:
    """What a second model fixes and breaks, as buttons, and whether that is more than chance."""
    return render(
        "evaluation",
        "changes",
        name=comparison.after.predictions.provenance.model,
        after=comparison.after.top1.value,
        before=comparison.before.top1.value,
        fixed=len(comparison.fixed),
        broke=len(comparison.broke),
        verdict="more than chance" if comparison.p_value < 0.05 else "no more than chance would give",
        p_value=comparison.p_value,
    )
