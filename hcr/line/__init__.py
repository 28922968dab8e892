"""A line as a whole: which of its strokes are one character, and what it says of each."""
