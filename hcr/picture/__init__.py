"""Picture -> 28x28 images of its characters. Knows no model."""
