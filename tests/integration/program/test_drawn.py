"""What a user of the canvas and of the upload box gets: characters that people drew and photographed."""

import cv2
import numpy as np
import pytest

from hcr.alphabet import GROUP_INDEX, index_of
from hcr.model import bundle
from hcr.model.classifier import Classifier
from hcr.reading import see

GROUPS = np.array(GROUP_INDEX)


def canvas(folder):
    data = np.load(folder / "canvas.npz")
    return list(data["images"]), np.array([index_of(str(label)) for label in data["labels"]])


def photos(folder):
    data = np.load(folder / "photos.npz")
    pictures, start = [], 0
    for height, width in data["shapes"]:
        pictures.append(data["pixels"][start : start + height * width].reshape(height, width))
        start += height * width
    return pictures, np.array([index_of(str(label)) for label in data["labels"]])


def scores(images: np.ndarray, labels: np.ndarray) -> dict[str, float]:
    order = np.argsort(-Classifier(bundle.open_bundle(bundle.BUNDLED)).logits(images), 1)
    first = order[:, 0]
    return {
        "top1": float((first == labels).mean()),
        "merged": float((GROUPS[first] == GROUPS[labels]).mean()),
        "top3": float((order[:, :3] == labels[:, None]).any(1).mean()),
    }


def converted(pictures) -> np.ndarray:
    """What the app's pipeline gives the model; a picture without ink counts as an empty image."""
    found = [see(picture) for picture in pictures]
    return np.stack([np.zeros((28, 28), np.uint8) if one is None else one.image for one in found])


def squeezed(pictures) -> np.ndarray:
    """The usual front end: the whole picture resized to 28x28 and inverted."""
    return np.stack([255 - cv2.resize(picture, (28, 28), interpolation=cv2.INTER_AREA) for picture in pictures])


def otsu(pictures) -> np.ndarray:
    """The front end that a careful programmer writes in ten lines: Otsu's threshold, crop to the ink, centre in a square
    with EMNIST's two pixels of paper around it, resize to 28x28."""
    found = []
    for picture in pictures:
        _, ink = cv2.threshold(picture, 0, 255, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)
        x, y, width, height = cv2.boundingRect(ink)
        side = max(width, height, 1)
        square = np.zeros((side, side), np.uint8)
        top, left = (side - height) // 2, (side - width) // 2
        square[top : top + height, left : left + width] = ink[y : y + height, x : x + width]
        found.append(cv2.copyMakeBorder(cv2.resize(square, (24, 24), interpolation=cv2.INTER_AREA), 2, 2, 2, 2, 0, value=0))
    return np.stack(found)


@pytest.mark.drawn_data
@pytest.mark.parametrize(("kind", "top1", "merged", "better"), [(canvas, 0.88, 0.945, 0.0), (photos, 0.82, 0.89, 0.05)])
def test_drawn_characters_are_read(drawn_folder, kind, top1, merged, better):
    pictures, labels = kind(drawn_folder)
    ours, careful = scores(converted(pictures), labels), scores(otsu(pictures), labels)
    print(f"{kind.__name__}: {ours}; Otsu's threshold, cropped and resized: {careful}")
    assert ours["top1"] >= top1
    assert ours["merged"] >= merged
    assert ours["top1"] > careful["top1"] + better


@pytest.mark.drawn_data
@pytest.mark.parametrize("pen", [1, 2])
def test_thin_strokes_are_no_worse_than_naive(drawn_folder, pen):
    """Each drawing's middle lines, redrawn one or two pixels wide in a 32-pixel picture."""
    pictures, labels = canvas(drawn_folder)
    thin = [_redrawn(picture, pen) for picture in pictures]
    ours, naive = scores(converted(thin), labels), scores(squeezed(thin), labels)
    print(f"pen {pen}: {ours}; resized whole: {naive}")
    assert ours["top1"] >= naive["top1"]


def _redrawn(picture: np.ndarray, pen: int) -> np.ndarray:
    ink = 255 - picture
    x, y, width, height = cv2.boundingRect(ink)
    scale = 24 / max(width, height)
    middle = _thinned(ink[y : y + height, x : x + width])
    sheet = np.full((32, 32), 255, np.uint8)
    rows, columns = np.nonzero(middle)
    for row, column in zip(rows, columns, strict=True):
        top, left = 4 + int(row * scale), 4 + int(column * scale)
        sheet[top : top + pen, left : left + pen] = 0
    return sheet


def _thinned(ink: np.ndarray) -> np.ndarray:
    """Morphological skeleton (Lantuejoul's formula): bool (h, w)."""
    cross = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))
    rest = (ink > 127).astype(np.uint8)
    skeleton = np.zeros_like(rest)
    while rest.any():
        eroded = cv2.erode(rest, cross)
        skeleton |= rest & ~cv2.dilate(eroded, cross)
        rest = eroded
    return skeleton.astype(bool)
