"""The Evaluation tab's HTML: the headline, the images behind a number, the table of confused pairs."""

import base64
from datetime import datetime
from html import escape

import cv2
import numpy as np

from hcr.alphabet import CLASSES
from hcr.report.calibration import THRESHOLDS, Coverage
from hcr.report.comparison import Comparison
from hcr.report.evaluation import Estimate, Report
from hcr.report.matrix.confusion import Pair
from hcr.report.selection import Selection, spoken

PAGE = 30  # images shown at once
SHOWN_TOP = 3


def headline(report: Report, origin: str) -> str:
    """The figures that matter, in one line, and below what they are of. origin: which model, in words."""
    about = report.predictions.provenance
    date = datetime.fromisoformat(about.date).strftime("%-d %B %Y")
    figures = (
        _figure(report.top1, "read right"),
        _figure(report.top1_merged, "with look-alikes as one"),
        _figure(report.top3, "right among the first three"),
        _figure(report.f1, "macro F1"),
    )
    images = f'<span class="badge">{escape(about.images)}</span>' if about.generated else escape(about.images)
    line = f"{images} · {escape(origin)} · evaluated {date}"
    return f'<div class="figures">{"".join(figures)}</div><p class="quiet">{line}</p>'


def sentence(text: str) -> str:
    """A message in the place of something that is not there."""
    return f'<p class="notice" role="status">{escape(text)}</p>'


def pairs(report: Report, count: int = 10) -> str:
    """The most confused pairs: each figure is a button that selects the images behind it."""
    errors = max(report.matrix.errors, 1)
    chosen = report.pairs[:count]
    if not chosen:
        return sentence("No image is misread.")
    share = sum(pair.total for pair in chosen) / errors
    lead = (
        f"These {len(chosen)} pairs make <b>{share:.0%}</b> of the {report.matrix.errors:,} errors; "
        f"<b>{report.errors_alike / errors:.0%}</b> lie between classes of the same shape, marked ≈."
    )
    body = "".join(_pair(pair, errors) for pair in chosen)
    head = (
        '<tr><th scope="col">pair</th><th scope="col" colspan="2">true, read as</th><th scope="col">of all errors</th></tr>'
    )
    return f"<p>{lead}</p><table><thead>{head}</thead><tbody>{body}</tbody></table>"


