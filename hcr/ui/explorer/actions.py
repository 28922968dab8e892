"""What the Dataset Explorer's controls do. Each gives the whole tab for the view that they lead to."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import gradio as gr
import numpy as np

from hcr.alphabet import CLASSES
from hcr.report.orientations import look_at_eight, look_at_steps
from hcr.ui.components import one_of, sent, whole
from hcr.ui.context import Context
from hcr.ui.explorer import html
from hcr.ui.explorer.address import ALL, SHOWS, SIZES, TAB, ExplorerView, from_query, settle

Updates = dict[Any, Any]
"""What becomes of which component."""


@dataclass(frozen=True)
class Controls:
    """What the visitor sets."""

    split: gr.Dropdown
    character: gr.Dropdown
    show: gr.Radio
    size: gr.Dropdown
    page: gr.Number
    seed: gr.Number

    def __iter__(self) -> Iterator[Any]:
        return iter((self.split, self.character, self.show, self.size, self.page, self.seed))


@dataclass(frozen=True)
class Parts:
    """The tab's components. view: an ExplorerView; tabs: of the whole page; waiting: asks again while a source is on
    its way."""

    view: gr.State
    tabs: gr.Tabs
    source: gr.HTML
    controls: Controls
    grid: gr.HTML
    sample: gr.HTML
    waiting: gr.Timer

    @property
    def shown(self) -> list[Any]:
        """All that a view decides."""
        return [self.view, self.source, *self.controls, self.grid, self.sample, self.waiting]


@dataclass(frozen=True)
class Actions:
    """The callbacks of the tab's `parts`."""

    context: Context
    parts: Parts

    def restore(self, request: gr.Request) -> Updates:
        """Open the tab where the page's address asks for it, with the view that it names."""
        query = dict(request.query_params)
        if query.get("tab") != TAB:
            return {self.parts.tabs: gr.skip()}
        return {self.parts.tabs: gr.Tabs(selected=TAB)} | self.enter(from_query(query))

    def enter(self, view: ExplorerView) -> Updates:
        """The tab as the view has it."""
        parts, controls = self.parts, self.parts.controls
        split = self.context.samples.split(view.split)
        found = self.context.samples.source
        view, shown = settle(view, split)
        return {
            parts.view: view,
            parts.source: html.source(found, split),
            controls.split: gr.Dropdown(choices=list(found.names), value=split.name),
            controls.character: view.character,
            controls.show: view.show,
            controls.size: view.size,
            controls.page: view.page,
            controls.seed: view.seed,
            parts.grid: html.grid(split, shown, view),
            parts.sample: self._sample(view),
            parts.waiting: gr.Timer(active=not found.settled),
        }

    def change(self, values: Updates) -> Updates:
        """Another way to show, another page; with another size or order from the first one."""
        view: ExplorerView = values[self.parts.view]
        asked = self._asked(view, values)
        return self.enter(asked if (asked.size, asked.seed) == (view.size, view.seed) else replace(asked, page=1))

    def change_images(self, values: Updates) -> Updates:
        """Another split or class: from its first page, with an image of its own."""
        return self.enter(replace(self._asked(values[self.parts.view], values), page=1, sample=-1))

    def shuffle(self, view: ExplorerView) -> Updates:
        """Another random order, from its first page."""
        return self.enter(replace(view, seed=int(np.random.default_rng().integers(1, 10_000)), page=1, sample=-1))

    def turn(self, view: ExplorerView, event: gr.EventData) -> Updates:
        """Another page, as the pager asks for it."""
        return self.enter(replace(view, page=whole(sent(event, "page"), 1, 1)))

    def pick(self, view: ExplorerView, event: gr.EventData) -> Updates:
        """Take the fix of the chosen image apart."""
        view = replace(view, sample=whole(sent(event, "index"), -1))
        return {self.parts.view: view, self.parts.sample: self._sample(view)}

    def _asked(self, view: ExplorerView, values: Updates) -> ExplorerView:
        """The view with what the controls say."""
        controls = self.parts.controls
        return replace(
            view,
            split=one_of(self.context.samples.source.names, values[controls.split], view.split),
            character=one_of((ALL, *CLASSES), values[controls.character], view.character),
            show=one_of(SHOWS, values[controls.show], view.show),
            size=one_of(SIZES, values[controls.size], view.size),
            page=whole(values[controls.page], 1, 1),
            seed=whole(values[controls.seed], 0),
        )

    def _sample(self, view: ExplorerView) -> str:
        split = self.context.samples.split(view.split)
        if not 0 <= view.sample < len(split):
            return ""
        classifier = self.context.models.current.classifier
        image, label = split.images[view.sample], int(split.labels[view.sample])
        looks = look_at_steps(classifier, image, label), look_at_eight(classifier, image, label)
        return html.sample(html.Sample(CLASSES[label], view.sample, *looks), view.address)
