"""Models that mean harm, as LiteRT files of a few kB: one that never ends, one that asks for memory without end.

python -m tests.hostile_models FOLDER      needs TensorFlow, so `write_hostile` runs it in a process of its own
"""

import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT


def write_hostile(folder: Path) -> Path:
    """Write looping.tflite and hungry.tflite into the folder: 28x28 images -> 47 logits, as a bundle's models have them."""
    command = [sys.executable, "-m", "tests.hostile_models", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=300)
    return folder


def main(folder: Path) -> None:
    import tensorflow as tf

    images = [tf.TensorSpec((None, 28, 28, 1), tf.float32)]

    @tf.function(input_signature=images)
    def looping(x):
        ink = tf.reduce_sum(x)  # by which no converter can know when the loop ends
        (count,) = tf.while_loop(lambda i: i > ink - 1e9, lambda i: (i * 0.5 + ink,), (ink,))
        return tf.zeros((tf.shape(x)[0], 47)) + count

    @tf.function(input_signature=images)
    def hungry(x):
        many = tf.shape(x)[0] * 0 + 60_000
        return tf.zeros((tf.shape(x)[0], 47)) + tf.reduce_sum(tf.fill(tf.stack([many, many]), tf.reduce_sum(x)))

    for function in (looping, hungry):
        converter = tf.lite.TFLiteConverter.from_concrete_functions([function.get_concrete_function()], function)
        name = function.python_function.__name__
        (folder / f"{name}.tflite").write_bytes(converter.convert())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
