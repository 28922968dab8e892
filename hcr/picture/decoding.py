"""Any picture file -> its pixels: the one place where pictures are decoded, within bounds that are checked before."""

import io
import os
import stat
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TypeVar, cast

from PIL import ExifTags, Image, UnidentifiedImageError
from PIL.JpegImagePlugin import JpegImageFile
from PIL.TiffImagePlugin import BITSPERSAMPLE, TiffImageFile

from hcr.errors import InputError
from hcr.picture.ink import FINEST_SIDE

T = TypeVar("T")

DECODERS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "DIB", "TIFF", "PPM", "JPEG2000", "AVIF", "TGA")
"""What Pillow may open: pictures of pixels. Others start programs (EPS) or hold no handwriting. TGA, which has no mark of
its own, comes last. HEIC is read by pillow-heif."""

MAX_FILE = 64 << 20  # bytes
MAX_PIXELS = 64_000_000  # a little more than the largest phone cameras give
MAX_DECODED = 256_000_000  # bytes that decoding takes at its peak; so one request stays below 300 MB
MIN_SIDE = 4  # fewer pixels hold no character
_HEIF_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}


@dataclass(frozen=True)
class Decoded:
    """picture: its pixels are read; size: what the header gives, more where a JPEG is decoded at a fraction; turn: the
    EXIF orientation, 1 to 8, 1 for none."""

    picture: Image.Image
    size: tuple[int, int]
    turn: int


def decode(source: Path | str | bytes) -> Decoded:
    """Open the header, refuse what is too large, then read the pixels of the first frame; JPEGs at a fraction of their
    size where that is enough.

    Raises InputError with a sentence for everything that is no usable picture.
    """
    with _stream(source) as stream:
        picture = read_safely(lambda: _header(stream))
        size = picture.size
        check_size(*size)
        read_safely(lambda: picture.draft("RGB", (FINEST_SIDE, FINEST_SIDE)))  # lets JPEG decode at a fraction of its size
        needed = read_safely(lambda: _needed(picture, size))
        if needed > MAX_DECODED:
            raise InputError(
                f"The picture has {size[0]:,}x{size[1]:,} pixels and would take {needed / 1e6:,.0f} MB of "
                f"memory; at most {MAX_DECODED / 1e6:.0f} MB are used. Make it smaller and retry."
            )
        read_safely(picture.load)
        return Decoded(picture, size, turn_of(picture))


def turn_of(picture: Image.Image) -> int:
    """The EXIF orientation of a picture whose file is still open, 1 to 8; a broken tag counts as none."""
    try:
        turn = picture.getexif().get(ExifTags.Base.Orientation, 1)
    except Exception:  # `read_safely` says what Pillow raises; the pixels are fine
        return 1
    return turn if turn in range(1, 9) else 1


def check_size(width: int, height: int) -> None:
    """Raises InputError for a picture of too few or too many pixels."""
    if min(width, height) < MIN_SIDE:
        raise InputError(f"The picture has {width}x{height} pixels; a character needs at least {MIN_SIDE}x{MIN_SIDE}.")
    if width * height > MAX_PIXELS:
        raise InputError(
            f"The picture has {width:,}x{height:,} pixels; at most {MAX_PIXELS // 10**6} megapixels can be read. "
            "Make it smaller and retry."
        )


def read_safely(step: Callable[[], T]) -> T:
    """One step of decoding, whose every failure becomes an InputError: on damaged files decoders raise whatever they
    like, struct.error, SystemError and RuntimeError among it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns of odd metadata that does not concern the pixels
            return step()
    except InputError:
        raise
    except UnidentifiedImageError as error:
        raise InputError(
            "This is not a picture that can be read. Choose a PNG, JPEG, HEIC, WebP, AVIF, GIF, BMP, TIFF, JPEG 2000, TGA "
            "or PBM."
        ) from error
    except Image.DecompressionBombError as error:
        raise InputError(
            f"The picture has too many pixels; at most {MAX_PIXELS // 10**6} megapixels can be read. Make it smaller and "
            "retry."
        ) from error
    except Exception as error:
        reason = str(error).strip().splitlines()[:1] or [type(error).__name__]
        raise InputError(f"The picture is damaged or cut short ({reason[0]}). Save it again and retry.") from error


@contextmanager
def _stream(source: Path | str | bytes) -> Iterator[BinaryIO]:
    """The bytes of a picture, bounded: a regular file, never a device, a pipe or a folder."""
    if isinstance(source, bytes):
        _check_length(len(source))
        yield io.BytesIO(source)
        return
    try:
        # without O_NONBLOCK a pipe that nobody writes to would be waited for
        handle = os.open(source, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except (OSError, ValueError) as error:  # ValueError: a zero byte in the name
        raise InputError(f"The file cannot be read: {getattr(error, 'strerror', None) or error}.") from error
    about = os.fstat(handle)
    if not stat.S_ISREG(about.st_mode):
        os.close(handle)
        raise InputError("This is no file but a folder, a device or a pipe. Choose a picture file.")
    with os.fdopen(handle, "rb") as stream:
        _check_length(about.st_size)
        yield stream


def _check_length(length: int) -> None:
    if not length:
        raise InputError("The file is empty. Choose a picture, such as a PNG or a JPEG.")
    if length > MAX_FILE:
        raise InputError(f"The file has {length / 2**20:,.0f} MB; at most {MAX_FILE >> 20} MB can be read. Make it smaller.")


def _header(stream: BinaryIO) -> Image.Image:
    start = stream.read(64)
    stream.seek(0)
    if start[4:8] == b"ftyp" and start[8:12] in _HEIF_BRANDS and b"avif" not in start:
        from pillow_heif import HeifImageFile  # not registered with Pillow: that would change it for the whole process

        return cast(Image.Image, HeifImageFile(stream))  # type: ignore[no-untyped-call]
    return Image.open(stream, formats=DECODERS)


def _needed(picture: Image.Image, size: tuple[int, int]) -> float:
    """Bytes that are taken at the peak of decoding, by the picture's header: in Pillow, and in the decoder beside it.

    size: the header's, before `draft`. The decoders' shares were measured as the resident memory of a process that decodes
    a large picture of each kind.
    """
    bands, (width, height) = len(picture.getbands()), size
    kept = 1 if picture.mode in ("1", "L", "P") else 2 if picture.mode.startswith("I;16") else 4
    if isinstance(picture, JpegImageFile):
        layers = [across * down for _, across, down, _ in picture.layer]
        coefficients = 2 * width * height * sum(layers) / max(layers)  # of a progressive file, all at once, in 16 bits
        return kept * picture.width * picture.height + (coefficients if "progressive" in picture.info else 0)
    if isinstance(picture, TiffImageFile):
        bits = picture.tag_v2.get(BITSPERSAMPLE, (8,))
        return (kept + sum(bits if isinstance(bits, tuple) else (bits,)) / 8) * width * height  # one strip may hold it all
    beside = {"JPEG2000": 4 * bands + 4, "WEBP": 12, "AVIF": 8, "HEIF": 7, "PPM": bands}.get(picture.format or "", 0)
    return (kept + beside) * width * height
