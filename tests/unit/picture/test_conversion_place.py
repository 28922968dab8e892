"""Where a converted glyph lies, to a twentieth of a pixel: a network trained on EMNIST notices half of one."""

import cv2
import numpy as np
import pytest

from hcr.data.generated.strokes import curves
from hcr.picture.conversion import convert

MIDDLE = 13.5  # of 28 pixels, counted from 0


def disc(width: int, height: int) -> np.ndarray:
    """A ring with its middle in the middle of the picture, to a hair: drawn 16 times as large, then averaged."""
    fine = 16
    rows, columns = np.mgrid[: height * fine, : width * fine]
    x, y = (columns + 0.5) / (width * fine) * 2 - 1, (rows + 0.5) / (height * fine) * 2 - 1
    radius = np.hypot(x, y)
    ring = ((radius <= 1) & (radius > 0.7)).astype(np.float32)
    return ring.reshape(height, fine, width, fine).mean((1, 3))


def cross(width: int, height: int) -> np.ndarray:
    """A plus sign of the size: two bars through the middle."""
    ink = np.zeros((height, width), np.float32)
    bar_x, bar_y = (max(2, side // 8) * 2 + side % 2 for side in (width, height))
    ink[:, (width - bar_x) // 2 : (width + bar_x) // 2] = 1
    ink[(height - bar_y) // 2 : (height + bar_y) // 2] = 1
    return ink


def centroid(image: np.ndarray) -> tuple[float, float]:
    """Where the ink's middle lies: (x, y) in pixels."""
    weight = image.astype(float)
    rows, columns = np.indices(image.shape)
    return float((columns * weight).sum() / weight.sum()), float((rows * weight).sum() / weight.sum())


@pytest.mark.parametrize("size", [(40, 40), (41, 57), (90, 61), (110, 110), (111, 96), (203, 320)])
@pytest.mark.parametrize("shape", [disc, cross])
def test_a_symmetrical_glyph_lies_in_the_middle(shape, size):
    assert centroid(convert(shape(*size))) == pytest.approx((MIDDLE, MIDDLE), abs=0.05)


@pytest.mark.parametrize("pen", [8, 14, 20])
def test_the_frame_around_a_glyph_is_the_paper_s(pen):
    """A bar 100 pixels long, worked out by hand: NIST's pen is 6 pixels wide, a blur of one pixel ends at 2 % of full ink
    after 2.05, and 3.5 more are left free."""
    profile = convert(np.ones((100, pen), np.float32)).max(1).astype(float) / 255
    long = 100 / pen * 6
    assert profile.sum() == pytest.approx(28 * long / (long + 2 * (2.05 + 3.5)), abs=0.7)
    inked = np.flatnonzero(profile > 0.5)
    assert inked[0] == 27 - inked[-1]


@pytest.mark.parametrize("character", ["4", "R", "J", "g", "7", "Q"])
def test_a_mirrored_glyph_converts_to_the_mirrored_image(character):
    """No direction is preferred: a shift by part of a pixel would show at every edge."""
    ink = drawn(character)
    plain = convert(ink).astype(int)
    for name, turned in {"left-right": np.fliplr, "up-down": np.flipud, "diagonal": np.transpose}.items():
        difference = np.abs(convert(np.ascontiguousarray(turned(ink))).astype(int) - turned(plain))
        assert difference.mean() < 1, name
        assert difference.max() <= 24, name


def drawn(character: str) -> np.ndarray:
    """Ink float32 (h, w) of a character, cropped to it."""
    sheet = np.zeros((200, 200), np.uint8)
    for stroke in curves(character)[0]:
        points = np.round((40 + 120 * stroke) * 16).astype(np.int32)
        cv2.polylines(sheet, [points], False, 255, 14, cv2.LINE_AA, 4)
    x, y, width, height = cv2.boundingRect(sheet)
    return sheet[y : y + height, x : x + width].astype(np.float32) / 255
