"""The tab Evaluation."""
