"""The Evaluation tab's Plotly figures."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go

from hcr.report.calibration import THRESHOLDS, Coverage, Reliability
from hcr.report.matrix.view import MatrixView
from hcr.report.selection import is_kind
from hcr.ui.figures import ACCENT, GRID, NEUTRAL, NOTHING, plain
from hcr.ui.templates import percent

Colours = list[list[Any]]
"""A Plotly colour scale: places from 0 to 1, each with its colour."""

MORE: Colours = [
    [0, "rgba(99,102,241,0)"],
    [0.04, "rgba(99,102,241,.16)"],
    [0.5, "rgba(99,102,241,.75)"],
    [1, "rgba(67,56,202,1)"],
]
CHANGE: Colours = [  # fewer confusions, none, more
    [0, "rgba(13,148,136,1)"],
    [0.48, "rgba(13,148,136,.15)"],
    [0.5, "rgba(13,148,136,0)"],
    [0.5, "rgba(225,29,72,0)"],
    [0.52, "rgba(225,29,72,.15)"],
    [1, "rgba(225,29,72,1)"],
]
CELL_TEXT_UP_TO = 16  # rows; in a larger map figures would not fit into the cells


def heat_map(view: MatrixView) -> go.Figure:
    """The matrix, true classes downwards, coloured by `view.values`."""
    values = np.log10(1 + view.values) if view.options.log else view.values
    top = float(np.nanmax(values)) if np.isfinite(values).any() else 0.0
    scale = Scale(MORE, 0, max(top, 1e-9), "" if view.options.measure == "count" else " %")
    return _map(view, values, scale)


def difference_map(view: MatrixView) -> go.Figure:
    """A difference of two matrices: teal where there are fewer, rose where there are more."""
    values = np.sign(view.values) * np.log10(1 + abs(view.values)) if view.options.log else view.values
    top = max(float(np.nanmax(abs(values))) if np.isfinite(values).any() else 0.0, 1e-9)
    return _map(view, values, Scale(CHANGE, -top, top))


def reliability(found: Reliability) -> go.Figure:
    """Accuracy over confidence, with the line on which a calibrated model lies."""
    figure = _figure("probability of the first guess", "share that is right")
    width = float(found.edges[1] - found.edges[0])
    figure.add_bar(
        x=found.edges - width / 2,
        y=found.accuracy,
        width=width * 0.86,
        marker={
            "color": ACCENT,
            "opacity": 0.1 + 0.9 * np.sqrt(found.counts / max(found.counts.max(), 1)),
            "line": {"width": 0},
        },
        hovertext=[
            f"said {percent(said, 1)}, right {percent(right, 1)}<br>{int(count):,} images"
            for said, right, count in zip(found.confidence, found.accuracy, found.counts, strict=True)
        ],
        hovertemplate="%{hovertext}<extra></extra>",
    )
    figure.add_scatter(
        x=[0, 1], y=[0, 1], mode="lines", line={"dash": "dot", "color": NEUTRAL, "width": 1.5}, hoverinfo="skip"
    )
    return figure


def coverage(found: Coverage, threshold: float) -> go.Figure:
    """Accuracy over the share that is answered; the threshold in force is marked."""
    figure = _figure("share of images answered", "share of answers that are right")
    for values, name, colour, dash in (
        (found.accuracy_merged, "look-alikes as one", NEUTRAL, "dash"),
        (found.accuracy, "exact class", ACCENT, "solid"),
    ):
        figure.add_scatter(
            x=found.coverage,
            y=values,
            name=name,
            mode="lines",
            line={"color": colour, "width": 2.5, "dash": dash},
            hovertext=[
                f"threshold {at:.2f}: answers {percent(share, 1)}, right {percent(right, 1)}"
                for at, share, right in zip(THRESHOLDS, found.coverage, values, strict=True)
            ],
            hovertemplate="%{hovertext}<extra></extra>",
        )
        place = int(np.searchsorted(THRESHOLDS, threshold - 1e-9))
        marker = {"color": colour, "size": 10, "line": {"width": 2, "color": "white"}}
        figure.add_scatter(
            x=found.coverage[[place]], y=values[[place]], mode="markers", marker=marker, hoverinfo="skip", showlegend=False
        )
    shown = np.concatenate([found.accuracy, found.accuracy_merged])
    low, fewest = float(np.nanmin(shown)), float(found.coverage[found.coverage > 0].min())
    figure.update_layout(showlegend=True, legend={"x": 0.02, "y": 0.04, "bgcolor": NOTHING})
    figure.update_xaxes(range=[max(0.0, fewest - 0.02), 1.005])
    figure.update_yaxes(range=[low - 0.1 * (1 - low) - 1e-3, 1.005])
    return figure


@dataclass(frozen=True)
class Scale:
    """How a map is coloured. low, high: the values at the two ends; unit: behind a value in words."""

    colours: Colours
    low: float
    high: float
    unit: str = ""


def _map(view: MatrixView, values: np.ndarray, scale: Scale) -> go.Figure:
    rows, columns = [_label(names) for names in view.rows], [_label(names) for names in view.columns]
    few = len(rows) <= CELL_TEXT_UP_TO
    ticks = _ticks(scale.low, scale.high, view.options.log)
    figure = plain(
        480 if few else 660,
        plot_bgcolor="rgba(128,128,128,.07)",
        margin={"l": 44, "r": 44, "t": 44, "b": 8},
        meta={"rows": view.rows, "columns": view.columns, "row_labels": rows, "column_labels": columns},
    )
    figure.add_trace(
        go.Heatmap(
            z=values,
            x=columns,
            y=rows,
            hovertext=view.hover,
            hovertemplate="%{hovertext}<extra></extra>",
            text=view.counts if few else None,
            texttemplate="%{text}" if few else None,
            colorscale=scale.colours,
            zmin=scale.low,
            zmax=scale.high,
            xgap=1,
            ygap=1,
            colorbar={
                "thickness": 8,
                "outlinewidth": 0,
                "len": 0.5,
                "y": 1,
                "yanchor": "top",
                "x": 1.01,
                "tickvals": [place for place, _ in ticks],
                "ticktext": [f"{value:g}{scale.unit}" for _, value in ticks],
                "tickfont": {"size": 10},
            },
        )
    )
    small = {"size": 15 if few else 11}
    axis = {
        "type": "category",
        "dtick": 1,
        "tickfont": small,
        "showgrid": False,
        "ticks": "",
    }
    title = {"font": {"size": 12}, "standoff": 6}
    figure.update_xaxes(axis | {"side": "top", "tickangle": 0, "title": title | {"text": "read as"}})
    figure.update_yaxes(axis | {"autorange": "reversed", "title": title | {"text": "true class"}})
    return figure


def _figure(x_title: str, y_title: str) -> go.Figure:
    axis = {"showgrid": True, "gridcolor": GRID, "tickformat": ".0%", "showline": False}
    figure = plain(300, margin={"l": 56, "r": 12, "t": 10, "b": 46})
    figure.update_xaxes(axis | {"title": {"text": x_title, "font": {"size": 12}}, "range": [0, 1.01]})
    figure.update_yaxes(axis | {"title": {"text": y_title, "font": {"size": 12}}, "range": [0, 1.02]})
    return figure


def _label(names: str) -> str:
    return "other" if is_kind(names) else names


def _ticks(low: float, high: float, log: bool) -> list[tuple[float, float]]:
    """Places along a colour bar with the values that they stand for, on both sides of 0 where the scale has two."""
    reach = 10**high - 1 if log else high
    steps = [1, 3, 10, 30, 100, 300, 1000] if log else [reach * share for share in (0.25, 0.5, 0.75, 1)]
    values = [float(f"{step:.2g}") for step in steps if step <= reach * 1.001]
    ticks = [(float(np.log10(1 + value)) if log else value, value) for value in values]
    mirrored = [(-place, -value) for place, value in ticks] if low < 0 else []
    return [*mirrored, (0.0, 0.0), *ticks]
