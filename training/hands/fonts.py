"""Handwriting fonts -> the ink of their letters and digits."""

import re
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from hcr.alphabet import CLASSES, MERGED_LOWER
from hcr.errors import InputError
from training.hands.families import FAMILIES

CHARACTERS = CLASSES + MERGED_LOWER
SUFFIXES = (".woff", ".ttf", ".otf", ".woff2")  # of two files of one family the earlier kind is read
_SIZE = 160  # pixels to the em: a small letter is then as large as the conversion's work frame
_SHEET = 5 * _SIZE  # room for swashes
_MISSING = "\N{REPLACEMENT CHARACTER}\ue000"  # characters that no handwriting font has

# In a font of capitals alone a, e, n and r are as high, beside their own capitals, as b, d and h are: the two ratios agree
# within 2 % in Amatic SC, Permanent Marker and Rock Salt, and differ by 19 % or more in 59 others.
_LOW, _HIGH, _AGREE = "aenr", "bdh", 0.9
_SAME = 0.96  # correlation of two glyphs of one size: 0.97 and more where they are one drawing, up to 0.90 elsewhere
_OWN_CLASS = "abdefghnqrt"


def find(folder: Path) -> dict[str, Path]:
    """The font file of each family of `families.FAMILIES` that lies anywhere in `folder`: its Latin part of weight 400.

    Names are understood as @fontsource's packages ("caveat-latin-400-normal.woff") and Google Fonts ("Caveat-Regular.ttf",
    "Caveat[wght].ttf") have them. Raises InputError where there is no folder, or none of the families in it.
    """
    if not folder.is_dir():
        raise InputError(f"There is no folder {folder} with fonts. README says which packages hold them.")
    wanted = {_bare(family.name): family.name for family in FAMILIES}
    found: dict[str, Path] = {}
    for suffix in SUFFIXES:
        for file in sorted(folder.rglob(f"*{suffix}")):
            name = wanted.get(_bare(re.sub(r"(-latin-400-normal|-Regular|\[.*\])$", "", file.stem)))
            if name:
                found.setdefault(name, file)
    if not found:
        raise InputError(f"None of the families of training/hands/families.py is in {folder}. README says how to get them.")
    return dict(sorted(found.items()))


def glyphs(file: Path) -> dict[str, np.ndarray]:
    """The ink of each of the 62 letters and digits that a font has: float32 (h, w), 0 to 1, cropped.

    Left out: what is missing or blank, and small letters that are drawn as capitals and have a class of their own.
    Raises InputError for a file that is no font.
    """
    try:
        font = ImageFont.truetype(file, _SIZE)
    except OSError as error:
        raise InputError(f"{file} cannot be read as a font. Remove it, or get its package again.") from error
    missing = {_drawn(font, character).tobytes() for character in _MISSING}
    drawn = {character: _drawn(font, character) for character in CHARACTERS}
    inks = {character: ink for character, ink in drawn.items() if ink.size and ink.tobytes() not in missing}
    wrong = capitals_among(inks)
    return {character: ink for character, ink in inks.items() if character not in wrong}


def capitals_among(inks: dict[str, np.ndarray]) -> set[str]:
    """Which small letters with a class of their own are drawn as their capitals: all, in a font of capitals, or some."""
    pairs = [character for character in _OWN_CLASS if character in inks and character.upper() in inks]
    height = {character: len(inks[character]) / len(inks[character.upper()]) for character in pairs}
    low, high = ([height[character] for character in some if character in height] for some in (_LOW, _HIGH))
    if low and high and np.median(low) > _AGREE * np.median(high):
        return set(_OWN_CLASS)
    small = {character: _small(inks[character]) for pair in pairs for character in (pair, pair.upper())}
    return {character for character in pairs if np.corrcoef(small[character], small[character.upper()])[0, 1] > _SAME}


def _small(ink: np.ndarray) -> np.ndarray:
    """A glyph of any size, blurred, in the middle of 32x32: float32 (1024,)."""
    scale = 32 / max(ink.shape)
    size = max(1, round(ink.shape[1] * scale)), max(1, round(ink.shape[0] * scale))
    small = np.zeros((32, 32), np.float32)
    top, left = (32 - size[1]) // 2, (32 - size[0]) // 2
    small[top : top + size[1], left : left + size[0]] = cv2.resize(ink, size, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.GaussianBlur(small, (0, 0), 1.5)).ravel()


def _drawn(font: ImageFont.FreeTypeFont, character: str) -> np.ndarray:
    """One character's ink, cropped: float32 (h, w), 0 to 1; empty where there is none."""
    sheet = Image.new("L", (_SHEET, _SHEET))
    ImageDraw.Draw(sheet).text((_SHEET // 2, _SHEET // 2), character, 255, font, anchor="ms")
    box = sheet.getbbox()
    return np.asarray(sheet.crop(box), np.float32) / 255 if box else np.empty((0, 0), np.float32)


def _bare(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())
