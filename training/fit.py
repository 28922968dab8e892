"""Train a recipe and write a bundle; the same command goes on where a killed one stopped.

python -m training fit --data DIR --recipe compact --extra bymerge --out BUNDLE
"""

import argparse
import os
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import keras
import numpy as np

from hcr.alphabet import CLASS_COUNT
from hcr.data.source import WHAT
from hcr.errors import InputError
from hcr.image import SIDE, to_input
from training.data.prepare import TrainingData, prepare
from training.export import write_bundle
from training.recipes import RECIPES, Recipe
from training.recipes.muon import ConvolutionMuon
from training.run import checkpoint
from training.run.batches import Batches, log_prior, one_hot
from training.run.checkpoint import Run, Saving, Seeding
from training.run.phases import OwnLabels
from training.run.pools import FONTS_SETTING, Pools, pools_for
from training.run.progress import Progress

_WARM_UP_SHARE = 0.03  # of all steps
MOST_EPOCHS = 10_000
AHEAD = 8  # batches that are made while one is learnt from


def fit(recipe: Recipe, data: TrainingData, folder: Path, pools: Pools | None = None, restart: bool = False) -> keras.Model:
    """Train from scratch, or from the checkpoint in `folder`; returns the float32 model, ready to save.

    folder: for the checkpoint and log.csv, made if it is not there; restart: forget what it holds. A run that was killed
    and goes on gives the same weights as one that was not. Raises InputError for a checkpoint of another run.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if restart:
        checkpoint.clear(folder)
    run = Run(recipe.name, recipe.epochs, recipe.seed, data.fingerprint + (f"+{pools.fingerprint}" if pools else ""))
    found = checkpoint.read(folder, run)  # before anything that takes time
    first_epoch = found.epoch if found else 0
    keras.utils.set_random_seed(recipe.seed)
    keras.config.set_dtype_policy("mixed_bfloat16" if recipe.mixed_precision else "float32")
    try:
        model = recipe.build(None if recipe.sides else SIDE)
        _compile(model, recipe, data)
        if found:
            checkpoint.restore(model, found)
            print(f"Going on after epoch {first_epoch} of {recipe.epochs}, from the checkpoint in {folder}.", flush=True)
        batches = Batches(data, recipe, pools)
        validation = (to_input(data.validation_images), one_hot(data.validation_labels, recipe.outputs))
        callbacks: list[keras.callbacks.Callback] = [Seeding(recipe.seed)]
        if recipe.averaging:
            callbacks.append(keras.callbacks.SwapEMAWeights())
        if any(phase.trust for phase in recipe.phases):
            callbacks.append(OwnLabels(folder, recipe, data, batches))
        callbacks += [Saving(folder, run, found.log if found else ()), Progress(recipe, len(batches), first_epoch)]
        _learn(model, batches, validation, range(first_epoch, recipe.epochs), callbacks)
        if recipe.averaging:
            model.optimizer.finalize_variable_values(model.trainable_variables)
    finally:
        keras.config.set_dtype_policy("float32")
    final = recipe.build(SIDE)  # the training precision and layers of a backend stay out of the saved model
    final.set_weights([np.asarray(weight, np.float32) for weight in model.get_weights()])
    return final


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command line of `fit`."""
    parser.add_argument("--data", required=True, help=WHAT)
    parser.add_argument("--recipe", choices=RECIPES, default="compact")
    parser.add_argument("--out", type=Path, required=True, help="the bundle's folder; training goes on from what it holds")
    parser.add_argument("--extra", choices=("bymerge",), help="another split's train images as well")
    parser.add_argument(
        "--fonts", type=Path, default=os.environ.get(FONTS_SETTING), help=f"a folder with fonts, by default {FONTS_SETTING}"
    )
    parser.add_argument("--epochs", type=int, help="instead of the recipe's own number: a shorter run, or a longer one")
    parser.add_argument("--seed", type=int, default=0, help="of all chance in the run, by default 0")
    parser.add_argument("--restart", action="store_true", help="begin anew, whatever was trained in --out before")


def run(arguments: argparse.Namespace) -> int:
    """Train a recipe and write its bundle."""
    recipe = replace(RECIPES[arguments.recipe](), seed=_within("--seed", arguments.seed, 0, 2**31 - 1))
    if arguments.epochs is not None:
        recipe = replace(recipe, epochs=_within("--epochs", arguments.epochs, 1, MOST_EPOCHS))
    data = prepare(arguments.data, arguments.extra)
    print(f"Training {recipe.name} on {data.description}; validation on {len(data.validation_labels):,} images held out.")
    pools = pools_for(recipe, data, arguments.fonts, arguments.out / "training")
    model = fit(recipe, data, arguments.out / "training", pools, arguments.restart)
    print(write_bundle(model, recipe, data, arguments.out, pools))
    return 0


def _within(name: str, value: int, lowest: int, highest: int) -> int:
    if not lowest <= value <= highest:
        raise InputError(f"{name} {value}: give {lowest:,} to {highest:,}.")
    return value


