"""The Dataset Explorer's HTML: pages of images, one image step by step, averages, tables, a verdict."""

import base64
from html import escape

import cv2
import numpy as np

from hcr.alphabet import CLASSES, stands_for
from hcr.data.orientation import RAW, UPRIGHT, fix, upright
from hcr.data.pages import Averages, Page
from hcr.data.source import Source
from hcr.data.split import OFFICIAL_COUNTS, Split
from hcr.data.uploads import CheckedUpload
from hcr.probabilities import Prediction
from hcr.report.orientations import SURVIVES, Look, WithoutFix
from hcr.ui.explorer.address import RAW_ONLY, UPRIGHT_ONLY, ExplorerView

STEP_NAMES = {"raw": "raw, as stored", "fliplr": "np.fliplr", "rot90": "np.rot90: upright"}
STANDINGS = {
    "right": "the right one",
    "same": "reads the same",
    "plausible": "only looks plausible",
    "unknown": "no clear character",
}
OTHERS_SHOWN = 8


def picture(image: np.ndarray, alt: str) -> str:
    """An <img> with the image, uint8 (h, w), inside it as a PNG; CSS scales it with crisp pixels."""
    encoded = base64.b64encode(cv2.imencode(".png", np.ascontiguousarray(image))[1].tobytes()).decode()
    return f'<img src="data:image/png;base64,{encoded}" width="28" height="28" alt="{escape(alt)}" draggable="false">'


def source(found: Source, split: Split) -> str:
    """Which images these are, from where, and why."""
    badge = '<span class="badge">generated, not EMNIST</span> ' if split.generated else ""
    origin = "" if split.generated else f" · {escape(found.origin)}"
    line = f"<p>{badge}{escape(split.description)}{origin}</p>"
    return line + (f'<p class="notice" role="status">{escape(found.note)}</p>' if found.note else "")


def grid(split: Split, shown: Page, view: ExplorerView) -> str:
    """A page of images; each is a button that picks it."""
    order = f"shuffled by seed {view.seed}" if view.seed else "in stored order"
    head = f'<p class="quiet">{shown.total:,} images, {order}. Choose one to take its fix apart.</p>'
    cells = "".join(_cell(split, int(index), view) for index in shown.indices)
    turns = _turn("previous page", "‹", shown.number - 1, shown) + _turn("next page", "›", shown.number + 1, shown)
    pager = f'<div class="pager">{turns}<span>page {shown.number:,} of {shown.pages:,}</span></div>'
    return f'<div data-address="{escape(view.address)}">{head}<div class="pairs {view.show}">{cells}</div>{pager}</div>'


def _turn(label: str, sign: str, target: int, shown: Page) -> str:
    state = "" if 1 <= target <= shown.pages else "disabled"
    return f'<button data-event="turn" data-page="{target}" aria-label="{label}" {state}>{sign}</button>'


def _cell(split: Split, index: int, view: ExplorerView) -> str:
    name = CLASSES[split.labels[index]]
    image = split.images[index]
    pictures = ""
    if view.show != UPRIGHT_ONLY:
        pictures += picture(image, f"raw {name}")
    if view.show != RAW_ONLY:
        pictures += picture(upright(image), f"upright {name}")
    pressed = "true" if index == view.sample else "false"
    return (
        f'<button class="pair" aria-pressed="{pressed}" data-event="pick" data-index="{index}">'
        f'<span class="images">{pictures}</span><span><b>{name}</b> <small>{index}</small></span></button>'
    )


def sample(name: str, index: int, in_steps: tuple[Look, ...], in_eight: tuple[Look, ...], address: str) -> str:
    """One image: the fix step by step, then all eight orientations. address: what the page's URL becomes."""
    arrow = '<span class="arrow" aria-hidden="true">→</span>'
    row = arrow.join(_figure(look, STEP_NAMES[look.name]) for look in in_steps)
    names = {in_eight[UPRIGHT].name: "as stored", in_eight[RAW].name: f"{in_eight[RAW].name}, the fix"}
    all_eight = "".join(_figure(look, names.get(look.name, look.name), STANDINGS[look.standing]) for look in in_eight)
    return (
        f'<div data-address="{escape(address)}"><h3>Image {index:,}: {_spoken(name)}</h3>'
        "<p>Flip it left to right, turn it a quarter to the left: that is all. The two together swap rows and columns.</p>"
        f'<div class="steps">{row}</div>'
        "<h4>All eight orientations</h4>"
        f'<div class="eight">{all_eight}</div></div>'
    )


def _figure(look: Look, name: str, standing: str = "") -> str:
    note = f"<small>{standing}</small>" if standing else ""
    return (
        f'<figure class="{look.standing}">{picture(look.image, name)}<figcaption><span class="name">{name}</span>'
        f"{_reading(look.prediction)}{note}</figcaption></figure>"
    )


def _reading(prediction: Prediction) -> str:
    (text, probability), *_ = prediction.top(1)
    return (
        f"<span>reads <b>{text}</b> {probability:.0%}</span>"
        if prediction.known
        else f"<span>not sure: {text} {probability:.0%}</span>"
    )


