"""The same small drawing as a file of every kind that is read."""

import io

import pillow_heif
from PIL import Image, ImageDraw


def glyph(side: int = 64, mode: str = "RGB") -> Image.Image:
    """A thick L, black on white."""
    sheet = Image.new(mode, (side, side), "white")
    path = [(side // 4, side // 8), (side // 4, side * 7 // 8), (side * 3 // 4, side * 7 // 8)]
    ImageDraw.Draw(sheet).line(path, fill="black", width=max(1, side // 10))
    return sheet


def saved(picture: Image.Image, kind: str, **options: object) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, kind, **options)
    return stream.getvalue()


def heic(picture: Image.Image, **options: object) -> bytes:
    stream = io.BytesIO()
    pillow_heif.from_pillow(picture).save(stream, quality=90, **options)
    return stream.getvalue()


KINDS = {
    "png": saved(glyph(), "PNG"),
    "jfif": saved(glyph(), "JPEG"),
    "progressive.jpe": saved(glyph(), "JPEG", progressive=True),
    "webp": saved(glyph(), "WEBP", lossless=True),
    "gif": saved(glyph(), "GIF"),
    "bmp": saved(glyph(), "BMP"),
    "tif": saved(glyph(), "TIFF"),
    "lzw.tif": saved(glyph(), "TIFF", compression="tiff_lzw"),
    "pbm": saved(glyph().convert("1"), "PPM"),
    "ppm": saved(glyph(), "PPM"),
    "jp2": saved(glyph(), "JPEG2000"),
    "tga": saved(glyph(), "TGA"),
    "avif": saved(glyph(), "AVIF"),
    "heic": heic(glyph()),
}
