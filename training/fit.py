"""Train a recipe and write a bundle; the same command goes on where a killed one stopped.

python -m training fit --data DIR --recipe compact --extra bymerge --out BUNDLE
"""

import argparse
import json
from pathlib import Path
from typing import Any

import keras
import numpy as np
from tqdm import tqdm

from hcr.alphabet import CLASS_COUNT
from hcr.errors import InputError
from hcr.image import to_input
from training.data.prepare import Batches, TrainingData, class_probabilities, prepare
from training.export import write_bundle
from training.recipes import RECIPES, Recipe

_WARM_UP_SHARE = 0.03  # of all steps


def fit(recipe: Recipe, data: TrainingData, checkpoints: Path) -> keras.Model:
    """Train from scratch, or from the checkpoint in `checkpoints`; returns the float32 model, ready to save.

    checkpoints: a folder for checkpoint.weights.h5, checkpoint.json and log.csv, made if it is not there.
    """
    checkpoints.mkdir(parents=True, exist_ok=True)
    keras.utils.set_random_seed(recipe.seed)
    keras.config.set_dtype_policy("mixed_bfloat16" if recipe.mixed_precision else "float32")
    try:
        model = recipe.build()
        first_epoch = _compile_and_resume(model, recipe, data, checkpoints)
        batches = Batches(data, recipe, first_epoch)
        validation = (to_input(data.validation_images), one_hot(data.validation_labels))
        callbacks: list[keras.callbacks.Callback] = [
            keras.callbacks.CSVLogger(checkpoints / "log.csv", append=first_epoch > 0)
        ]
        if recipe.averaging:
            callbacks.append(keras.callbacks.SwapEMAWeights())
        callbacks += [_Checkpoint(checkpoints, recipe), _Progress(recipe, len(batches), first_epoch)]
        if first_epoch < recipe.epochs:
            model.fit(
                batches,
                validation_data=validation,
                validation_batch_size=500,
                initial_epoch=first_epoch,
                epochs=recipe.epochs,
                callbacks=callbacks,
                verbose=0,
            )
        elif recipe.averaging:
            model.optimizer.finalize_variable_values(model.trainable_variables)
    finally:
        keras.config.set_dtype_policy("float32")
    final = recipe.build()  # the training precision and layers of a backend stay out of the saved model
    final.set_weights([np.asarray(weight, np.float32) for weight in model.get_weights()])
    return final


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command line of `fit`."""
    parser.add_argument("--data", required=True, help='folder or zip with EMNIST, or "generated" for the stand-in')
    parser.add_argument("--recipe", choices=RECIPES, default="compact")
    parser.add_argument("--out", type=Path, required=True, help="the bundle's folder; training goes on from what it holds")
    parser.add_argument("--extra", metavar="SPLIT", help="another split's train images as well, such as bymerge")


def run(arguments: argparse.Namespace) -> int:
    """Train a recipe and write its bundle."""
    recipe = RECIPES[arguments.recipe]()
    data = prepare(arguments.data, arguments.extra)
    print(f"Training {recipe.name} on {data.description}; validation on {len(data.validation_labels):,} images held out.")
    model = fit(recipe, data, arguments.out / "training")
    print(write_bundle(model, recipe, data, arguments.out))
    return 0


def one_hot(labels: np.ndarray) -> np.ndarray:
    """Labels uint8 (n,) -> float32 (n, 47)."""
    return keras.utils.to_categorical(labels, CLASS_COUNT).astype(np.float32)


def _compile_and_resume(model: keras.Model, recipe: Recipe, data: TrainingData, checkpoints: Path) -> int:
    """Compile the model, take up a checkpoint if there is one; returns the epoch to begin with."""
    steps = len(Batches(data, recipe)) * recipe.epochs
    rate = recipe.learning_rate
    if recipe.cosine:
        warm_up = max(1, int(steps * _WARM_UP_SHARE))
        rate = keras.optimizers.schedules.CosineDecay(
            rate / 30, steps - warm_up, alpha=0.0, warmup_target=recipe.learning_rate, warmup_steps=warm_up
        )
    averaging = {"use_ema": True, "ema_momentum": recipe.averaging} if recipe.averaging else {}
    optimizer = (
        keras.optimizers.AdamW(rate, weight_decay=recipe.weight_decay, **averaging)
        if recipe.weight_decay
        else keras.optimizers.Adam(rate, **averaging)
    )
    model.compile(optimizer, _loss(recipe, data.labels), metrics=["accuracy"])
    optimizer.build(model.trainable_variables)
    state_file = checkpoints / "checkpoint.json"
    if not state_file.exists():
        return 0
    state = json.loads(state_file.read_text())
    if state["recipe"] != recipe.name or state["epochs"] != recipe.epochs:
        raise InputError(
            f"{checkpoints} holds a checkpoint of {state['recipe']} for {state['epochs']} epochs. "
            "Give another --out, or delete that folder to start anew."
        )
    model.load_weights(checkpoints / "checkpoint.weights.h5")
    print(f"Going on after epoch {state['epoch']} of {recipe.epochs}, from the checkpoint in {checkpoints}.", flush=True)
    return int(state["epoch"])


def _loss(recipe: Recipe, labels: np.ndarray):
    """Categorical cross-entropy on one-hot labels; for logits of drawn classes, adjusted to a uniform prior."""
    if not recipe.gives_logits:
        return keras.losses.CategoricalCrossentropy(label_smoothing=recipe.label_smoothing)
    drawn = class_probabilities(labels) if recipe.images_per_epoch else np.full(CLASS_COUNT, 1 / CLASS_COUNT)
    prior = np.log(np.maximum(drawn, 1e-9) * CLASS_COUNT).astype(np.float32)

    def adjusted_cross_entropy(truth, logits):
        return keras.losses.categorical_crossentropy(
            truth, logits + keras.ops.convert_to_tensor(prior), from_logits=True, label_smoothing=recipe.label_smoothing
        )

    return adjusted_cross_entropy


class _Checkpoint(keras.callbacks.Callback):
    """After each epoch: the weights with the optimizer's state, then a small file that says which epoch they are of."""

    def __init__(self, folder: Path, recipe: Recipe) -> None:
        super().__init__()
        self._folder, self._recipe = folder, recipe

    def on_epoch_end(self, epoch, logs=None):
        fresh = self._folder / "fresh.weights.h5"
        self.model.save_weights(fresh)
        fresh.replace(self._folder / "checkpoint.weights.h5")
        state = {"recipe": self._recipe.name, "epochs": self._recipe.epochs, "epoch": epoch + 1}
        (self._folder / "checkpoint.json").write_text(json.dumps(state))


class _Progress(keras.callbacks.Callback):
    """One bar over the whole run: loss, validation accuracy, time left."""

    def __init__(self, recipe: Recipe, steps: int, first_epoch: int) -> None:
        super().__init__()
        self._recipe = recipe
        self._shown: dict[str, str] = {}
        images = steps * recipe.batch_size
        self._bar: Any = tqdm(
            total=recipe.epochs * images,
            initial=first_epoch * images,
            unit=" images",
            unit_scale=True,
            desc=recipe.name,
            mininterval=5,
        )

    def on_epoch_begin(self, epoch, logs=None):
        self._shown["epoch"] = f"{epoch + 1}/{self._recipe.epochs}"

    def on_train_batch_end(self, batch, logs=None):
        self._shown["loss"] = f"{float((logs or {}).get('loss', 0)):.3f}"
        self._bar.set_postfix(self._shown, refresh=False)
        self._bar.update(self._recipe.batch_size)

    def on_epoch_end(self, epoch, logs=None):
        self._shown["validation"] = f"{100 * float((logs or {}).get('val_accuracy', 0)):.2f} %"

    def on_train_end(self, logs=None):
        self._bar.close()
