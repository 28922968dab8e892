"""Characters drawn with the program's own strokes, on whatever paper a test wants."""

import cv2
import numpy as np

from hcr.data.generated.strokes import curves

SIDE = 280
Tone = int | tuple[int, int, int]


def drawn(name: str, side: int = SIDE, height: float = 170, pen: int = 14, centre: tuple[float, float] = (140, 140)):
    """Ink float32 (side, side), 0 to 1, of one character; lengths in pixels, x and y of its centre."""
    ink = np.zeros((side, side), np.float32)
    strokes = curves(name)[0]
    every = np.concatenate(strokes)
    middle, size = (every.min(0) + every.max(0)) / 2, np.ptp(every, axis=0).max()
    for stroke in strokes:
        path = np.round(((stroke - middle) / size * height + np.array(centre)) * 8).astype(np.int32)
        cv2.polylines(ink, [path], False, 1.0, pen, cv2.LINE_AA, 3)
    return np.clip(ink, 0, 1)


def on_paper(ink: np.ndarray, paper: Tone = 255, pen: Tone = 0) -> np.ndarray:
    """Ink float32 (h, w) on paper of one tone: uint8 (h, w), or (h, w, 3) in RGB."""
    share = ink if isinstance(paper, int) else ink[..., None]
    return np.round(np.array(paper) * (1 - share) + np.array(pen) * share).astype(np.uint8)


def photographed(picture: np.ndarray, blur: float = 1.2, noise: float = 2.5, dim: float = 0.3) -> np.ndarray:
    """As a phone takes it: blurred, noisy, lit from one side."""
    rng = np.random.default_rng(7)
    light = 1 - dim * np.linspace(0, 1, picture.shape[1])[None] * np.linspace(0.5, 1, picture.shape[0])[:, None]
    blurred = cv2.GaussianBlur(picture.astype(np.float32), (0, 0), blur)
    light = light if picture.ndim == 2 else light[..., None]
    return np.clip(blurred * light + rng.normal(0, noise, picture.shape), 0, 255).astype(np.uint8)
