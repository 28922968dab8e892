"""Train, evaluate, export and publish a model. Needs TensorFlow (or JAX or PyTorch, for `fit` alone)."""

import os

# 30 to 40 % faster convolutions on a CPU, and not TensorFlow's default on every one; read when TensorFlow loads
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
