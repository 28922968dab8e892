"""Train, evaluate, export and publish a model. Needs TensorFlow (or JAX or PyTorch, for `fit` alone)."""
