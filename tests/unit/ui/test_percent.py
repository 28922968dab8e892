"""No figure claims what is not so, and no picture loses a pixel."""

import base64

import cv2
import numpy as np
import pytest

from hcr.ui.templates import percent, png


@pytest.mark.parametrize(
    ("share", "digits", "said"),
    [
        (0.5, 0, "50%"),
        (0.123, 1, "12.3%"),
        (1.0, 0, ">99%"),
        (1.0, 1, ">99.9%"),
        (0.996, 0, ">99%"),
        (0.994, 0, "99%"),
        (0.9994, 1, "99.9%"),
        (0.9996, 1, ">99.9%"),
        (0.99999, 2, ">99.99%"),
        (0.0, 0, "0%"),
        (0.0, 1, "0.0%"),
        (0.004, 0, "<1%"),
        (0.006, 0, "1%"),
        (0.0004, 1, "<0.1%"),
        (1e-12, 2, "<0.01%"),
        (float("nan"), 1, "–"),
    ],
)
def test_percent(share, digits, said):
    assert percent(share, digits) == said
    assert percent(np.float32(share), digits) == said


def test_no_share_is_ever_called_certain_or_nothing():
    for share in np.concatenate([np.linspace(0, 1, 2001), 1 - np.logspace(-9, -1, 50), np.logspace(-9, -1, 50)]):
        for digits in (0, 1, 2):
            words = percent(share, digits)
            value = float(words.strip("<>%"))
            assert value < 100
            assert (value > 0) == (share > 0)


def test_png_keeps_every_pixel():
    grey = np.arange(784, dtype=np.uint8).reshape(28, 28)
    colours = np.stack([grey, grey.T, 255 - grey], 2)
    for image in (grey, colours, grey.T):
        data = np.frombuffer(base64.b64decode(png(image).removeprefix("data:image/png;base64,")), np.uint8)
        found = cv2.imdecode(data, cv2.IMREAD_UNCHANGED)
        assert np.array_equal(found if image.ndim == 2 else found[..., ::-1], image)
