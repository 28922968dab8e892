"""A training run: what it learns from, batch by batch, and where it stands."""
