"""A picture of the confusion matrix, for the model card."""

import io

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from hcr.report.matrix.confusion import Matrix

CELL, MARGIN, LEGEND = 18, 64, 70  # pixels
INK, FAINT, ACCENT = "#1e293b", "#64748b", np.array([79, 70, 229])


def confusion_png(matrix: Matrix, title: str) -> bytes:
    """The shares of each row as a heat map, true classes down, answers across; the same matrix gives the same bytes.

    The colour follows the square root of the share, so that a few per cent of confusion are seen beside the diagonal.
    """
    count = len(matrix.names)
    side = CELL * count
    picture = Image.new("RGB", (MARGIN + side + LEGEND, 2 * MARGIN + side), "white")
    heat = Image.fromarray(_colours(np.sqrt(matrix.rows()))).resize((side, side), Image.Resampling.NEAREST)
    picture.paste(heat, (MARGIN, MARGIN))
    draw = ImageDraw.Draw(picture)
    small, large = ImageFont.load_default(12), ImageFont.load_default(15)
    draw.rectangle((MARGIN - 1, MARGIN - 1, MARGIN + side, MARGIN + side), outline="#cbd5e1")
    for place, name in enumerate(matrix.names):
        middle = MARGIN + CELL * place + CELL // 2
        draw.text((MARGIN - 8, middle), name, INK, small, "rm")
        draw.text((middle, MARGIN - 6), name, INK, small, "mb")
        draw.text((middle, MARGIN + side + 6), name, INK, small, "mt")
    draw.text((MARGIN, 18), title, INK, large, "lm")
    draw.text((MARGIN + side / 2, MARGIN + side + 38), "read as", FAINT, large, "mm")
    draw.text((10, MARGIN - 6), "true", FAINT, large, "lb")
    _legend(picture, draw, MARGIN + side + 18, side, small)
    buffer = io.BytesIO()
    picture.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def _legend(picture: Image.Image, draw: ImageDraw.ImageDraw, left: int, side: int, font) -> None:
    height = side // 2
    steps = np.linspace(1, 0, height)[:, None]
    picture.paste(Image.fromarray(_colours(steps)).resize((12, height)), (left, MARGIN))
    for share in (0, 0.05, 0.25, 0.5, 1):
        draw.text((left + 16, MARGIN + height * (1 - share**0.5)), f"{share:.0%}", FAINT, font, "lm")


def _colours(strength: np.ndarray) -> np.ndarray:
    """0 to 1 (h, w) -> uint8 (h, w, 3), from white to the accent colour."""
    return np.round(255 - strength[..., None] * (255 - ACCENT)).astype(np.uint8)