def gallery(
    report: Report,
    selection: Selection,
    rows: np.ndarray,
    page: int,
    images: np.ndarray | None,
    opens: bool,
    comparison: Comparison | None = None,
    absence: str = "",
    means: dict[str, np.ndarray] | None = None,
) -> str:
    """The images behind a selection, one page of them, as buttons that open them in Draw & Predict where `opens`.

    rows: of the predictions, as `hcr.report.selection.select` gives them; images: upright uint8 (n, 28, 28) by index, or
    None where they are not here; absence: then why; means: class means, upright uint8 (28, 28), shown in their stead.
    """
    pages = max(1, -(-len(rows) // PAGE))
    page = min(max(page, 0), pages - 1)
    shown = rows[page * PAGE : (page + 1) * PAGE]
    wrong = int((~report.predictions.correct[rows]).sum())
    summary = f"{len(rows):,} image{'s' * (len(rows) != 1)}, {wrong:,} misread" + (", worst first" if len(rows) > 1 else "")
    parts = [f'<div class="chosen" aria-live="polite">{_chip(selection)}<span>{summary}</span></div>']
    if images is None:
        parts.append(f'<p class="notice">{escape(absence)}</p>{_means(selection, means or {})}')
    elif opens and len(rows):
        parts.append('<p class="quiet">Choose an image to open it in Draw &amp; Predict, with what the model looked at.</p>')
    tiles = "".join(_tile(report, int(row), images, opens, comparison) for row in shown)
    parts.append(f'<div class="samples">{tiles}</div>' if len(rows) else '<p class="quiet">No image is behind this.</p>')
    if pages > 1:
        parts.append(_pager(page, pages))
    return "".join(parts)


def calibration(report: Report) -> str:
    """How far probabilities are from the truth, before and after the temperature."""
    found = report.predictions.provenance.calibration
    return (
        f"<p>Of answers given with 80 % probability, 80 % should be right. On average the two differ by "
        f"<b>{100 * found.ece_after:.1f} points</b> (by {100 * found.ece_before:.1f} before the temperature "
        f"{found.temperature:.2f} was applied). Mean negative log-likelihood {found.nll_after:.3f}.</p>"
    )


def answered(found: Coverage, threshold: float) -> str:
    """What abstaining below a threshold gives, in a sentence."""
    place = int(np.searchsorted(THRESHOLDS, threshold - 1e-9))
    if not found.coverage[place]:
        return f"<p>Below {threshold:.2f} the app says “not sure”: nothing would be answered.</p>"
    exact, merged = found.accuracy[place], found.accuracy_merged[place]
    return (
        f"<p>It would answer <b>{found.coverage[place]:.1%}</b> of these images, and <b>{exact:.1%}</b> of the answers "
        f"would be right ({merged:.1%} with look-alikes as one).</p>"
    )


def changes(comparison: Comparison) -> str:
    """What a second model fixes and breaks, as buttons, and whether that is more than chance."""
    before, after = comparison.before, comparison.after
    counts = {"fixed": len(comparison.fixed), "broke": len(comparison.broke)}
    buttons = " ".join(
        f'<button class="chip" data-event="pick" data-changed="{change}"><b>{count:,}</b> {word}</button>'
        for change, count, word in (("fixed", counts["fixed"], "fixed"), ("broke", counts["broke"], "broken"))
    )
    verdict = "more than chance" if comparison.p_value < 0.05 else "no more than chance would give"
    name = escape(after.predictions.provenance.model)
    return (
        f"<p>The other model ({name}) reads {after.top1.value:.1%} right, this one {before.top1.value:.1%}. {buttons} "
        f"The difference is {verdict} (McNemar's exact test, p = {comparison.p_value:.2g}).</p>"
        '<p class="quiet">Below: its confusions minus those of this model. Teal is fewer, rose is more; '
        "choose a cell to see the images.</p>"
    )


def picture(image: np.ndarray) -> str:
    """Upright uint8 (28, 28), 255 = ink, as the address of a PNG with dark ink on light paper."""
    done, data = cv2.imencode(".png", 255 - image)
    assert done
    return "data:image/png;base64," + base64.b64encode(data.tobytes()).decode()


def _figure(estimate: Estimate, what: str) -> str:
    interval = f"{100 * estimate.low:.1f} to {100 * estimate.high:.1f}"
    return f'<div><b>{estimate.value:.1%}</b><span>{what}</span><small title="95 % interval">{interval}</small></div>'


def _chip(selection: Selection) -> str:
    if not selection:
        return '<span class="hint">Choose a cell, a row label or a column label.</span>'
    label = escape(str(selection))
    return f'<button class="chip" data-event="clear" aria-label="Remove the filter {label}">{label} <span>×</span></button>'


def _tile(report: Report, row: int, images: np.ndarray | None, opens: bool, comparison: Comparison | None) -> str:
    predictions = report.predictions
    true, read = CLASSES[predictions.labels[row]], CLASSES[predictions.guesses[row]]
    verdict = "right" if true == read else "wrong"
    said = " ".join(
        f"<i>{CLASSES[name]}</i> {_percent(probability)}"
        for name, probability in zip(predictions.classes[row, :SHOWN_TOP], predictions.probabilities[row], strict=False)
    )
    index = int(predictions.index[row])
    name = f"image {index}, true {true} read as {read}, {_percent(predictions.confidence[row])} %"
    drawn = "" if images is None else f'<img src="{picture(images[index])}" alt="" width="56" height="56">'
    other = ""
    if comparison is not None and (change := comparison.after.predictions.guesses[row]) != predictions.guesses[row]:
        other = f'<span class="other">other: {CLASSES[change]}</span>'
    inner = f'{drawn}<b>{true} → {read}</b><span class="top">{said}</span>{other}'
    if images is None or not opens:
        return f'<div class="sample {verdict}" data-index="{index}" title="{name}">{inner}</div>'
    label = f'aria-label="Open {name} in Draw and Predict" title="{name}"'
    return f'<button class="sample {verdict}" data-event="open" data-index="{index}" {label}>{inner}</button>'


def _pair(pair: Pair, errors: int) -> str:
    alike = ' <span title="the same shape">≈</span>' if pair.alike else ""
    ways = "".join(
        f'<td><button data-event="pick" data-true="{true}" data-read="{read}" '
        f'aria-label="true {true} read as {read}: {count} images">{true} → {read} <b>{count}</b></button></td>'
        for true, read, count in ((pair.first, pair.second, pair.there), (pair.second, pair.first, pair.back))
    )
    share = pair.total / errors
    bar = f'<span class="bar" style="--share:{share:.3f}"></span>{share:.1%}'
    return (
        f'<tr><th scope="row">{spoken(pair.first)} {spoken(pair.second)}{alike}</th>{ways}<td class="share">{bar}</td></tr>'
    )


def _means(selection: Selection, means: dict[str, np.ndarray]) -> str:
    """The class means of what a selection names, true then read."""
    chosen = [(what, name) for what, names in (("true", selection.true), ("read as", selection.read)) for name in names]
    figures = "".join(
        f'<figure><img src="{picture(means[name])}" alt="" width="112" height="112">'
        f"<figcaption>mean of {name} ({what})</figcaption></figure>"
        for what, name in chosen[:6]
        if name in means
    )
    return f'<div class="means">{figures}</div>' if figures else ""


def _pager(page: int, pages: int) -> str:
    def step(to: int, label: str, sign: str) -> str:
        off = "" if 0 <= to < pages else " disabled"
        return f'<button data-event="turn" data-page="{to}" aria-label="{label}"{off}>{sign}</button>'

    back, on = step(page - 1, "Previous page", "‹"), step(page + 1, "Next page", "›")
    return f'<div class="pager">{back} {page + 1} of {pages} {on}</div>'


def _percent(share: float) -> str:
    """A probability in per cent, without claiming certainty."""
    return f"{100 * share:.0f}" if share < 0.995 else ">99"
