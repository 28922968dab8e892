"""The Dataset Explorer's Plotly figures."""

import plotly.graph_objects as go

from hcr.alphabet import CLASSES
from hcr.data.orientation import FIXES, RAW, UPRIGHT
from hcr.data.pages import Averages
from hcr.report.orientations import WithoutFix
from hcr.ui.figures import ACCENT, NEUTRAL, plain
from hcr.ui.templates import percent


def orientations(found: WithoutFix) -> go.Figure:
    """Accuracy after each of the eight fixes; the right one stands out."""
    names = [{UPRIGHT: "as stored", RAW: f"{FIXES[RAW]}: the fix"}.get(number, name) for number, name in enumerate(FIXES)]
    figure = _bars("share read right", height=300)
    figure.add_bar(
        x=names,
        y=found.accuracy,
        marker={"color": [ACCENT if number == RAW else NEUTRAL for number in range(8)]},
        text=[percent(share) for share in found.accuracy],
        textposition="outside",
        cliponaxis=False,
        hovertext=[percent(share, 1) for share in found.accuracy],
        hovertemplate="%{x}: %{hovertext}<extra></extra>",
    )
    figure.update_yaxes(range=[0, 1.08], tickformat=".0%")
    return figure


def counts(found: Averages) -> go.Figure:
    """Images of each class."""
    figure = _bars("images", height=240)
    figure.add_bar(x=list(CLASSES), y=found.counts, marker={"color": ACCENT}, hovertemplate="%{x}: %{y:,}<extra></extra>")
    return figure


def ink(found: Averages) -> go.Figure:
    """Mean ink of each class."""
    figure = _bars("mean ink", height=240)
    figure.add_bar(
        x=list(CLASSES),
        y=found.ink / 255,
        marker={"color": NEUTRAL},
        hovertext=[percent(share, 1) for share in found.ink / 255],
        hovertemplate="%{x}: %{hovertext} of the pixels<extra></extra>",
    )
    figure.update_yaxes(tickformat=".0%")
    return figure


def _bars(vertical: str, height: int) -> go.Figure:
    figure = plain(height, margin={"l": 54, "r": 8, "t": 12, "b": 34}, bargap=0.25)
    figure.update_xaxes(type="category", tickfont={"size": 11})
    figure.update_yaxes(title=vertical)
    return figure
