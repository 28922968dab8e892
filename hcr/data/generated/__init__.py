"""Characters that need no download, drawn from strokes. They are not EMNIST, and say so."""
