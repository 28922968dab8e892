"""The confusion matrix: what was read as what, which classes look alike, and how to order and group them."""

from dataclasses import dataclass

import numpy as np

from hcr.alphabet import CLASS_COUNT, CLASSES, GROUP_INDEX, group_of, look_alikes


@dataclass(frozen=True)
class Matrix:
    """counts: int64 (m, m), true in rows, read in columns; names: what each row stands for, a class "O" or a group "0O"."""

    counts: np.ndarray
    names: tuple[str, ...]

    @property
    def totals(self) -> np.ndarray:
        """Images of each row: int64 (m,)."""
        totals: np.ndarray = self.counts.sum(1)
        return totals

    @property
    def errors(self) -> int:
        """Images off the diagonal."""
        return int(self.counts.sum() - np.trace(self.counts))

    def rows(self) -> np.ndarray:
        """Counts as shares of their row's images, float64 (m, m); zero where a row is empty."""
        shares: np.ndarray = self.counts / np.maximum(self.counts.sum(1, keepdims=True), 1)
        return shares

    def columns(self) -> np.ndarray:
        """Counts as shares of their column's images, float64 (m, m); zero where a column is empty."""
        shares: np.ndarray = self.counts / np.maximum(self.counts.sum(0, keepdims=True), 1)
        return shares

    def taken(self, order: np.ndarray) -> "Matrix":
        """The rows and columns `order`, int (k,), in that order."""
        return Matrix(self.counts[np.ix_(order, order)], tuple(self.names[place] for place in order))


@dataclass(frozen=True)
class ClassScores:
    """One class. precision, recall, f1: 0 to 1, 0 where undefined; images: how many there are; read: how often it was
    the answer; mostly: what it is most often misread as, "" if never."""

    name: str
    images: int
    read: int
    precision: float
    recall: float
    f1: float
    mostly: str


@dataclass(frozen=True)
class Pair:
    """Two classes that are confused: `there` images of `first` read as `second`, and `back` the other way.
    alike: they share a shape, so that no reader of the cropped image can tell them apart."""

    first: str
    second: str
    there: int
    back: int
    alike: bool

    @property
    def total(self) -> int:
        """Images confused in either direction."""
        return self.there + self.back


def confusion_matrix(labels: np.ndarray, guesses: np.ndarray) -> Matrix:
    """Labels and guesses, integers (n,), 0 to 46 -> the matrix over the 47 classes.

    >>> matrix = confusion_matrix(np.array([0, 0, 24]), np.array([0, 24, 24]))
    >>> matrix.counts[0, 24], matrix.errors, matrix.names[24]
    (np.int64(1), 1, 'O')
    """
    cells = labels.astype(np.int64) * CLASS_COUNT + guesses
    counts = np.bincount(cells, minlength=CLASS_COUNT**2).reshape(CLASS_COUNT, CLASS_COUNT)
    return Matrix(counts, tuple(CLASSES))


def roll_up(matrix: Matrix) -> Matrix:
    """The same images with each look-alike group as one row and one column, named by its members ("0O").

    matrix: of the 47 classes in their own order; the result has 40 rows.
    """
    groups = sorted(set(GROUP_INDEX))
    member = (np.array(GROUP_INDEX)[:, None] == np.array(groups)).astype(np.int64)
    names = tuple(CLASSES[index] + look_alikes(CLASSES[index]) for index in groups)
    return Matrix(member.T @ matrix.counts @ member, names)


def precision_recall_f1(counts: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Counts int (m, m), true in rows -> of each class float64 (m,) three times, 0 to 1; 0 where a class was never the
    answer or has no images."""
    hits = np.diag(counts)
    precision = hits / np.maximum(counts.sum(0), 1)
    recall = hits / np.maximum(counts.sum(1), 1)
    return precision, recall, 2 * hits / np.maximum(counts.sum(0) + counts.sum(1), 1)


def class_scores(matrix: Matrix) -> tuple[ClassScores, ...]:
    """One entry a row of the matrix, in its order."""
    precision, recall, f1 = precision_recall_f1(matrix.counts)
    wrong = matrix.counts - np.diag(np.diag(matrix.counts))
    worst = wrong.argmax(1)
    return tuple(
        ClassScores(
            name,
            int(matrix.counts[row].sum()),
            int(matrix.counts[:, row].sum()),
            float(precision[row]),
            float(recall[row]),
            float(f1[row]),
            matrix.names[worst[row]] if wrong[row, worst[row]] else "",
        )
        for row, name in enumerate(matrix.names)
    )


def most_confused(matrix: Matrix, count: int = 10) -> tuple[Pair, ...]:
    """The at most `count` pairs of classes with the most confusions, both directions together, most first."""
    both = np.triu(matrix.counts + matrix.counts.T, 1)
    places = np.argsort(-both, axis=None, kind="stable")[:count]
    pairs = []
    for row, column in zip(*np.unravel_index(places, both.shape), strict=True):
        there, back = int(matrix.counts[row, column]), int(matrix.counts[column, row])
        first, second = matrix.names[row], matrix.names[column]
        if not both[row, column]:
            break
        if back > there:
            first, second, there, back = second, first, back, there
        pairs.append(Pair(first, second, there, back, group_of(first[0]) == group_of(second[0])))
    return tuple(pairs)


def look_alike_errors(matrix: Matrix) -> int:
    """Errors of the 47-class matrix that stay within a shape-identical group."""
    groups = np.array(GROUP_INDEX)
    within = groups[:, None] == groups
    return int(matrix.counts[within].sum() - np.trace(matrix.counts))


def similarity_order(matrix: Matrix) -> np.ndarray:
    """An order of the rows, int (m,), that puts classes with similar answers side by side.

    Hierarchical clustering (average linkage) over the Hellinger distance between two classes' shares of answers, its
    leaves in the optimal order of Bar-Joseph et al. 2001.
    """
    if len(matrix.names) < 3:
        return np.arange(len(matrix.names))

    from scipy.cluster.hierarchy import leaves_list, linkage
    from scipy.spatial.distance import squareform

    overlap = np.sqrt(matrix.rows())
    distance = np.sqrt(np.clip(1 - overlap @ overlap.T, 0, 1))
    np.fill_diagonal(distance, 0)
    leaves: np.ndarray = leaves_list(linkage(squareform(distance, checks=False), method="average", optimal_ordering=True))
    return leaves


def error_order(matrix: Matrix) -> np.ndarray:
    """An order of the rows, int (m,): those of which the largest share is misread first."""
    share = 1 - np.diag(matrix.counts) / np.maximum(matrix.totals, 1)
    return np.argsort(-np.where(matrix.totals > 0, share, -1), kind="stable")
