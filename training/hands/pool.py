"""The pool of hands: images of handwriting fonts and of stroke templates, to be mixed with EMNIST in training."""

import hashlib
import os
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

import cv2
import numpy as np
import PIL
from tqdm import tqdm

from hcr.alphabet import index_of
from hcr.data.generated import standin, strokes
from hcr.image import SIDE
from hcr.picture import conversion
from training.hands import fonts, writing
from training.hands.families import FAMILIES
from training.hands.forms import FORMS

OF_GLYPH, OF_GLYPH_HELD_OUT = 12, 4  # images of each glyph of a font; of a family that is held out
OF_CHARACTER = 300  # images of each character's templates together, as many of each
OF_TEMPLATE_HELD_OUT = 12
PEN = (0.06 * conversion.LONGEST, 0.17 * conversion.LONGEST)  # pixels in the frame: strokes from EMNIST's 1 % to its 95 %
PLAIN = "plain"
UNCLEAR = {"00 50 14* 35 57 39 18"}  # the stand-in's templates that are another character's form too: a z, a 3

_Task = tuple[str, str, list[np.ndarray]]  # source, character, images


@dataclass(frozen=True)
class Written:
    """Upright uint8 images (n, 28, 28), 0 = paper, 255 = ink; labels uint8 (n,), 0 to 46; characters (n,): which of the
    62 each was meant as; sources (n,): the font's family, or the form as "1 crossed", or "1 plain"."""

    images: np.ndarray
    labels: np.ndarray
    characters: np.ndarray
    sources: np.ndarray

    def __len__(self) -> int:
        return len(self.labels)


@dataclass(frozen=True)
class Hands:
    """learned: to train on; held_out: families and templates that are never trained on, for validation; description: what
    is in `learned`, in words. A class that joins two cases has twice the images: draw by class, or the prior leaks."""

    learned: Written
    held_out: Written
    description: str


def build(folder: Path | None, seed: int = 0, cache: Path | None = None) -> Hands:
    """The pool of the fonts in `folder`, or of the stroke templates alone without one.

    Everything depends on the seed, the fonts' bytes and the code alone. cache: a folder in which the pool is kept, and
    found again as long as none of these changes. Raises InputError for a folder without any of the families, and for a
    file that is no font.
    """
    found = fonts.find(folder) if folder else {}
    kept = cache / f"hands-{_key(found, seed)}.npz" if cache else None
    arrays = _load(kept) if kept else None
    if arrays is None:
        arrays = _draw(found, seed)
        if kept:
            _save(kept, arrays)
    learned, held_out = (Written(*(arrays[f"{part}_{name}"] for name in _FIELDS)) for part in _PARTS)
    return Hands(learned, held_out, _describe(learned, found))


_FIELDS = ("images", "labels", "characters", "sources")
_PARTS = ("learned", "held_out")


def _draw(found: dict[str, Path], seed: int) -> dict[str, np.ndarray]:
    arrays: dict[str, np.ndarray] = {}
    out_of_training = {family.name for family in FAMILIES if family.held_out}
    for part in _PARTS:
        held_out = part == "held_out"
        files = {name: file for name, file in found.items() if (name in out_of_training) == held_out}
        written = [*_of_fonts(files, seed, OF_GLYPH_HELD_OUT if held_out else OF_GLYPH), *_of_strokes(seed, held_out)]
        counts = [len(images) for _, _, images in written]
        columns = (
            np.array([image for _, _, images in written for image in images], np.uint8).reshape(-1, SIDE, SIDE),
            np.repeat(np.array([index_of(character) for _, character, _ in written], np.uint8), counts),
            np.repeat(np.array([character for _, character, _ in written]), counts),
            np.repeat(np.array([source for source, _, _ in written]), counts),
        )
        arrays |= {f"{part}_{name}": column for name, column in zip(_FIELDS, columns, strict=True)}
    return arrays


def _of_fonts(files: dict[str, Path], seed: int, count: int) -> Iterator[_Task]:
    """`count` images of each glyph of each font."""
    without = {family.name: family.without for family in FAMILIES}
    for name, file in tqdm(files.items(), "fonts", unit="font", disable=not files):
        rng = _generator(seed, name)
        for character, ink in fonts.glyphs(file).items():
            if character not in without[name]:
                yield name, character, [writing.write(ink, rng) for _ in range(count)]


def _of_strokes(seed: int, held_out: bool) -> Iterator[_Task]:
    """The same number of images of each character's templates together; of each template that is held out."""
    for character in tqdm(fonts.CHARACTERS, "strokes", unit="character"):
        forms = [form for form in FORMS if form.character == character]
        ways = [(form.name, text) for form in forms for text in (form.held_out if held_out else form.learned)]
        if not held_out:
            ways += [(PLAIN, text) for text in strokes.TEMPLATES[character] if text not in UNCLEAR]
        rng = _generator(seed, f"{character} {held_out}")
        for number, (name, text) in enumerate(ways):
            count = OF_TEMPLATE_HELD_OUT if held_out else len(range(number, OF_CHARACTER, len(ways)))
            template = strokes.parse(text)
            yield f"{character} {name}", character, [standin.write(template, rng, PEN) for _ in range(count)]


def _generator(seed: int, name: str) -> np.random.Generator:
    """One for each source, so that another font in the folder leaves all other images as they were."""
    return np.random.default_rng((seed, crc32(name.encode())))


def _describe(learned: Written, found: dict[str, Path]) -> str:
    of_fonts = int(np.isin(learned.sources, list(found)).sum())
    families = len(np.unique(learned.sources[np.isin(learned.sources, list(found))]))
    drawn = f"{len(learned) - of_fonts:,} characters drawn from stroke templates"
    return f"{of_fonts:,} glyphs of {families} handwriting fonts and {drawn}" if of_fonts else drawn


def _key(found: dict[str, Path], seed: int) -> str:
    """A hash of all that decides the images."""
    digest = hashlib.sha256(repr((seed, np.__version__, cv2.__version__, PIL.__version__, sorted(found))).encode())
    code = [*sorted(Path(__file__).parent.glob("*.py"))]
    code += [Path(module.__file__) for module in (standin, strokes, conversion) if module.__file__]
    for file in [*code, *found.values()]:
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:16]


def _load(file: Path) -> dict[str, np.ndarray] | None:
    """The kept arrays; None where there are none, or a file that is not whole."""
    try:
        with file.open("rb") as stream, np.load(stream) as kept:
            return {f"{part}_{name}": kept[f"{part}_{name}"] for part in _PARTS for name in _FIELDS}
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None


def _save(file: Path, arrays: dict[str, np.ndarray]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    partial = file.with_name(f"{file.stem}.{os.getpid()}.part.npz")
    np.savez_compressed(partial, allow_pickle=False, **arrays)
    partial.replace(file)
