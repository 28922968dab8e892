"""A picture, from wherever -> grey levels."""

from collections.abc import Callable, Iterator
from math import ceil, log2, sqrt
from pathlib import Path

import numpy as np
from PIL import ExifTags, Image, ImageOps

from hcr.errors import InputError
from hcr.picture.decoding import Decoded, check_size, decode, read_safely, turn_of
from hcr.picture.ink import MIN_CONTRAST, Gray
from hcr.picture.paper.colour import ToGray, best_tone, sampled

STRIP = 1 << 20  # pixels that are converted at a time: the copies that this takes stay small
KEPT = 16_000_000  # pixels of grey that are kept; more is reduced by a whole factor


def open_picture(source: Path | str | bytes | Image.Image | np.ndarray | Decoded) -> Gray:
    """Decode a picture, first frame only, turned by its EXIF tag, transparent parts composited on paper.

    source: a file, its bytes, a PIL image, a uint8 array (h, w), (h, w, 3) or (h, w, 4), or what `decode` gave. Raises
    InputError with a sentence for everything that is no usable picture. Takes at most 300 MB meanwhile.
    """
    if isinstance(source, Decoded):
        found = source
    elif isinstance(source, np.ndarray):
        found = Decoded(_from_array(source), (source.shape[1], source.shape[0]), 1)
    elif isinstance(source, Image.Image):
        check_size(*source.size)
        found = Decoded(source, source.size, turn_of(source))
    else:
        found = decode(source)
    gray = read_safely(lambda: _flatten(found.picture))  # a PIL image may be one that is not decoded yet
    reduced = max(found.size) / max(gray.size)
    if found.turn != 1:
        gray.getexif()[ExifTags.Base.Orientation] = found.turn
        gray = ImageOps.exif_transpose(gray)
    return Gray(gray, reduced)


def _from_array(source: np.ndarray) -> Image.Image:
    if source.dtype != np.uint8 or source.ndim not in (2, 3) or source.shape[2:] not in ((), (3,), (4,)):
        raise InputError(
            f"An array of {source.dtype} {source.shape} is no picture; expected uint8 (h, w), (h, w, 3) or (h, w, 4)."
        )
    check_size(source.shape[1], source.shape[0])
    return Image.fromarray(source)


def _flatten(picture: Image.Image) -> Image.Image:
    """To grey: numbers of any range to 8 bits, palettes and CMYK by their colours, transparency onto white, or onto black
    for white ink."""
    if picture.mode in ("I", "F") or picture.mode.startswith("I;16"):
        peak = _peak(max(float(_numbers(strip).max()) for strip, _ in _strips(picture)))
        return _by_strips(picture, lambda strip: _scaled(strip, peak))
    if "A" not in picture.getbands() and "transparency" not in picture.info:
        return _by_strips(picture, best_tone(picture))
    on_white = _by_strips(picture, _composited(picture, "white"))
    if np.ptp(on_white.getextrema()) < MIN_CONTRAST:  # white ink on nothing vanishes on white paper
        return _by_strips(picture, _composited(picture, "black"))
    return on_white


def _composited(picture: Image.Image, paper: str) -> ToGray:
    """How to put parts of a picture onto paper and make that grey."""
    to_gray = best_tone(_on_paper(sampled(picture), paper))
    return lambda strip: to_gray(_on_paper(strip, paper))


def _by_strips(picture: Image.Image, convert: Callable[[Image.Image], Image.Image]) -> Image.Image:
    """Apply `convert` (to mode L) strip by strip, and reduce by a whole factor what has more than KEPT pixels."""
    factor = max(1, ceil(sqrt(picture.width * picture.height / KEPT)))
    if factor == 1 and picture.width * picture.height <= STRIP:
        return convert(picture)
    gray = Image.new("L", (ceil(picture.width / factor), ceil(picture.height / factor)))
    for strip, top in _strips(picture, factor):
        gray.paste(convert(strip).reduce(factor), (0, top // factor))
    return gray


def _strips(picture: Image.Image, factor: int = 1) -> Iterator[tuple[Image.Image, int]]:
    """Copies of a picture's rows, at most STRIP pixels at a time, with the first row's number, a multiple of factor."""
    rows = max(1, STRIP // (picture.width * factor)) * factor
    for top in range(0, picture.height, rows):
        yield picture.crop((0, top, picture.width, min(top + rows, picture.height))), top


def _numbers(strip: Image.Image) -> np.ndarray:
    """The values of a picture of 16 bits or more: float32, what is no number as 0."""
    return np.nan_to_num(np.asarray(strip, np.float32), nan=0.0, posinf=0.0, neginf=0.0)


def _peak(largest: float) -> float:
    """White, by the largest value of a picture: 1, or what its bits can hold, of which there are 8 at least."""
    return 1.0 if largest <= 1 else 2.0 ** max(8, ceil(log2(largest + 1))) - 1


def _scaled(strip: Image.Image, peak: float) -> Image.Image:
    return Image.fromarray((np.clip(_numbers(strip) / peak, 0, 1) * 255).astype(np.uint8))


def _on_paper(strip: Image.Image, paper: str) -> Image.Image:
    coloured = strip.convert("RGBA")
    if coloured.getchannel("A").getextrema() == (255, 255):
        return coloured
    return Image.alpha_composite(Image.new("RGBA", strip.size, paper), coloured)
