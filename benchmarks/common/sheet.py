"""Single characters that were misread, on one picture, to look at."""

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from hcr.alphabet import CLASSES


def sheet(images: np.ndarray, probabilities: np.ndarray, labels: np.ndarray) -> Image.Image:
    """The 100 surest errors, the surest first: "true, read as, how sure" above each image.

    images: uint8 (n, 28, 28); probabilities: (n, 47); labels: integers (n,).
    """
    guesses, sure = probabilities.argmax(1), probabilities.max(1)
    wrong = np.flatnonzero(guesses != labels)
    found = Image.new("L", (10 * 92, 10 * 112), 255)
    draw, font = ImageDraw.Draw(found), ImageFont.load_default(13)
    for place, index in enumerate(wrong[np.argsort(-sure[wrong])][:100]):
        x, y = place % 10 * 92 + 4, place // 10 * 112
        said = f"{CLASSES[labels[index]]}, read {CLASSES[guesses[index]]} {100 * sure[index]:.0f}"
        draw.text((x, y + 4), said, 0, font)
        found.paste(Image.fromarray(255 - images[index]).resize((84, 84)), (x, y + 24))
    return found
