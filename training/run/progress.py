"""How far a training run is, in a terminal."""

from typing import Any

import keras
from tqdm import tqdm

from training.recipes import Recipe


class Progress(keras.callbacks.Callback):  # type: ignore[misc]  # Keras has no types
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

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Name the epoch."""
        del logs
        self._shown["epoch"] = f"{epoch + 1}/{self._recipe.epochs}"

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Show the loss, the mean of the epoch so far."""
        del batch
        self._shown["loss"] = f"{float((logs or {}).get('loss', 0)):.3f}"
        self._bar.set_postfix(self._shown, refresh=False)
        self._bar.update(self._recipe.batch_size)

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Show the validation accuracy."""
        del epoch
        self._shown["validation"] = f"{100 * float((logs or {})['val_accuracy']):.2f} %"

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        """Let the bar stand."""
        del logs
        self._bar.close()
