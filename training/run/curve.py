"""The curve of a training run as a picture: validation accuracy by epochs."""

import io
from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from hcr.report.matrix.picture import FAINT, INK, PAPER

WIDTH, HEIGHT = 880, 420  # pixels
LEFT, RIGHT, TOP, BOTTOM = 64, 80, 44, 44  # margins
FINE = 2  # drawn so many times larger, then made smaller: smooth lines
ACCENT, GRID = (67, 56, 202), (226, 232, 240)
STEP = 0.05  # between two lines of the grid


def png(accuracies: Sequence[float], title: str) -> bytes:
    """A PNG file of validation accuracies in [0, 1], one an epoch. The axis begins below nine tenths of them: the first may
    lie under it. The same values and title give the same bytes."""
    low = np.floor(min(np.quantile(accuracies, 0.1), 1 - 2 * STEP) / STEP) * STEP
    image = Image.new("RGB", (WIDTH * FINE, HEIGHT * FINE), PAPER)
    draw = ImageDraw.Draw(image)
    text, small = ImageFont.load_default(15 * FINE), ImageFont.load_default(13 * FINE)
    bottom, right = HEIGHT - BOTTOM, WIDTH - RIGHT
    across = np.linspace(LEFT, right, max(len(accuracies), 2))[: len(accuracies)]
    down = bottom - (np.maximum(accuracies, low) - low) / (1 - low) * (bottom - TOP)
    draw.text((LEFT * FINE, 10 * FINE), title, INK, text, "la")
    ticks = round((1 - low) / STEP)
    for tick in range(ticks + 1):
        y = (bottom - tick / ticks * (bottom - TOP)) * FINE
        draw.line((LEFT * FINE, y, right * FINE, y), GRID, FINE)
        draw.text(((LEFT - 8) * FINE, y), f"{low + tick * STEP:.0%}", FAINT, small, "rm")
    every = max(5, len(accuracies) // 10)
    for number in [1, *range(every, len(accuracies) + 1, every)]:
        draw.text((across[number - 1] * FINE, (bottom + 8) * FINE), str(number), FAINT, small, "ma")
    draw.text(((LEFT + right) / 2 * FINE, (HEIGHT - 4) * FINE), "epoch", FAINT, small, "md")
    points = [(x * FINE, y * FINE) for x, y in zip(across.tolist(), down.tolist(), strict=True)]
    draw.line(points, ACCENT, 3 * FINE, "curve")
    draw.text((points[-1][0] + 8 * FINE, points[-1][1]), f"{accuracies[-1]:.2%}", ACCENT, text, "lm")
    data = io.BytesIO()
    image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS).save(data, "PNG", optimize=True)
    return data.getvalue()
