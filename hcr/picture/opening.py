"""Any picture file -> grey levels: the one place where pictures are decoded."""

import io
import warnings
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from hcr.errors import InputError
from hcr.picture.ink import MIN_CONTRAST, WORK_SIDE

Image.MAX_IMAGE_PIXELS = None  # `open_picture` has a limit of its own, checked before anything is decoded
MAX_PIXELS = 64_000_000  # a little more than the largest phone cameras give
MIN_SIDE = 4  # fewer pixels hold no character


def open_picture(source: Path | str | bytes | Image.Image | np.ndarray) -> Image.Image:
    """Decode a picture, first frame only, turned by its EXIF tag, transparent parts composited on paper.

    source: a file, its bytes, a PIL image, or a uint8 array (h, w), (h, w, 3) or (h, w, 4).
    Returns a PIL image of mode L. Raises InputError with a sentence for everything that is no usable picture.
    """
    if isinstance(source, np.ndarray):
        picture: Image.Image = Image.fromarray(source)
    elif isinstance(source, Image.Image):
        picture = source
    else:
        picture = _decode(source)
    width, height = picture.size
    if min(width, height) < MIN_SIDE:
        raise InputError(f"The picture has {width}x{height} pixels; a character needs at least {MIN_SIDE}x{MIN_SIDE}.")
    try:
        return _flatten(ImageOps.exif_transpose(picture))
    except (OSError, SyntaxError, ValueError, EOFError, MemoryError) as error:
        raise InputError(f"The picture is damaged or cut short ({error}). Save it again and retry.") from error


def _decode(source: Path | str | bytes) -> Image.Image:
    """Open the header, refuse what is too large, then read the pixels."""
    try:
        data = source if isinstance(source, bytes) else Path(source).read_bytes()
    except OSError as error:
        raise InputError(f"The file cannot be read: {error.strerror or error}.") from error
    if not data:
        raise InputError("The file is empty. Choose a picture, such as a PNG or a JPEG.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns of odd metadata that does not concern the pixels
            picture = Image.open(io.BytesIO(data))
            width, height = picture.size
            if width * height > MAX_PIXELS:
                raise InputError(
                    f"The picture has {width:,}x{height:,} pixels; at most {MAX_PIXELS // 10**6} megapixels can be read. "
                    "Make it smaller and retry."
                )
            picture.draft("L", (WORK_SIDE, WORK_SIDE))  # lets JPEG decode at a fraction of its size
            picture.load()
    except UnidentifiedImageError as error:
        raise InputError("This is not a picture that can be read. Choose a PNG, JPEG, WebP, GIF, BMP or TIFF.") from error
    except (OSError, SyntaxError, ValueError, EOFError, MemoryError, Image.DecompressionBombError) as error:
        raise InputError(f"The picture is damaged or cut short ({error}). Save it again and retry.") from error
    return picture


def _flatten(picture: Image.Image) -> Image.Image:
    """To grey: 16 bits to 8, palettes and CMYK by their colours, transparency onto white, or onto black for white ink."""
    if picture.mode in ("I", "F") or picture.mode.startswith("I;16"):
        values = np.asarray(picture, np.float32)
        peak = 65535 if values.max() > 255 else 255
        return Image.fromarray((np.clip(values / peak, 0, 1) * 255).astype(np.uint8))
    if "A" not in picture.getbands() and "transparency" not in picture.info:
        return picture.convert("L")
    coloured = picture.convert("RGBA")
    if coloured.getchannel("A").getextrema() == (255, 255):
        return coloured.convert("L")
    on_white = Image.alpha_composite(Image.new("RGBA", picture.size, "white"), coloured).convert("L")
    if np.ptp(np.asarray(on_white)) < MIN_CONTRAST:  # white ink on nothing vanishes on white paper
        return Image.alpha_composite(Image.new("RGBA", picture.size, "black"), coloured).convert("L")
    return on_white
