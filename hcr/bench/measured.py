"""A figure and what is promised of it; what is measured on, and how two things are measured in turn."""

import io
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import cv2
import numpy as np
from PIL import Image, ImageDraw
from tqdm import tqdm


class Promise(StrEnum):
    """How `ours` and `baseline` are held against the limit."""

    RATIO_AT_MOST = "ratio at most"
    RATIO_AT_LEAST = "ratio at least"
    DIFFERENCE_AT_MOST = "difference at most"


@dataclass(frozen=True)
class Measured:
    """ours and baseline in `unit`, and what is promised of the two."""

    name: str
    unit: str
    ours: float
    baseline: float
    limit: float
    kind: Promise = Promise.RATIO_AT_MOST

    @property
    def value(self) -> float:
        """Ours against the baseline: their ratio, or for memory their difference in `unit`."""
        return self.ours - self.baseline if self.kind is Promise.DIFFERENCE_AT_MOST else self.ours / self.baseline

    @property
    def kept(self) -> bool:
        """Whether the promise holds."""
        return self.value >= self.limit if self.kind is Promise.RATIO_AT_LEAST else self.value <= self.limit


def drawing() -> bytes:
    """An R as the pad sends it: PNG, 280x280, black on white."""
    sheet = Image.new("L", (280, 280), 255)
    pen = ImageDraw.Draw(sheet)
    points = [(95, 220), (95, 60), (150, 55), (180, 90), (150, 130), (95, 135), (120, 140), (190, 225)]
    pen.line(points, fill=0, width=18, joint="curve")
    stream = io.BytesIO()
    sheet.convert("RGB").save(stream, "PNG")
    return stream.getvalue()


def words(lines: tuple[str, ...], capital: int, size: tuple[int, int], kind: str) -> bytes:
    """Lines in capitals of so many pixels on a white sheet of size (width, height), black, as a file of a kind that Pillow
    writes."""
    sheet = np.full(size[::-1], 255, np.uint8)
    for number, line in enumerate(lines):
        at = capital, round(capital * (2 + 2 * number))
        cv2.putText(sheet, line, at, cv2.FONT_HERSHEY_SIMPLEX, capital / 21, 0, max(1, capital // 8), cv2.LINE_AA)
    stream = io.BytesIO()
    Image.fromarray(sheet).save(stream, kind)
    return stream.getvalue()


def in_turn(
    step: str, one: Callable[[], object], other: Callable[[], object], rounds: int
) -> tuple[list[float], list[float]]:
    """Seconds of each call of two functions, called in turn after a warm-up, so that both meet the same machine.

    step: what is measured, in words for the bar on standard error.
    """
    one(), other()
    times: tuple[list[float], list[float]] = ([], [])
    for _ in tqdm(range(rounds), step, unit="round"):
        for function, seconds in zip((one, other), times, strict=True):
            begin = time.perf_counter()
            function()
            seconds.append(time.perf_counter() - begin)
    return times
