"""Read handwritten characters: a picture becomes ink, ink becomes a 28x28 glyph, a small network reads it."""

__version__ = "0.1.0"
