"""The same drawing elsewhere, larger, in other colours, framed or padded is the same to the model."""

import cv2
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from hcr.reading import read, see
from tests.unit.picture.drawings import SIDE, drawn, on_paper

NAMES = "235ABEGHKMNRSTWXYZ"
tones = st.sampled_from(
    [(255, 0), (0, 255), (240, 60), (30, 200), ((250, 240, 200), (20, 30, 120)), ((0, 130, 0), (255, 0, 0))]
)


def changed(name: str, scale: float, place: tuple[int, int], tone: tuple, frame: int, pad: int) -> np.ndarray:
    """A drawing moved by `place`, padded with its paper and framed, all in pixels before it is enlarged by `scale`."""
    ink = cv2.warpAffine(drawn(name), np.array([[1, 0, place[0]], [0, 1, place[1]]], np.float32), (SIDE, SIDE))
    ink = cv2.copyMakeBorder(ink, pad, pad, pad, pad, cv2.BORDER_CONSTANT, value=0)
    paper, pen = tone
    picture = on_paper(cv2.resize(ink, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), paper, pen)
    value = pen if isinstance(pen, int) else tuple(map(int, pen))
    return cv2.copyMakeBorder(picture, frame, frame, frame, frame, cv2.BORDER_CONSTANT, value=value)


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(NAMES),
    st.floats(0.4, 3),
    st.tuples(st.integers(-25, 25), st.integers(-25, 25)),
    tones,
    st.integers(0, 6),
    st.integers(0, 120),
)
def test_the_model_sees_the_same(name, scale, place, tone, frame, pad):
    expected, found = see(on_paper(drawn(name))), see(changed(name, scale, place, tone, frame, pad))
    assert expected is not None
    assert found is not None
    assert np.abs(expected.image.astype(int) - found.image).mean() < 9


def test_the_text_is_the_same():
    rng = np.random.default_rng(0)
    every = [(255, 0), (0, 255), (240, 60), (30, 200), ((250, 240, 200), (20, 30, 120)), ((0, 130, 0), (255, 0, 0))]
    same = 0
    for number in range(150):
        name = NAMES[number % len(NAMES)]
        place = (int(rng.integers(-25, 26)), int(rng.integers(-25, 26)))
        picture = changed(
            name, rng.uniform(0.4, 3), place, every[number % len(every)], int(rng.integers(7)), int(rng.integers(120))
        )
        same += read(picture).text == read(on_paper(drawn(name))).text
    assert same >= 0.98 * 150
