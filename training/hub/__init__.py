"""What is published: a model, a data set, a Space."""
