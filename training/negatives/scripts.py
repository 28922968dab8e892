"""Negatives out of fonts: letters of other scripts, punctuation and signs, none that share a shape with our 47 classes.

Parentheses, slashes, the exclamation mark, Greek Theta (a slashed 0), Cyrillic and Greek letters that look Latin, and the
like are left out: shape alone cannot refuse them.
"""

import re
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

PACKAGES = tuple(
    f"@fontsource/{name}" for name in ("kavivanar", "mali", "mynerve", "playpen-sans-arabic", "playpen-sans-hebrew")
)
"""Handwriting of other scripts, under the Open Font License; those of `training.hands.families` have more."""

SIZE = 120  # pixels of a font
_ROOM = 260
_WEIGHT = re.compile(r"-[1-9]00-(normal|italic)")
_NO_CHARACTER = "\ue123"  # of the private use area: what a font shows for what it does not have

TAUGHT = (
    '?&%@#*+=<>~^{}[]$"-',
    "ЖФЦШЩЫЭЮЯЙДБжфыэю",
    "ΓΔΛΞΣΦΨΩλξπφψζδ",
    "בלמפצשתע",
    "कखगघचजझटठडढतथदधनपफबभमयरलवशषह",
    "กขคฆจฉชซฌญฎฏฐฑฒณดตถธนผฝพฟมยลศษสหฬฮ",
    "한국말글씨빛꽃달별책봄강물밥집길눈발몸꿈춤힘땅",
)
"""By kind: signs, Cyrillic, Greek, Hebrew, Devanagari, Thai, Hangul."""
CHOSEN_BY = ("بتثجخذسشصضطظغفقكي",)
"""For validation alone: Arabic."""
HELD_OUT_SIGNS = ("£¥§¶©®±÷«»†‡¿‰¤",)
HELD_OUT_SCRIPTS = (
    "கசதநமயரவழளறனஞண",
    "あえおかきけさすせたなぬねはふほまみむめもやゆわを",
    "水火木金土語漢字学校花鳥風雨雪空海",
)
"""For the final figure alone: Tamil, Japanese kana and kanji."""


def pictures(folder: Path, alphabets: tuple[str, ...]) -> list[list[np.ndarray]]:
    """For each alphabet, its characters in every font below `folder` that has them: ink float32 (h, w), 0 to 1."""
    return [[ink for file in font_files(folder) for ink in _rendered(file, alphabet)] for alphabet in alphabets]


def font_files(folder: Path) -> list[Path]:
    """The fonts below a folder in a fixed order; of a package with several weights and slants the plain one, and of one
    file in two formats the first."""
    found = {file.with_suffix(""): file for file in sorted(folder.rglob("*")) if file.suffix in (".ttf", ".otf", ".woff")}
    return [file for file in found.values() if not _WEIGHT.search(file.name) or "400-normal" in file.name]


@cache
def _rendered(file: Path, alphabet: str) -> tuple[np.ndarray, ...]:
    try:
        font = ImageFont.truetype(file, SIZE)
    except OSError:  # a format that this FreeType does not read
        return ()
    missing = _drawn(font, _NO_CHARACTER)
    found = []
    for character in alphabet:
        ink = _drawn(font, character)
        if ink.max() > 0.5 and not np.array_equal(ink, missing):
            rows, columns = np.flatnonzero(ink.any(1)), np.flatnonzero(ink.any(0))
            found.append(ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1])
    return tuple(found)


def _drawn(font: ImageFont.FreeTypeFont, character: str) -> np.ndarray:
    picture = Image.new("L", (_ROOM, _ROOM))
    ImageDraw.Draw(picture).text((_ROOM / 2, _ROOM / 2), character, font=font, fill=255, anchor="mm")
    return np.asarray(picture, np.float32) / 255
