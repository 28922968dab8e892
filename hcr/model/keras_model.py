"""A Keras model -> model.tflite. The only module here that needs TensorFlow; it runs in a process of its own:

python -m hcr.model.keras_model FOLDER OUT      a folder with model.keras (and perhaps config.json) -> a bundle
"""

import os
import sys
import zipfile
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from hcr.alphabet import CLASS_COUNT
from hcr.errors import InputError
from hcr.image import SIDE
from hcr.model import bundle
from hcr.model.apart import WRONG_MODEL, limit_this_process

if TYPE_CHECKING:
    import keras

MEMORY = 2 << 30  # bytes of data; the bundled model's conversion takes 0.6 GB
CPU_SECONDS = 600
LARGEST_FILE = 256 << 20  # bytes


def open_safely(file: Path) -> "keras.Model":
    """Load a .keras file in Keras's safe mode: no code from the file is run. Raises InputError where it is no model
    of 28x28 images and 47 classes, or these and "no character"."""
    import keras

    try:
        model = keras.saving.load_model(file, compile=False, safe_mode=True)
    except (OSError, ValueError, TypeError, KeyError, AttributeError, zipfile.BadZipFile) as error:
        reason = str(error).strip().splitlines()[:1] or [type(error).__name__]
        raise InputError(f"{file.name}: Keras cannot open it in safe mode ({reason[0]}).") from error
    shapes = (getattr(model, "input_shape", None), getattr(model, "output_shape", None))
    if shapes[0] != (None, SIDE, SIDE, 1) or shapes[1] not in ((None, CLASS_COUNT), (None, CLASS_COUNT + 1)):
        raise InputError(
            f"{file.name}: a model of {shapes[0]} -> {shapes[1]}; expected {SIDE}x{SIDE} images, {CLASS_COUNT} classes."
        )
    return model


class Precision(Enum):
    """How a bundle's weights are kept; input and output are float32 always. int8 needs some images to choose ranges by."""

    FLOAT32 = "float32"
    FLOAT16 = "float16"
    INT8 = "int8"


SERVED = Precision.FLOAT16


def to_litert(
    model: "keras.Model", file: Path, precision: Precision = SERVED, some: np.ndarray | None = None, batch: int | None = None
) -> None:
    """Write what a bundle serves: float32 (n, 28, 28, 1) -> logits (n, 47 or 48), and, behind global average pooling, the
    class maps (n, h, w, 47). A model that ends in a softmax gives the logarithms of its probabilities.

    some: input for INT8, float32 (m, 28, 28, 1); batch: n for good, which LiteRT in a browser wants; None for any.
    """
    import keras
    import tensorflow as tf

    probe = np.random.default_rng(0).random((8, SIDE, SIDE, 1), np.float32)
    answers = np.asarray(model(probe, training=False))
    is_probability = bool((answers >= 0).all() and np.allclose(answers.sum(-1), 1, atol=1e-3))
    outputs = {"logits": keras.ops.log(model.outputs[0] + 1e-9) if is_probability else model.outputs[0]}
    pooling = [layer for layer in model.layers if isinstance(layer, keras.layers.GlobalAveragePooling2D)]
    last = model.layers[-1]
    if pooling and isinstance(last, keras.layers.Dense) and last.kernel.shape[0] == pooling[-1].input.shape[-1]:
        weigh = keras.layers.Conv2D(CLASS_COUNT, 1, use_bias=False)
        outputs["maps"] = weigh(pooling[-1].input)
        weigh.set_weights([np.asarray(last.kernel)[None, None, :, :CLASS_COUNT]])
    settings: dict[str, Any] = {}
    if precision is not Precision.FLOAT32:
        settings["optimizations"] = [tf.lite.Optimize.DEFAULT]
    if precision is Precision.FLOAT16:
        settings["target_spec"] = {"supported_types": [tf.float16]}
    if precision is Precision.INT8 and some is not None:
        settings["representative_dataset"] = lambda: ([image[None]] for image in some)
    signature = None if batch is None else [keras.InputSpec(shape=(batch, SIDE, SIDE, 1), dtype="float32")]
    export = keras.Model(model.inputs, outputs).export
    export(file, format="litert", verbose=False, input_signature=signature, **settings)


def main(folder: Path, out: Path) -> None:
    """Make the bundle `out` of the files in `folder`."""
    model = open_safely(folder / bundle.KERAS_FILE)
    if (folder / bundle.CONFIG_FILE).is_file():
        config = bundle.read_config(folder)
        expected = config.sha256.get(bundle.KERAS_FILE)
        if expected and bundle.sha256(folder / bundle.KERAS_FILE) != expected:
            raise InputError(f"{bundle.KERAS_FILE}: not the file that {bundle.CONFIG_FILE} names (its checksum differs).")
    else:
        data = {"description": "not said by its repo"}
        config = bundle.Config(model.name, model.count_params(), 1.0, 0.5, data, {})
    out.mkdir(parents=True)
    to_litert(model, out / bundle.MODEL_FILE)
    bundle.write_config(out, config)


if __name__ == "__main__":
    os.environ.setdefault("KERAS_BACKEND", "tensorflow")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    limit_this_process(MEMORY, CPU_SECONDS, LARGEST_FILE)
    try:
        main(Path(sys.argv[1]), Path(sys.argv[2]))
    except InputError as fault:
        print(str(fault).replace("\n", " "), file=sys.stderr)
        sys.exit(WRONG_MODEL)
