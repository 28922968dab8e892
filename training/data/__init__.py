"""From EMNIST, wherever it lies, to what a network trains on."""
