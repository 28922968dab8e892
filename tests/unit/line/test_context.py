"""What a line decides, on probabilities made by hand."""

import numpy as np
import pytest

from hcr.alphabet import CLASSES, wanted
from hcr.errors import InputError
from hcr.line.context import Place, alone, decide, places

CAPITAL, LOW = Place(1.0, 0.0), Place(0.62, 0.0)
UNKNOWN = Place(np.nan, np.nan)


def row(**shares: float) -> np.ndarray:
    """Probabilities of classes; "d0" is the digit 0. What is left goes to all alike."""
    found = np.full(47, (1 - sum(shares.values())) / 47)
    for name, share in shares.items():
        found[CLASSES.index(name.removeprefix("d"))] += share
    return found


def text(rows: list[np.ndarray], where: list[Place], only: str | None = None) -> str:
    return "".join(decision.text for decision in decide(np.stack(rows), where, only and wanted(only))[0])


def test_a_zero_among_digits_and_an_o_among_letters():
    doubtful = row(O=0.5, d0=0.49)
    assert text([row(d4=0.99), doubtful, row(d7=0.99)], [CAPITAL] * 3) == "407"
    assert text([row(D=0.99), row(O=0.49, d0=0.5), row(G=0.99)], [CAPITAL] * 3) == "DOG"


@pytest.mark.parametrize(("where", "expected"), [(LOW, "cos"), (CAPITAL, "COS")])
def test_size_tells_the_case(where, expected):
    assert text([row(C=0.99), row(O=0.9, d0=0.09), row(S=0.9, d5=0.09)], [where] * 3) == expected


def test_a_word_among_numbers_is_a_number():
    word = np.stack([row(L=0.5, d1=0.45), row(O=0.6, d0=0.35)]), [CAPITAL, Place(0.8, 0.0)]
    assert "".join(decision.text for decision in decide(*word)[0]).lower() == "lo"
    assert "".join(decision.text for decision in decide(*word, among_numbers=True)[0]) == "10"


def test_a_capital_begins_a_name():
    assert text([row(M=0.99), row(O=0.9), row(n=0.99), row(a=0.99)], [CAPITAL, LOW, LOW, LOW]) == "Mona"


def test_neighbours_tell_an_l_from_an_i():
    letters = [row(F=0.99), row(I=0.5, L=0.45), row(A=0.99), row(T=0.99)]
    assert text(letters, [CAPITAL] * 4) == "FLAT"
    letters = [row(S=0.99), row(I=0.45, L=0.5), row(X=0.99)]
    assert text(letters, [CAPITAL] * 3) == "SIX"


@pytest.mark.parametrize("certain", ["Q", "d8", "a"])
def test_a_clear_shape_is_never_overruled(certain):
    assert text([row(T=0.99), row(**{certain: 0.95}), row(E=0.99)], [CAPITAL, UNKNOWN, CAPITAL])[1] == certain.removeprefix(
        "d"
    )


def test_only_what_was_asked_for():
    shares = np.where([name.isdigit() for name in CLASSES], row(d0=0.3, d1=0.3), 0)
    assert text([shares / shares.sum()] * 2, [UNKNOWN] * 2, "digits").isdigit()
    assert alone(CLASSES.index("C"), wanted("abc")).text == "c"
    assert alone(CLASSES.index("C")).text == "C"


@pytest.mark.parametrize("nonsense", ["", "letter", "AÄ", "a b", "!"])
def test_only_of_nothing_known_is_refused(nonsense):
    with pytest.raises(InputError, match='give "letters"'):
        wanted(nonsense)


def test_places_follow_a_line_that_falls():
    boxes = np.array([(40 * number, 100 + 4 * number, 30, 60) for number in range(8)])
    labels = np.array([CLASSES.index("E")] * 8)
    for place in places(boxes, labels, 0.1, 60.0):
        assert abs(place.deep) < 0.05
        assert place.tall == pytest.approx(1.0)


def test_where_nothing_stands_on_the_line_no_place_is_known():
    assert np.isnan(places(np.array([(0, 0, 10, 10)]), np.array([CLASSES.index("g")]), 0.0, 10.0)[0].tall)
