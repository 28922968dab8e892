"""Glyph images that teach forms EMNIST lacks: handwriting fonts, and strokes with European and cursive forms."""
