"""A confusion matrix as a picture, without a browser: for the download and for the model card."""

import io

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from hcr.report.matrix.confusion import Matrix

CELL = 22  # pixels
MARGIN = 64
PAPER, INK, FAINT, ACCENT = (255, 255, 255), (51, 65, 85), (100, 116, 139), np.array((67, 56, 202), float)


def png(matrix: Matrix, title: str = "") -> bytes:
    """`picture` as a PNG file; the same matrix and title give the same bytes."""
    data = io.BytesIO()
    picture(matrix, title).save(data, "PNG", optimize=True)
    return data.getvalue()


def picture(matrix: Matrix, title: str = "") -> Image.Image:
    """An RGB picture: true classes downwards, read classes across, off the diagonal darker by the logarithm of the count,
    counts of 10 and more written into the cells. The diagonal stays pale: what is right is not what one looks for.

    matrix: of n classes; the picture has (MARGIN + (n + 1) * CELL) pixels a side.
    """
    counts = matrix.counts
    wrong = np.where(np.eye(len(counts), dtype=bool), 0, counts)
    strength = np.log1p(wrong) / max(np.log1p(wrong.max(initial=0)), 1e-9)
    side = len(counts) * CELL
    image = Image.new("RGB", (MARGIN + side + CELL, MARGIN + side + CELL), PAPER)
    draw = ImageDraw.Draw(image)
    label, small = ImageFont.load_default(14), ImageFont.load_default(10)
    for row, column in np.argwhere(counts > 0):
        x, y = MARGIN + column * CELL, MARGIN + row * CELL
        colour = _mix(strength[row, column]) if row != column else (226, 232, 240)
        draw.rectangle((x, y, x + CELL - 2, y + CELL - 2), fill=colour)
        if row != column and counts[row, column] >= 10:
            ink = PAPER if strength[row, column] > 0.5 else INK
            draw.text((x + CELL / 2 - 1, y + CELL / 2 - 1), str(counts[row, column]), ink, small, "mm")
    for place, name in enumerate(matrix.names):
        middle = MARGIN + place * CELL + CELL / 2 - 1
        draw.text((MARGIN - 8, middle), name, INK, label, "rm")
        draw.text((middle, MARGIN - 8), name, INK, label if len(name) < 3 else small, "mb")
    draw.text((MARGIN, 6), title, INK, label, "la")
    draw.text((MARGIN + side / 2, 24), "read as", FAINT, label, "ma")
    draw.text((8, MARGIN - 8), "true", FAINT, label, "lb")
    return image


def _mix(strength: float) -> tuple[int, int, int]:
    """Between paper and the accent colour."""
    red, green, blue = np.round(np.array(PAPER) + (ACCENT - np.array(PAPER)) * (0.08 + 0.92 * strength)).astype(int).tolist()
    return red, green, blue
