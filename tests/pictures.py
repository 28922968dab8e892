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


STROKES = {
    "L": [[(0.1, 0), (0.1, 1), (0.7, 1)]],
    "A": [[(0, 1), (0.4, 0), (0.8, 1)], [(0.15, 0.62), (0.65, 0.62)]],
    "T": [[(0, 0), (0.8, 0)], [(0.4, 0), (0.4, 1)]],
    "E": [[(0.65, 0), (0.1, 0), (0.1, 1), (0.65, 1)], [(0.1, 0.5), (0.55, 0.5)]],
    "H": [[(0.05, 0), (0.05, 1)], [(0.7, 0), (0.7, 1)], [(0.05, 0.5), (0.7, 0.5)]],
}
"""Some letters as a pen writes them: points in shares of the letter's height."""


def strokes(word: str, left: float, top: float, height: float) -> list[list[tuple[float, float]]]:
    """A word's strokes; a letter takes its height in width, a blank likewise."""
    return [
        [(left + (place + x) * height, top + y * height) for x, y in stroke]
        for place, letter in enumerate(word)
        for stroke in STROKES.get(letter, [])
    ]


def written(text: str, height: int = 120, paper: str = "white", ink: str = "black") -> Image.Image:
    """Lines of words of STROKES, with a letter's height around them."""
    lines = text.split("\n")
    width = (max(map(len, lines)) + 2) * height
    sheet = Image.new("RGB", (width, (2 * len(lines) + 1) * height), paper)
    pen = ImageDraw.Draw(sheet)
    for number, line in enumerate(lines):
        for stroke in strokes(line, height, (2 * number + 1) * height, height):
            pen.line(stroke, ink, height // 10, "curve")
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
