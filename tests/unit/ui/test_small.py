"""A picture made small looks as the whole one does, whatever kind of file it comes from."""

import io

import numpy as np
import pytest
from PIL import Image

from hcr.picture.decoding import decode
from hcr.picture.small import small
from tests.pictures import KINDS, glyph, heic, saved


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_shown_as_it_is(kind):
    found = small(decode(KINDS[kind]), (32, 32))
    assert found.size == (64, 64)
    assert found.picture.size == (32, 32)
    assert found.picture.mode in ("L", "RGB")
    shown = np.asarray(found.picture.convert("L"), int)
    assert np.abs(shown - np.asarray(glyph().convert("L").resize((32, 32)), int)).mean() < 12


@pytest.mark.parametrize(("turn", "corner"), [(1, (0, 0)), (3, (1, 1)), (6, (1, 0)), (8, (0, 1))])
def test_it_is_turned_as_its_camera_says(turn, corner):
    """A red corner, up on the left in the file."""
    sheet = Image.new("RGB", (200, 100), "white")
    sheet.paste("red", (0, 0, 50, 50))
    exif = Image.Exif()
    exif[0x0112] = turn
    found = small(decode(saved(sheet, "PNG", exif=exif)), (80, 80))
    assert found.size == ((200, 100) if turn < 5 else (100, 200))
    assert found.picture.size == ((80, 40) if turn < 5 else (40, 80))
    across, down = corner
    place = across * (found.picture.width - 1), down * (found.picture.height - 1)
    assert found.picture.getpixel(place) == (255, 0, 0)


def test_it_is_never_made_larger_and_keeps_a_line_s_pixel():
    assert small(decode(saved(glyph(8), "PNG")), (1200, 1200)).picture.size == (8, 8)
    assert small(decode(saved(Image.new("L", (4000, 5)), "PNG")), (96, 64)).picture.size == (96, 1)


def test_transparent_parts_are_white_and_numbers_become_greys():
    sheet = Image.new("RGBA", (20, 20), (0, 0, 0, 0))
    sheet.paste((200, 0, 0, 255), (0, 0, 10, 20))
    for data in (saved(sheet, "PNG"), saved(sheet.quantize(4), "PNG"), saved(sheet, "TIFF")):
        found = small(decode(data), (20, 20)).picture
        assert found.getpixel((19, 10)) == (255, 255, 255)
        assert found.getpixel((2, 10)) == pytest.approx((200, 0, 0), abs=2)
    deep = Image.fromarray(np.tile(np.linspace(0, 65535, 40).astype(np.uint16), (40, 1)))
    grey = np.asarray(small(decode(saved(deep, "TIFF")), (40, 40)).picture, int)
    assert grey[0, 0] == 0
    assert grey[0, -1] == 255


def test_a_photo_keeps_its_colours():
    found = small(decode(heic(Image.new("RGB", (300, 200), (200, 120, 40)))), (96, 64)).picture
    assert found.getpixel((40, 30)) == pytest.approx((200, 120, 40), abs=8)
    stream = io.BytesIO()
    Image.new("CMYK", (40, 40), (0, 255, 255, 0)).save(stream, "JPEG")
    red, green, _ = small(decode(stream.getvalue()), (40, 40)).picture.getpixel((20, 20))  # type: ignore[misc]
    assert red > 200 > green
