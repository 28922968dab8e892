"""A picture as one looks at it: small, upright, in its colours."""

from dataclasses import dataclass

from PIL import ExifTags, Image, ImageOps

from hcr.picture.decoding import Decoded, read_safely
from hcr.picture.opening import open_picture

SIDEWAYS = range(5, 9)  # EXIF orientations under which width and height change places


@dataclass(frozen=True)
class Small:
    """picture: mode RGB or L; size: width and height of the whole picture, in its own pixels, as it is seen."""

    picture: Image.Image
    size: tuple[int, int]


def small(decoded: Decoded, within: tuple[int, int]) -> Small:
    """A decoded picture, reduced to at most `within`, pixels of width and height; transparent parts on white. Raises
    InputError for pixels that cannot be shown."""
    turned = decoded.turn in SIDEWAYS  # known before, so that no large picture is turned
    width, height = within[::-1] if turned else within
    share = min(1.0, width / decoded.picture.width, height / decoded.picture.height)
    size = max(1, round(decoded.picture.width * share)), max(1, round(decoded.picture.height * share))
    shown = read_safely(lambda: _in_colour(decoded, size))
    if decoded.turn != 1:
        shown.getexif()[ExifTags.Base.Orientation] = decoded.turn
        shown = ImageOps.exif_transpose(shown)
    return Small(shown, decoded.size[::-1] if turned else decoded.size)


def _in_colour(decoded: Decoded, size: tuple[int, int]) -> Image.Image:
    """Reduced before its colours are converted: a large one would take four bytes a pixel."""
    picture = decoded.picture
    if picture.mode in ("I", "F") or picture.mode.startswith("I;16"):  # numbers of some range, not colours
        return open_picture(Decoded(picture, decoded.size, 1)).image.resize(size)
    if picture.mode in ("1", "P", "PA"):  # steps, which cannot be mixed
        picture = picture.convert("L") if picture.mode == "1" else picture.resize(size, Image.Resampling.NEAREST)
    picture = picture.resize(size, reducing_gap=2.0)
    if "A" in picture.getbands() or "transparency" in picture.info:
        coloured = picture.convert("RGBA")
        picture = Image.alpha_composite(Image.new("RGBA", size, "white"), coloured)
    return picture if picture.mode == "L" else picture.convert("RGB")
