"""Draw the example pictures of the tab Draw & Predict.

python assets/examples/make.py
"""

import sys
from pathlib import Path

import cv2
import numpy as np

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1]))

from hcr.data.generated.strokes import curves

SIDE = 320


def character(name: str, height: float, pen: int, centre: tuple[float, float], slant: float = 0.15) -> np.ndarray:
    """Ink float32 (SIDE, SIDE), 0 to 1, of one character, a little bent by a random hand."""
    rng = np.random.default_rng(ord(name))
    ink = np.zeros((SIDE, SIDE), np.float32)
    strokes = curves(name)[0]
    every = np.concatenate(strokes)
    middle, size = (every.min(0) + every.max(0)) / 2, np.ptp(every, axis=0).max()
    for stroke in strokes:
        points = (stroke - middle) / size * height
        points = points + np.cumsum(rng.normal(0, 0.25, points.shape), 0)
        points[:, 0] -= slant * points[:, 1]
        path = np.round((points + np.array(centre)) * 8).astype(np.int32)
        cv2.polylines(ink, [path], False, 1.0, pen, cv2.LINE_AA, 3)
    return np.clip(ink, 0, 1)


def on_paper(ink: np.ndarray, paper: tuple[int, ...], pen: tuple[int, ...]) -> np.ndarray:
    """BGR picture of ink on paper: uint8 (SIDE, SIDE, 3)."""
    strength = ink[..., None]
    return (np.array(paper) * (1 - strength) + np.array(pen) * strength).astype(np.uint8)


def photographed(picture: np.ndarray) -> np.ndarray:
    """As a phone would take it: blurred, noisy, lit from one side."""
    rng = np.random.default_rng(7)
    across, down = np.meshgrid(np.linspace(0, 1, SIDE), np.linspace(0, 1, SIDE))
    light = (0.95 - 0.4 * across - 0.15 * down)[..., None]
    blurred = cv2.GaussianBlur(picture, (0, 0), 1.6)
    return np.clip(blurred * light + rng.normal(0, 2.5, picture.shape), 0, 255).astype(np.uint8)


def main() -> None:
    ruled = on_paper(character("g", 150, 5, (150, 165)), (225, 235, 238), (95, 60, 40))
    ruled[235:237] = (200, 190, 180)
    pictures = {
        "1-pen.png": on_paper(character("R", 190, 15, (160, 160)), (255, 255, 255), (20, 20, 20)),
        "2-photo.jpg": photographed(on_paper(character("4", 140, 7, (175, 150)), (225, 232, 235), (70, 70, 75))),
        "3-chalk.png": on_paper(character("B", 180, 13, (160, 160), 0.0), (58, 70, 48), (235, 240, 238)),
        "4-ruled.jpg": photographed(ruled),
        "5-corner.png": on_paper(character("K", 70, 6, (60, 250)), (250, 250, 250), (160, 60, 20)),
        "6-zero.png": on_paper(character("0", 200, 20, (160, 160)), (255, 255, 255), (110, 30, 90)),
    }
    for name, picture in pictures.items():
        cv2.imwrite(str(HERE / name), picture)


if __name__ == "__main__":
    main()
