"""Two models on the same images."""

from fractions import Fraction
from math import comb

import numpy as np
import pytest

from hcr.errors import InputError
from hcr.report.comparison import compare, mcnemar
from hcr.report.evaluation import report
from tests.predicted import made_up_predictions


@pytest.mark.parametrize(("fixed", "broke"), [(0, 0), (0, 5), (9, 3), (3, 9), (120, 121), (700, 640), (2000, 1700)])
def test_mcnemar_is_the_exact_binomial_test(fixed, broke):
    differ = fixed + broke
    tail = Fraction(sum(comb(differ, count) for count in range(min(fixed, broke) + 1)), 2**differ)
    expected = float(min(Fraction(1), 2 * tail))
    assert mcnemar(fixed, broke) == pytest.approx(expected, rel=1e-9)


def test_fixed_and_broken_images():
    before, after = report(made_up_predictions(1500, seed=3)), report(made_up_predictions(1500, seed=3))
    assert compare(before, after).p_value == 1.0
    spoiled = made_up_predictions(1500, seed=3)
    classes = spoiled.classes.copy()
    right = np.flatnonzero(spoiled.correct)[:12]
    classes[right] = classes[right][:, [1, 0, 2, 3, 4]]
    worse = report(type(spoiled)(spoiled.index, spoiled.labels, classes, spoiled.probabilities, spoiled.provenance))
    found = compare(before, worse)
    assert found.broke.tolist() == right.tolist()
    assert len(found.fixed) == 0
    assert found.p_value == pytest.approx(2 * 0.5**12)
    assert found.worse
    assert not compare(worse, before).worse
    assert found.difference.sum() == 0
    assert np.trace(found.difference) == -12


def test_reports_of_different_images_are_not_compared():
    with pytest.raises(InputError, match="different images"):
        compare(report(made_up_predictions(100)), report(made_up_predictions(100, images_sha256="d" * 64)))
