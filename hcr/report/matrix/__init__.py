"""The confusion matrix: counted, arranged for looking at, drawn."""
