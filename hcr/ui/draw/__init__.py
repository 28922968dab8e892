"""The tab Draw & Predict."""
