"""EMNIST's images drawn large and converted again, as a reader meets what people draw.

Everything that is no character has come through that conversion; were EMNIST's own images the only characters, a network
would learn the conversion's traces as a sign of "no character", and refuse what people draw.
"""

import cv2
import numpy as np
from tqdm import tqdm

from hcr.image import SIDE
from hcr.picture.conversion import convert

SIDES = 84, 280  # pixels a side, from and to
CRISP = 0.35, 0.65  # of full ink: what lies between becomes an edge as sharp as a pen's, in half of the images
_CROP = 0.2


def converted_again(images: np.ndarray, seed: int) -> np.ndarray:
    """Upright uint8 (n, 28, 28) -> the same characters, uint8 (n, 28, 28). The same seed gives the same images."""
    rng = np.random.default_rng((seed, 4))
    result = np.empty_like(images)
    for index, image in enumerate(tqdm(images, desc="converted again", unit=" images", mininterval=5)):
        side = int(rng.integers(*SIDES))
        ink = cv2.resize(image, (side, side), interpolation=cv2.INTER_CUBIC).astype(np.float32) / 255
        if rng.random() < 0.5:
            ink = (ink - CRISP[0]) / (CRISP[1] - CRISP[0])
        ink = np.clip(ink, 0, 1)
        x, y, width, height = cv2.boundingRect((ink > _CROP).astype(np.uint8))
        whole = width >= side // SIDE and height >= side // SIDE
        result[index] = convert(np.pad(ink[y : y + height, x : x + width], 2)) if whole else image
    return result
