"""The Dataset Explorer's Plotly figures. Their text takes the page's colours from explorer.css, so that both themes fit."""

import plotly.graph_objects as go

from hcr.alphabet import CLASSES
from hcr.data.orientation import FIXES, RAW, UPRIGHT
from hcr.data.pages import Averages
from hcr.report.orientations import WithoutFix
from hcr.ui.theme import ACCENT_HEX

NOTHING = "rgba(0,0,0,0)"
GRID = "rgba(128,128,128,.22)"
NEUTRAL = "#94a3b8"


def orientations(found: WithoutFix) -> go.Figure:
    """Accuracy after each of the eight fixes; the right one stands out."""
    names = [{UPRIGHT: "as stored", RAW: f"{FIXES[RAW]}: the fix"}.get(number, name) for number, name in enumerate(FIXES)]
    figure = _figure("share read right", height=300)
    figure.add_bar(
        x=names,
        y=found.accuracy,
        marker={"color": [ACCENT_HEX if number == RAW else NEUTRAL for number in range(8)]},
        text=[f"{share:.0%}" for share in found.accuracy],
        textposition="outside",
        cliponaxis=False,
        hovertemplate="%{x}: %{y:.1%}<extra></extra>",
    )
    figure.update_yaxes(range=[0, 1.08], tickformat=".0%")
    return figure


def counts(found: Averages) -> go.Figure:
    """Images of each class."""
    figure = _figure("images", height=240)
    figure.add_bar(
        x=list(CLASSES), y=found.counts, marker={"color": ACCENT_HEX}, hovertemplate="%{x}: %{y:,}<extra></extra>"
    )
    return figure


def ink(found: Averages) -> go.Figure:
    """Mean ink of each class."""
    figure = _figure("mean ink", height=240)
    figure.add_bar(
        x=list(CLASSES),
        y=found.ink / 255,
        marker={"color": NEUTRAL},
        hovertemplate="%{x}: %{y:.1%} of the pixels<extra></extra>",
    )
    figure.update_yaxes(tickformat=".0%")
    return figure


def _figure(vertical: str, height: int) -> go.Figure:
    figure = go.Figure()
    figure.update_layout(
        height=height,
        margin={"l": 54, "r": 8, "t": 12, "b": 34},
        paper_bgcolor=NOTHING,
        plot_bgcolor=NOTHING,
        showlegend=False,
        dragmode=False,
        bargap=0.25,
    )
    figure.update_xaxes(type="category", fixedrange=True, showgrid=False, tickfont={"size": 11})
    figure.update_yaxes(title=vertical, fixedrange=True, gridcolor=GRID, zeroline=False)
    return figure
