"""What all Plotly figures of the page have in common. Their text takes the page's colours from the tabs' style sheets, so
that both themes fit. Imported with the first figure, not with the page: Plotly stays out of the start-up path."""

import plotly.graph_objects as go

from hcr.ui.theme import ACCENT_HEX

ACCENT = ACCENT_HEX
NOTHING = "rgba(0,0,0,0)"
GRID = "rgba(128,128,128,.22)"
NEUTRAL = "#94a3b8"
HOVER = {"bgcolor": "#1e293b", "bordercolor": "#1e293b", "font": {"color": "#f8fafc", "size": 13}}


def plain(height: int, **layout: object) -> go.Figure:
    """An empty figure without a ground of its own that can be pointed at, but not dragged. layout: what else it needs."""
    figure = go.Figure()
    settings = {
        "paper_bgcolor": NOTHING,
        "plot_bgcolor": NOTHING,
        "showlegend": False,
        "dragmode": False,
        "hoverlabel": HOVER,
    }
    figure.update_layout(template="none", height=height, **(settings | layout))
    figure.update_xaxes(fixedrange=True, zeroline=False, showgrid=False)
    figure.update_yaxes(fixedrange=True, zeroline=False, gridcolor=GRID)
    return figure
