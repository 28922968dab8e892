"""A trained Keras model -> the files of a bundle.

python -m training export BUNDLE [--batch 1]
"""

import argparse
import os
import platform
import subprocess
import sys
from dataclasses import asdict, replace
from importlib.metadata import version
from pathlib import Path

import keras
import numpy as np

import hcr
from hcr.alphabet import CLASS_COUNT
from hcr.assets import PACKAGE_PARENT
from hcr.errors import InputError
from hcr.image import to_input
from hcr.model import bundle
from hcr.model.keras_model import open_safely, to_litert
from training.calibrate import calibrate, calibrate_character, class_offsets
from training.data import used
from training.data.prepare import TrainingData
from training.failures import DiskFull
from training.recipes import Recipe
from training.run.again import converted_again
from training.run.pools import Pools

MOST_IMAGES = 4096  # in one call of an exported file


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command line of `export`."""
    parser.add_argument("bundle", type=Path, help="a bundle's folder with model.keras and config.json")
    parser.add_argument(
        "--batch",
        type=int,
        help="write a file beside, for so many images at a time and no other number: LiteRT in a browser wants that",
    )


def run(arguments: argparse.Namespace) -> int:
    """Write model.tflite anew, or a file for a fixed number of images."""
    if arguments.batch is not None and not 1 <= arguments.batch <= MOST_IMAGES:
        raise InputError(f"--batch {arguments.batch}: give 1 to {MOST_IMAGES} images.")
    print(f"Wrote {export(arguments.bundle, arguments.batch)}.")
    return 0


def write_bundle(model: keras.Model, recipe: Recipe, data: TrainingData, folder: Path, pools: Pools | None = None) -> str:
    """Save the model, calibrate it on the validation images, export it; returns a sentence on what was written.

    The export runs in a process of its own, on the TensorFlow backend whatever backend trained: so the same model.keras
    gives the same model.tflite. Without TensorFlow it is left to a later `python -m training export`, as the sentence says.
    """
    folder = folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    outputs = _outputs(model, recipe, data.validation_images)
    if recipe.gives_logits:
        offsets = np.zeros(recipe.outputs, np.float32)
        offsets[:CLASS_COUNT] = class_offsets(outputs[:, :CLASS_COUNT], data.validation_labels)
        kernel, bias = model.layers[-1].get_weights()
        model.layers[-1].set_weights([kernel, bias + offsets])
        outputs += offsets
    fresh = folder / f"fresh-{bundle.KERAS_FILE}"
    model.save(fresh)
    (folder / bundle.MODEL_FILE).unlink(missing_ok=True)  # of an earlier model: it must not stand beside this one's config
    fresh.replace(folder / bundle.KERAS_FILE)
    used.remember(np.concatenate([data.images, data.validation_images]), folder)
    logits = outputs[:, :CLASS_COUNT]
    chosen = calibrate(logits, data.validation_labels)
    of_characters = {}
    if pools and recipe.outputs > CLASS_COUNT:
        drawn = _outputs(model, recipe, converted_again(data.validation_images, recipe.seed))
        negatives = _outputs(model, recipe, pools.validation_negatives.images)
        found = calibrate_character(np.concatenate([outputs, drawn]), negatives)
        of_characters = {f"character_{name}": value for name, value in asdict(found).items()}
    accuracy = float((logits.argmax(1) == data.validation_labels).mean())
    config = bundle.Config(
        recipe=recipe.name,
        parameters=model.count_params(),
        temperature=chosen.temperature,
        abstain_threshold=chosen.abstain_threshold,
        gives_probabilities=not recipe.gives_logits,
        data={
            "description": f"{data.description}{f', beside {pools.description}' if pools else ''}",
            "fingerprint": data.fingerprint,
            "images": len(data.labels),
            "source": data.source,
        }
        | used.to_config(data.splits)
        | data.manifest,
        versions={"hcr": hcr.__version__, "python": platform.python_version(), "keras": version("keras")},
        metrics={"validation_top1": round(accuracy, 5), "validation_images": len(data.validation_labels)},
        **of_characters,
    )
    bundle.write_config(folder, config)
    said = f"{folder}: {accuracy:.2%} of {len(data.validation_labels):,} validation images right; "
    command = [sys.executable, "-m", "training", "export", str(folder)]
    environment = os.environ | {"KERAS_BACKEND": "tensorflow"}
    done = subprocess.run(command, cwd=PACKAGE_PARENT, env=environment, capture_output=True)
    if done.returncode == DiskFull.exit_code:
        raise DiskFull(done.stderr.decode(errors="replace").strip().splitlines()[-1])
    if done.returncode:
        return said + f"now run `python -m training export {folder}` where TensorFlow is installed."
    return said + "the bundle is complete. Next: `python -m training evaluate`."


def _outputs(model: keras.Model, recipe: Recipe, images: np.ndarray) -> np.ndarray:
    """Upright uint8 (n, 28, 28) -> logits float32 (n, outputs)."""
    output = np.asarray(model.predict(to_input(images), batch_size=500, verbose=0))
    return output if recipe.gives_logits else np.log(output + 1e-9)


def export(folder: Path, batch: int | None = None) -> Path:
    """Write model.tflite from model.keras, with its checksum in config.json; with `batch`, model-batch-N.tflite instead,
    for N images at a time, which config.json does not name. Returns the file. Raises InputError for what is no bundle."""
    if keras.backend.backend() != "tensorflow":
        raise InputError("LiteRT files can only be written on the TensorFlow backend: set KERAS_BACKEND=tensorflow.")
    config = bundle.read_config(folder)
    if not (folder / bundle.KERAS_FILE).is_file():
        raise InputError(f"{folder}: {bundle.KERAS_FILE} is missing. Run `python -m training fit --out {folder}` first.")
    model = open_safely(folder / bundle.KERAS_FILE)
    file = folder / (bundle.MODEL_FILE if batch is None else f"model-batch-{batch}.tflite")
    fresh = folder / f"fresh-{file.name}"
    to_litert(model, fresh, batch=batch)
    fresh.replace(file)
    if batch is None:
        softmax = getattr(model.layers[-1], "activation", None) is keras.activations.softmax
        bundle.write_config(folder, replace(config, gives_probabilities=softmax))
    return file
