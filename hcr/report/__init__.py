"""How good a model is: predictions, figures, and the images behind each figure."""