def _spoken(name: str) -> str:
    both = stands_for(name)
    return f"class {name}" + (f" ({both[0]} or {both[1]})" if len(both) > 1 else "")


def without_fix(found: WithoutFix, generated: bool) -> str:
    """What skipping the fix costs, and which classes get through all the same."""
    lead = (
        f"<p>Fed <b>raw</b>, {found.count:,} {'generated characters' if generated else 'images'} are read right "
        f"<b>{found.accuracy[UPRIGHT]:.1%}</b> of the time. Brought <b>upright</b> first: "
        f"<b>{found.accuracy[RAW]:.1%}</b>. Nothing warns you: the program runs on, its answers are just bad.</p>"
    )
    if found.survivors:
        named = " ".join(entry.name for entry in found.survivors)
        rows = "".join(_row(entry.name, entry.without_fix, entry.why) for entry in found.survivors)
        note = "<small>* look-alikes, such as 0 for O, count as right here</small>"
        survivors = f"<h4>Survive without it: {named}</h4>{_table(('class', 'read right*', 'why'), rows)}{note}"
    else:
        survivors = "<h4>No class survives without it</h4>"
    others = [entry for entry in found.classes if entry.without_fix < SURVIVES and entry.read_as != entry.name]
    others.sort(key=lambda entry: -entry.read_as_share)
    rows = "".join(
        _row(f"{entry.name} → {entry.read_as}", entry.read_as_share, f"{entry.without_fix:.0%} still read right")
        for entry in others[:OTHERS_SHOWN]
    )
    turned = f"<h4>Turn into another class</h4>{_table(('raw → read as', 'how often', ''), rows)}" if rows else ""
    return f'{lead}<div class="tables"><div>{survivors}</div><div>{turned}</div></div>'


def _row(first: str, share: float, last: str) -> str:
    return f"<tr><th scope='row'>{escape(first)}</th><td>{share:.0%}</td><td>{escape(last)}</td></tr>"


def _table(heads: tuple[str, ...], rows: str) -> str:
    head = "".join(f'<th scope="col">{name}</th>' for name in heads)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def means(found: Averages) -> str:
    """The mean image of each class; a slider turns them all about their diagonal, from raw to upright."""
    figures = "".join(
        f"<figure>{picture(mean, f'mean {name}')}<figcaption>{name}</figcaption></figure>"
        for name, mean, count in zip(CLASSES, found.means, found.counts, strict=True)
        if count
    )
    return (
        '<div class="turner"><span>raw</span><input type="range" min="0" max="180" value="0" data-turn '
        'aria-label="turn the averages from raw to upright"><span>upright</span></div>'
        f'<div class="averages">{figures}</div>'
    )


def official(found: Source, split: Split) -> str:
    """How the official splits compare, and what is here."""
    what = {
        "balanced-train": "2,400 of each class",
        "balanced-test": "400 of each class",
        "bymerge-train": "as people write: some classes many times as often as others",
        "bymerge-test": "as people write",
    }
    rows = ""
    for name, count in OFFICIAL_COUNTS.items():
        here = f"{len(split):,}" if name == split.name and not split.generated else "yes" if name in found.names else "no"
        here = "no" if found.generated else here
        rows += f"<tr><th scope='row'>{name}</th><td>{count:,}</td><td>{what[name]}</td><td>{here}</td></tr>"
    return _table(("official split", "images", "", "here"), rows)


def verdict(found: CheckedUpload) -> str:
    """What an upload turned out to be, with samples of it."""
    judged = found.verdict
    sure = f"{min(judged.sure, 0.9999):.2%} sure" if judged.kind.alike else judged.kind
    named = {"raw": "Raw", "upright": "Upright", "turned": "Turned", "mixed": "Mixed", "unknown": "Cannot tell"}[judged.kind]
    disagree = ""
    if judged.disagreeing:
        classes = " ".join(judged.disagreeing)
        disagree = (
            f"<p><b>These classes disagree with the rest: {classes}</b>. "
            "Their images are turned in another way, or mislabelled.</p>"
        )
    elif found.labels is not None and judged.kind.alike:
        disagree = "<p>No class disagrees: the labels fit the images.</p>"
    cells = "".join(
        f"<figure>{picture(image, 'as stored')}{picture(fix(image, judged.best), 'fixed')}<figcaption>"
        f"{'' if found.labels is None else f'<b>{CLASSES[found.labels[place]]}</b> '}<small>{found.indices[place]}</small>"
        "</figcaption></figure>"
        for place, image in enumerate(found.images)
    )
    return (
        f'<div class="verdict {judged.kind}"><h3>{named} <small>{sure}, {found.total:,} images</small></h3>'
        f"<p>{escape(judged.sentence)}</p>{disagree}"
        f'<p class="quiet">As stored, and as it would be {"" if judged.best else "(unchanged) "}after the fix:</p>'
        f'<div class="checked">{cells}</div></div>'
    )


def refusal(reason: str) -> str:
    """Why an upload could not be judged."""
    return f'<p class="notice" role="status">{escape(reason)}</p>'
