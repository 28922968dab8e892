"""Two reports on the same images: which were fixed, which broke, and whether that is more than chance."""

from dataclasses import dataclass

import numpy as np

from hcr.errors import InputError
from hcr.report.evaluation import Report


@dataclass(frozen=True)
class Comparison:
    """before, after: the two reports; fixed: rows of the predictions, int (k,), that only `after` reads right;
    broke: those that only `before` does; p_value: McNemar's exact test, 0 to 1; difference: int64 (47, 47),
    the second confusion matrix minus the first."""

    before: Report
    after: Report
    fixed: np.ndarray
    broke: np.ndarray
    p_value: float
    difference: np.ndarray

    @property
    def worse(self) -> bool:
        """Whether `after` is worse than `before` by more than chance, at the 5 % level."""
        return len(self.broke) > len(self.fixed) and self.p_value < 0.05


def compare(before: Report, after: Report) -> Comparison:
    """Raises InputError where the two reports are not of the same images."""
    old, new = before.predictions, after.predictions
    if old.provenance.images_sha256 != new.provenance.images_sha256 or not np.array_equal(old.index, new.index):
        raise InputError(
            f"The two reports are of different images: {old.provenance.images}, and {new.provenance.images}. "
            "Evaluate both models on the same split."
        )
    fixed, broke = np.flatnonzero(~old.correct & new.correct), np.flatnonzero(old.correct & ~new.correct)
    return Comparison(
        before, after, fixed, broke, mcnemar(len(fixed), len(broke)), after.matrix.counts - before.matrix.counts
    )


def mcnemar(fixed: int, broke: int) -> float:
    """Two-sided exact p-value (McNemar 1947, as a binomial test): of the images on which the two models differ, how
    likely is a split at least this uneven if both were equally good?"""
    from scipy.stats import binomtest  # kept out of the app's start-up path: a second

    return float(binomtest(fixed, fixed + broke, 0.5).pvalue) if fixed + broke else 1.0