def _learn(
    model: keras.Model,
    batches: Batches,
    validation: tuple[np.ndarray, np.ndarray],
    epochs: range,
    callbacks: list[keras.callbacks.Callback],
) -> None:
    """What `keras.Model.fit` does, without its tf.data pipeline: at an epoch's end that waits, holding Python's lock, for a
    thread which may need the lock to end, and on a busy machine stands still for ever (TensorFlow 2.21)."""
    every = keras.callbacks.CallbackList(callbacks, model=model)
    every.on_train_begin()
    traced: tuple[int, ...] = ()
    with ThreadPoolExecutor(1, "batches") as ahead:
        for epoch in epochs:
            model.reset_metrics()
            every.on_epoch_begin(epoch)
            waiting = deque(ahead.submit(batches.make, epoch, number) for number in range(min(AHEAD, len(batches))))
            logs: dict[str, float] = {}  # means of the epoch so far
            for number in range(len(batches)):
                images, labels = waiting.popleft().result()
                if number + AHEAD < len(batches):
                    waiting.append(ahead.submit(batches.make, epoch, number + AHEAD))
                if images.shape != traced:  # one graph for several shapes rounds otherwise than that of a resumed run, which
                    model.make_train_function(force=True)  # never saw the smaller pictures
                    traced = images.shape
                of_batch = model.train_on_batch(images, labels, return_dict=True)
                sums = {name: logs.get(name, 0) * number + value for name, value in of_batch.items()}
                logs = {name: total / (number + 1) for name, total in sums.items()}
                every.on_train_batch_end(number, logs)
            held_out = model.evaluate(*validation, batch_size=500, verbose=0, callbacks=every, return_dict=True)
            every.on_epoch_end(epoch, logs | {f"val_{name}": value for name, value in held_out.items()})
    every.on_train_end()


def _compile(model: keras.Model, recipe: Recipe, data: TrainingData) -> None:
    """Give the model its optimizer, with all its variables, and its loss."""
    steps = len(Batches(data, recipe)) * recipe.epochs
    averaging = {"use_ema": True, "ema_momentum": recipe.averaging} if recipe.averaging else {}
    optimizer: keras.optimizers.Optimizer
    if recipe.kernel_rate:
        optimizer = ConvolutionMuon(
            _schedule(recipe, recipe.kernel_rate, steps),
            adam_lr_ratio=recipe.learning_rate / recipe.kernel_rate,
            adam_weight_decay=recipe.weight_decay * recipe.learning_rate / recipe.kernel_rate,
            weight_decay=0.0,  # a kernel's norm is held
            momentum=0.6,
            ns_steps=3,
            **averaging,
        )
        optimizer.exclude_from_weight_decay(var_names=["bias", "beta", "gamma"])
    elif recipe.weight_decay:
        rate = _schedule(recipe, recipe.learning_rate, steps)
        optimizer = keras.optimizers.AdamW(rate, weight_decay=recipe.weight_decay, **averaging)
    else:
        optimizer = keras.optimizers.Adam(_schedule(recipe, recipe.learning_rate, steps), **averaging)
    model.compile(optimizer, _loss(recipe, data), metrics=[accuracy], jit_compile=False)
    optimizer.build(model.trainable_variables)


def _schedule(recipe: Recipe, peak: float, steps: int) -> float | keras.optimizers.schedules.LearningRateSchedule:
    """The peak throughout, or where the recipe says so in each phase a cosine to 0 behind a warm-up."""
    if not recipe.cosine:
        return peak
    ends = [steps * end // recipe.epochs for end in recipe.ends]
    begins = [0, *ends[:-1]]
    courses = zip(recipe.phases, begins, ends, strict=True)
    parts = [_cosine(peak * phase.peak, max(1, end - begin)) for phase, begin, end in courses]
    return parts[0] if len(parts) == 1 else _Restarting(parts, begins)


def _cosine(peak: float, steps: int) -> keras.optimizers.schedules.CosineDecay:
    warm_up = max(1, int(steps * _WARM_UP_SHARE))
    return keras.optimizers.schedules.CosineDecay(
        peak / 30, steps - warm_up, alpha=0.0, warmup_target=peak, warmup_steps=warm_up
    )


class _Restarting(keras.optimizers.schedules.LearningRateSchedule):  # type: ignore[misc]  # Keras has no types
    """One schedule behind the other, each from its own step on."""

    def __init__(self, parts: list[keras.optimizers.schedules.LearningRateSchedule], begins: list[int]) -> None:
        self._parts, self._begins = parts, begins

    def __call__(self, step: keras.KerasTensor) -> keras.KerasTensor:
        ops = keras.ops
        rate = self._parts[0](step)
        for part, begin in zip(self._parts[1:], self._begins[1:], strict=True):
            rate = ops.where(step < begin, rate, part(ops.maximum(step - begin, 0)))
        return rate


def _loss(recipe: Recipe, data: TrainingData) -> Callable[[Any, Any], Any]:
    """Categorical cross-entropy on one-hot labels; for logits of drawn classes, adjusted to a uniform prior of the
    characters."""
    if not recipe.gives_logits:
        plain: Callable[[Any, Any], Any] = keras.losses.CategoricalCrossentropy(label_smoothing=recipe.label_smoothing)
        return plain
    prior = np.zeros(recipe.outputs, np.float32)
    prior[:CLASS_COUNT] = log_prior(data, recipe)

    def adjusted_cross_entropy(truth: keras.KerasTensor, logits: keras.KerasTensor) -> keras.KerasTensor:
        return keras.losses.categorical_crossentropy(
            truth, logits + keras.ops.convert_to_tensor(prior), from_logits=True, label_smoothing=recipe.label_smoothing
        )

    return adjusted_cross_entropy


def accuracy(truth: keras.KerasTensor, answers: keras.KerasTensor) -> keras.KerasTensor:
    """Whether the likeliest of the 47 classes is right, whatever the network says of its being a character."""
    return keras.metrics.categorical_accuracy(truth[:, :CLASS_COUNT], answers[:, :CLASS_COUNT])
