"""The networks: upright ink float32 (n, 28, 28, 1) in [0, 1] -> 47 classes, and where a recipe wants it "no character"."""

import keras
from keras import layers

from hcr.alphabet import CLASS_COUNT
from hcr.image import SIDE


def classic(side: int | None = SIDE) -> keras.Model:
    """Two convolution + max-pooling blocks, 50 % dropout, 47-way softmax: 229,807 parameters; float32 (n, 28, 28, 1) ->
    probabilities float32 (n, 47)."""
    return keras.Sequential(
        [
            keras.Input((side, side, 1)),
            layers.Conv2D(32, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(64, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(128, activation="relu"),
            layers.Dropout(0.5),
            layers.Dense(CLASS_COUNT, activation="softmax"),
        ],
        name="classic",
    )


def compact(
    blocks: tuple[tuple[int, ...], ...], side: int | None = SIDE, dropout: float = 0.3, outputs: int = CLASS_COUNT
) -> keras.Model:
    """Convolution + batch normalisation + ReLU blocks, max-pooling between them, then global average pooling and one
    dense layer: float32 (n, side, side, 1) -> logits float32 (n, outputs).

    blocks: the widths of each block's convolutions; dropout: the share of features dropped in training, 0 to 1. The
    pooling in front of the one dense layer makes a class activation map a matter of one product (Zhou et al. 2016,
    "Learning deep features for discriminative localization").
    """
    inputs = hidden = keras.Input((side, side, 1))
    for number, widths in enumerate(blocks):
        if number:
            hidden = layers.MaxPooling2D()(hidden)
        for width in widths:
            hidden = _convolution(hidden, width)
    hidden = layers.GlobalAveragePooling2D()(hidden)
    hidden = layers.Dropout(dropout)(hidden)
    return keras.Model(inputs, layers.Dense(outputs, dtype="float32")(hidden), name="compact")


def residual(outputs: int, side: int | None = SIDE, dropout: float = 0.3) -> keras.Model:
    """Few channels at full size, then residual pairs of convolutions at half and at a quarter of it (He et al. 2016),
    global average pooling and one dense layer: float32 (n, side, side, 1) -> logits float32 (n, outputs).

    side: None takes pictures of any size, for training on smaller ones first. 1.11 M parameters, 66 M multiply-adds.
    """
    inputs = keras.Input((side, side, 1))
    hidden = layers.MaxPooling2D()(_convolution(inputs, 16))
    hidden = _pair(_convolution(hidden, 64), 64)
    hidden = _convolution(layers.MaxPooling2D()(hidden), 160)
    hidden = _pair(_pair(hidden, 160), 160)
    hidden = layers.Dropout(dropout)(layers.GlobalAveragePooling2D()(hidden))
    return keras.Model(inputs, layers.Dense(outputs, dtype="float32")(hidden), name="residual")


def _convolution(inputs: keras.KerasTensor, width: int, rectified: bool = True) -> keras.KerasTensor:
    hidden = layers.Conv2D(width, 3, padding="same", use_bias=False)(inputs)
    hidden = batch_normalization()(hidden)
    return layers.ReLU()(hidden) if rectified else hidden


def _pair(inputs: keras.KerasTensor, width: int) -> keras.KerasTensor:
    hidden = _convolution(_convolution(inputs, width), width, rectified=False)
    return layers.ReLU()(layers.Add()([inputs, hidden]))


def batch_normalization() -> keras.layers.Layer:
    """Keras's own layer; in mixed precision on the PyTorch backend one that calls PyTorch's fused kernel instead,
    which makes a whole training step on a CPU 1.4 times as fast. The weights are the same."""
    if keras.backend.backend() != "torch" or keras.config.dtype_policy().compute_dtype == "float32":
        return layers.BatchNormalization()

    import torch

    class FusedBatchNormalization(layers.BatchNormalization):  # type: ignore[misc]  # Keras has no types
        def call(
            self, inputs: keras.KerasTensor, training: bool | None = None, mask: keras.KerasTensor | None = None
        ) -> keras.KerasTensor:
            del mask
            channels_first = inputs.permute(0, 3, 1, 2)  # a view: the memory stays channels-last
            normal = torch.nn.functional.batch_norm(
                channels_first,
                self.moving_mean.value,
                self.moving_variance.value,
                self.gamma.value,
                self.beta.value,
                training=bool(training),
                momentum=1 - self.momentum,
                eps=self.epsilon,
            )
            return normal.permute(0, 2, 3, 1)

    return FusedBatchNormalization()
