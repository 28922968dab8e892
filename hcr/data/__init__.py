"""EMNIST: its splits, the formats it comes in, its orientation, and the images that the page shows."""
